//! What tests of whole peers share: a home with a running peer, a local network of namespaces, folders to compare.
//!
//! Everything here ends what it started, by process id, when it is dropped, and leaves no namespace behind.

pub mod dice;
pub mod home;
pub mod lan;
pub mod tree;
pub mod wait;
