//! What lasts: the only crate that names SQLite.
//!
//! Promises: what [`Store::write`] has answered with `Ok` is on the disk (write-ahead log, `synchronous=FULL`) and
//! survives a kill or a power cut; what it answered with an error changed nothing; writes happen in the order in
//! which they were asked for; a file that is damaged, of a newer version or somebody else's is said so and not touched.
//! It never decides anything about what it keeps: that is `proto`'s, and who joins the two is `node`.
//!
//! One noun, one file: its table and the [`Reader`] and [`Tx`] methods about it. A new noun puts its tables into the
//! numbered list in `engine/schema.rs`.

mod column;
mod engine;
mod error;

pub mod chat;
pub mod epochs;
pub mod files;
pub mod invites;
pub mod marks;
pub mod ops;
pub mod people;
pub mod settings;
pub mod spaces;
pub mod transfers;

#[cfg(test)]
mod tests;

pub use engine::{Reader, Store, Tx, Written};
pub use error::{Error, OpenError};
