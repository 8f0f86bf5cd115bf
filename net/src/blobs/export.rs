//! From the store into files.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use iroh_blobs::{
    api::blobs::{ExportMode, ExportOptions, ExportProgressItem},
    store::fs::options::PathOptions,
};
use n0_future::StreamExt;

use super::{Blobs, Hash, StoreError};

/// How a blob is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportHow {
    /// The file becomes the store's own copy, at once where it lies on the store's file system; the store then depends on it.
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
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Blobs {
    /// Writes a complete blob to a file, whose path must be absolute; its folder is made, an old file overwritten.
    /// `progress` hears how many bytes of how many are done. Returns the size.
    ///
    /// What the store itself wrote is trusted to be the blob. What it only refers to is read before it is copied, so that
    /// an old file is not overwritten in vain, and its copy after, for it may be changed meanwhile.
    pub async fn export(
        &self,
        hash: Hash,
        path: &Path,
        how: ExportHow,
        progress: impl FnMut(u64, u64) + Send,
    ) -> Result<u64, ExportError> {
        let status = self.status(hash).await?;
        let Some(size) = status.size.filter(|_| status.complete) else {
            return Err(if self.claims_all(hash).await { ExportError::Damaged } else { ExportError::NotComplete });
        };
        let trusted = self.owns(hash);
        if !trusted && self.is_damaged(hash).await {
            return Err(ExportError::Damaged);
        }
        let unwritten = |source| ExportError::Write { path: path.to_owned(), source };
        self.write_out(hash, path, how, progress).await.map_err(unwritten)?;
        if !trusted && !is_blob(path, hash).await.map_err(unwritten)? {
            let _ = tokio::fs::remove_file(path).await;
            return Err(ExportError::Damaged);
        }
        Ok(size)
    }

    async fn write_out(
        &self,
        hash: Hash,
        path: &Path,
        how: ExportHow,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> io::Result<()> {
        let mode = if how == ExportHow::Reference { ExportMode::TryReference } else { ExportMode::Copy };
        let options = ExportOptions { hash: hash.into(), mode, target: path.to_owned() };
        let mut items = Box::pin(self.store().export_with_opts(options).stream().await);
        let mut size = 0;
        while let Some(item) = items.next().await {
            match item {
                ExportProgressItem::Size(bytes) => size = bytes,
                ExportProgressItem::CopyProgress(bytes) => progress(bytes, size),
                ExportProgressItem::Done => {
                    progress(size, size);
                    return Ok(());
                }
                ExportProgressItem::Error(iroh_blobs::api::Error::Io(error)) => return Err(error),
            }
        }
        Err(io::Error::other("the store is closed"))
    }

    /// Whether the blob's bytes are in the store's own folder, or in memory.
    fn owns(&self, hash: Hash) -> bool {
        self.dir.as_ref().is_none_or(|dir| PathOptions::new(dir).data_path(&hash.into()).exists())
    }
}

/// Whether a file is this blob.
async fn is_blob(path: &Path, hash: Hash) -> io::Result<bool> {
    let path = path.to_owned();
    let hashing = move || {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(std::fs::File::open(path)?)?;
        Ok(*hasher.finalize().as_bytes() == hash.0)
    };
    tokio::task::spawn_blocking(hashing).await.map_err(|_| io::Error::from(ErrorKind::Other))?
}
