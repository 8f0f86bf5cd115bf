//! The local API: what the peer and the programs of its own computer say to each other.
//!
//! One file per noun; every type is JSON and appears in the OpenAPI document. Ids are text (52 letters, or a code
//! that the peer understands), times RFC 3339 in UTC, sizes bytes. A field that may be absent is left out, not null.

pub mod chat;
pub mod client;
pub mod connections;
pub mod event;
pub mod files;
pub mod folders;
pub mod openapi;
pub mod path;
pub mod people;
pub mod problem;
pub mod route;
pub mod routes;
pub mod send;
pub mod session;
pub mod spaces;
pub mod status;
pub mod transfers;
pub mod uploads;

pub use client::Client;
pub use path::AnyPath;
pub use problem::{Code, Problem};
pub use route::{Nothing, VERSION};
