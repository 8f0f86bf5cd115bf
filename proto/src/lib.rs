//! The rules of Peerage, pure: events in, events out, `now` and chance handed in. No runtime, no network, no file
//! system, no clock.
//!
//! An area sees the shared ground (`id`, `time`, `key`, `log`, `space`), never a sibling area.

pub mod about;
pub mod chat;
pub mod files;
pub mod id;
pub mod join;
pub mod key;
pub mod log;
pub mod meet;
pub mod send;
pub mod session;
pub mod space;
pub mod sync;
pub mod time;
pub mod words;
