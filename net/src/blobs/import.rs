//! From files and bytes into the store.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use iroh_blobs::{
    BlobFormat,
    api::{
        TempTag,
        blobs::{AddPathOptions, AddProgressItem, ImportMode},
    },
};
use n0_future::StreamExt;

use super::{Blobs, Hash};

/// How a file is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportHow {
    /// The store reads the file where it is. Those of up to 16 KiB are copied all the same.
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
        source: io::Error,
    },
    /// The store failed, as when the disk is full.
    #[error("the blob store failed")]
    Store(#[source] io::Error),
}

/// A blob that is kept at least until this is dropped.
#[derive(Debug)]
pub struct Pin {
    /// The blob.
    pub hash: Hash,
    /// Its size, in bytes.
    pub size: u64,
    _tag: TempTag,
}

impl Blobs {
    /// Imports bytes.
    pub async fn import_bytes(&self, bytes: impl Into<Bytes>) -> Result<Pin, ImportError> {
        let bytes = bytes.into();
        let size = bytes.len() as u64;
        let tag = self.store().add_bytes(bytes).temp_tag().await;
        let tag = tag.map_err(|error| ImportError::Store(io::Error::other(format!("{error:#}"))))?;
        Ok(Pin { hash: tag.hash().into(), size, _tag: tag })
    }

    /// Imports a file, whose path must be absolute. `progress` hears how many bytes of how many are done; a copy counts
    /// every byte twice, for it is written and then hashed.
    pub async fn import_file(
        &self,
        path: &Path,
        how: ImportHow,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Pin, ImportError> {
        readable(path).await.map_err(|source| ImportError::Read { path: path.to_owned(), source })?;
        let mode = if how == ImportHow::Reference { ImportMode::TryReference } else { ImportMode::Copy };
        let options = AddPathOptions { path: path.to_owned(), format: BlobFormat::Raw, mode };
        let mut items = Box::pin(self.store().add_path_with_opts(options).stream().await);
        let (mut size, mut copied) = (0, 0);
        let twice = if how == ImportHow::Copy { 2 } else { 1 };
        while let Some(item) = items.next().await {
            match item {
                AddProgressItem::Size(bytes) => size = bytes,
                AddProgressItem::CopyProgress(bytes) => progress(bytes, twice * size),
                AddProgressItem::CopyDone => copied = (twice - 1) * size,
                AddProgressItem::OutboardProgress(bytes) => progress(copied + bytes, twice * size),
                AddProgressItem::Done(tag) => {
                    if how == ImportHow::Copy {
                        self.remember(tag.hash().into());
                    }
                    progress(twice * size, twice * size);
                    return Ok(Pin { hash: tag.hash().into(), size, _tag: tag });
                }
                AddProgressItem::Error(error) => return Err(blame(path, error)),
            }
        }
        Err(ImportError::Store(io::Error::other("the store is closed")))
    }
}

/// Fails as reading the file would: the store's own errors do not tell its files from ours.
async fn readable(path: &Path) -> io::Result<()> {
    let file = tokio::fs::File::open(path).await?;
    if file.metadata().await?.is_file() { Ok(()) } else { Err(ErrorKind::InvalidInput.into()) }
}

fn blame(path: &Path, error: io::Error) -> ImportError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput => {
            ImportError::Read { path: path.to_owned(), source: error }
        }
        _ => ImportError::Store(error),
    }
}
