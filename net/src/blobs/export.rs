//! From the store into files.

use std::path::{Path, PathBuf};

use super::{Blobs, Hash};

/// How a blob is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportHow {
    /// The file becomes the store's own copy, at once where the file system allows; the store then depends on it.
    Reference,
    /// The file is a copy of its own.
    Copy,
}

/// Why a blob could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Not all of it is held.
    #[error("the blob is not complete")]
    NotComplete,
    /// What is on the disk is no longer the blob. Nothing was exported.
    #[error("the bytes on the disk are no longer the blob's: the source file was changed")]
    Damaged,
    /// The file cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Blobs {
    /// Writes a complete blob to a file, whose path must be absolute; its folder is made, an old file replaced.
    /// `progress` hears how many bytes of how many are done. Returns the size.
    pub async fn export(
        &self,
        hash: Hash,
        path: &Path,
        how: ExportHow,
        progress: impl FnMut(u64, u64) + Send,
    ) -> Result<u64, ExportError> {
        let _ = (hash, path, how, progress);
        todo!()
    }
}
