//! Blobs: bytes of any size, named by their hash, kept on disk, served to those who may have them, fetched in verified pieces.
//!
//! What is protected by a tag ([`Blobs::protect`]) or held by a [`Pin`] stays; the rest is collected every
//! [`COLLECT_EVERY`]. An import is acknowledged before it is durable: [`Blobs::sync`] makes it so, and an op that names a blob
//! waits for it. Everything served, read, exported or fetched is verified against the hash: a source file that was changed after
//! it was imported by reference yields an error ([`ReadError::Damaged`], [`Serve::damaged`]), never other bytes.

mod export;
mod fetch;
mod hash;
mod import;
mod mend;
mod observe;
mod ranges;
mod serve;
mod store;

pub use export::{ExportError, ExportHow};
pub use fetch::{FetchError, Fetched};
pub use hash::Hash;
pub use import::{ImportError, ImportHow, Pin};
pub use serve::{MAX_REQUESTS, REQUEST_READ_TIMEOUT, Serve};
pub use store::{Blobs, COLLECT_EVERY, MAX_READ_BYTES, OpenError, Opened, ReadError, Status, StoreError};
