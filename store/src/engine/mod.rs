//! How things are kept: opening, one writer with group commit, a few readers, the schema's versions.

mod file;
mod pool;
mod schema;
mod store;
mod tx;
mod writer;

pub use store::{Store, Written};
pub use tx::{Reader, Tx};
