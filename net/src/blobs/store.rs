//! The store: opening, looking, reading, protecting, collecting.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::sync::watch;

use super::Hash;

/// How often blobs that nothing protects are deleted.
pub const COLLECT_EVERY: Duration = Duration::from_secs(10 * 60);

/// The most bytes that [`Blobs::read`] returns at once.
pub const MAX_READ_BYTES: u64 = 64 << 20;

/// A store of blobs. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Blobs {}

/// What opening a store gave.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub blobs: Blobs,
    /// Where the old store was set aside to because it could not be opened; this one is new and empty then.
    pub set_aside: Option<PathBuf>,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("the blob store at {0} is in use by another program")]
    InUse(PathBuf),
    /// Neither could it be opened nor a new one be made.
    #[error("the blob store at {dir} cannot be opened: {why}")]
    Failed {
        /// The folder.
        dir: PathBuf,
        /// What went wrong.
        why: String,
    },
}

/// The store failed: the disk is full or broken, or the store is closed.
#[derive(Debug, thiserror::Error)]
#[error("the blob store failed: {0}")]
pub struct StoreError(pub(super) String);

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The asked part is not held.
    #[error("that part of the blob is not here")]
    NotHeld,
    /// What is on the disk is no longer the blob: the file that was imported by reference was changed, or the disk failed.
    #[error("the bytes on the disk are no longer the blob's: the source file was changed")]
    Damaged,
    /// More than [`MAX_READ_BYTES`] were asked for.
    #[error("{0} bytes at once are too many")]
    TooMuch(u64),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is held of a blob.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Its size, in bytes, once it is certain.
    pub size: Option<u64>,
    /// The byte ranges that are held, ascending and apart.
    pub held: Vec<Range<u64>>,
    /// Whether all of it is held.
    pub complete: bool,
}

impl Blobs {
    /// Opens the store in this folder, or makes one. A store that cannot be opened is renamed and a new one made.
    pub async fn open(dir: &Path) -> Result<Opened, OpenError> {
        let _ = dir;
        todo!()
    }

    /// A store in memory, with nothing in it. It runs on the caller's runtime, also in virtual time.
    pub fn memory() -> Self {
        todo!()
    }

    /// Writes everything down and closes the store. Every later call fails.
    pub async fn close(&self) {
        todo!()
    }

    /// Returns once everything acknowledged so far is durable.
    pub async fn sync(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// What is held of a blob; nothing if it is unknown.
    pub async fn status(&self, hash: Hash) -> Result<Status, StoreError> {
        let _ = hash;
        todo!()
    }

    /// The same, with notice of every change, until the receiver is dropped.
    pub async fn watch(&self, hash: Hash) -> Result<watch::Receiver<Status>, StoreError> {
        let _ = hash;
        todo!()
    }

    /// Reads a part of a blob, verified. A range that ends behind the blob is cut to it.
    pub async fn read(&self, hash: Hash, range: Range<u64>) -> Result<Vec<u8>, ReadError> {
        let _ = (hash, range);
        todo!()
    }

    /// Keeps a blob, held or yet to be fetched, under this name, which then stands for it alone.
    pub async fn protect(&self, name: &str, hash: Hash) -> Result<(), StoreError> {
        let _ = (name, hash);
        todo!()
    }

    /// Takes a name away; the blob is collected when nothing else keeps it.
    pub async fn unprotect(&self, name: &str) -> Result<(), StoreError> {
        let _ = name;
        todo!()
    }

    /// The names that begin so, with their blobs, by name.
    pub async fn protected(&self, prefix: &str) -> Result<Vec<(String, Hash)>, StoreError> {
        let _ = prefix;
        todo!()
    }
}
