//! From files and bytes into the store.

use std::path::{Path, PathBuf};

use super::{Blobs, Hash};

/// How a file is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportHow {
    /// The store reads the file where it is. Small ones are copied all the same.
    Reference,
    /// The store copies it.
    Copy,
}

/// Why something could not be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The store failed, as when the disk is full.
    #[error("the blob store failed")]
    Store(#[source] std::io::Error),
}

/// A blob that is kept at least until this is dropped.
#[derive(Debug)]
pub struct Pin {
    /// The blob.
    pub hash: Hash,
    /// Its size, in bytes.
    pub size: u64,
}

impl Blobs {
    /// Imports bytes.
    pub async fn import_bytes(&self, bytes: impl Into<bytes::Bytes>) -> Result<Pin, ImportError> {
        let _ = bytes.into();
        todo!()
    }

    /// Imports a file, whose path must be absolute. `progress` hears how many bytes of how many are done.
    pub async fn import_file(
        &self,
        path: &Path,
        how: ImportHow,
        progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Pin, ImportError> {
        let _ = (path, how, progress);
        todo!()
    }
}
