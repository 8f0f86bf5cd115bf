//! From another peer into the store, piece by piece.

use std::{fs::File, ops::Range, path::PathBuf, sync::atomic::Ordering};

use iroh_blobs::{
    HashAndFormat,
    api::remote::GetProgressItem,
    get::{
        GetError,
        fsm::{AtBlobHeaderNextError, DecodeError},
    },
    protocol::{ERR_LIMIT, ERR_PERMISSION, GetRequest},
    store::fs::options::PathOptions,
};
use n0_future::StreamExt;
use tokio::task::{JoinHandle, spawn_blocking};

use super::{Blobs, Hash, StoreError, ranges, store::failed};
use crate::{Closed, Link};

/// Once so many bytes of a blob have come, the store is made to write down at once that it has a part of it. By itself it
/// does so up to half a second later, and a program killed before has to fetch all of it again; afterwards what came is
/// found by its hashes. Not for less, as small blobs are written down several at once.
const NOTE_AFTER_BYTES: u64 = 8 << 20;

/// As often as so many bytes of a blob have come, they are pushed to the disk, so that whoever wants the whole to be durable
/// in the end does not wait for all of it at once.
const FLUSH_EVERY_BYTES: u64 = 64 << 20;

/// What a fetch brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Bytes of the blob that came; what was held already was not asked for.
    pub bytes: u64,
}

/// Why a fetch ended early. What had come by then is kept.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The peer has nothing of it, or does not let us have it: it does not say which.
    #[error("the peer does not have it")]
    NotHeld,
    /// The peer lacks a part of what was asked for, or could not read it, as when its source file was changed.
    #[error("the peer could not give all of it")]
    HolderFailed,
    /// The peer sent bytes that are not the blob's. Nothing of them was kept.
    #[error("the peer sent wrong bytes")]
    WrongBytes,
    /// The link is gone.
    #[error("the link is gone: {0}")]
    LinkGone(Closed),
    /// Our store failed, as when the disk is full.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Blobs {
    /// Fetches the missing parts of these byte ranges of a blob over a [`crate::Protocol::Blobs`] link; of all of it if
    /// `ranges` is empty. `progress` hears how many bytes have come.
    ///
    /// Pieces are verified as they come and kept in steps of 16 KiB: dropping the future loses at most one. Several calls
    /// may fetch different ranges of one blob at once, over one link or several. [`Blobs::protect`] the hash first, or the
    /// part that has come may be deleted before the rest is fetched. Of a blob that was forgotten ([`Blobs::forget`]) all
    /// is fetched at once, whatever the ranges.
    pub async fn fetch(
        &self,
        link: &Link,
        hash: Hash,
        ranges: &[Range<u64>],
        progress: impl FnMut(u64) + Send,
    ) -> Result<Fetched, FetchError> {
        if self.mending.is_forgotten(hash) {
            return self.mend(link, hash, progress).await;
        }
        self.fetch_missing(link, hash, ranges, progress).await
    }

    pub(super) async fn fetch_missing(
        &self,
        link: &Link,
        hash: Hash,
        ranges: &[Range<u64>],
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Fetched, FetchError> {
        let content = HashAndFormat::raw(hash.into());
        let _kept = self.store().tags().temp_tag(content).await.map_err(failed)?;
        let wanted = GetRequest::blob_ranges(hash.into(), ranges::chunks(ranges));
        let local = self.store().remote().local_for_request(wanted).await.map_err(failed)?;
        if local.is_complete() {
            return Ok(Fetched::default());
        }
        let connection = link.connection().clone();
        let mut items = Box::pin(self.store().remote().execute_get(connection, local.missing()).stream());
        let mut came = 0;
        let mut flush = Flush::new(self.dir.as_deref().map(|dir| PathOptions::new(dir).data_path(&hash.into())));
        while let Some(item) = items.next().await {
            match item {
                GetProgressItem::Progress(bytes) => {
                    self.traffic.received.fetch_add(bytes.saturating_sub(came), Ordering::Relaxed);
                    let due = came < NOTE_AFTER_BYTES && bytes >= NOTE_AFTER_BYTES;
                    came = bytes;
                    progress(bytes);
                    flush.came(bytes);
                    if due {
                        self.sync().await?;
                    }
                }
                GetProgressItem::Done(stats) => return Ok(Fetched { bytes: stats.payload_bytes_read }),
                GetProgressItem::Error(error) => return Err(blame(link, error)),
            }
        }
        Err(StoreError("the store is closed".into()).into())
    }
}

/// Pushes what has come to the disk, beside the fetch.
struct Flush {
    /// The store's own file; none in memory.
    file: Option<PathBuf>,
    running: Option<JoinHandle<()>>,
    flushed: u64,
}

impl Flush {
    fn new(file: Option<PathBuf>) -> Self {
        Self { file, running: None, flushed: 0 }
    }

    /// So many bytes have come in all. Nothing waits for the disk here, nor for its answer: it is a head start, no promise.
    fn came(&mut self, bytes: u64) {
        let at_work = self.running.as_ref().is_some_and(|running| !running.is_finished());
        let Some(file) = self.file.clone().filter(|_| !at_work && bytes - self.flushed >= FLUSH_EVERY_BYTES) else {
            return;
        };
        self.flushed = bytes;
        self.running = Some(spawn_blocking(move || drop(File::open(file).and_then(|file| file.sync_data()))));
    }
}

/// Whose fault it was.
fn blame(link: &Link, error: GetError) -> FetchError {
    if let Some(closed) = link.close_reason() {
        return FetchError::LinkGone(closed);
    }
    match &error {
        GetError::AtBlobHeaderNext { source: AtBlobHeaderNextError::NotFound { .. }, .. } => FetchError::NotHeld,
        GetError::Decode { source, .. } => match source {
            DecodeError::ChunkNotFound { .. }
            | DecodeError::ParentNotFound { .. }
            | DecodeError::LeafNotFound { .. } => FetchError::NotHeld,
            DecodeError::ParentHashMismatch { .. } | DecodeError::LeafHashMismatch { .. } => FetchError::WrongBytes,
            DecodeError::Read { .. } => reset(&error),
            _ => FetchError::Store(failed(error)),
        },
        _ => reset(&error),
    }
}

/// The error for a stream that the other end ended before its time.
fn reset(error: &GetError) -> FetchError {
    match error.iroh_error_code() {
        Some(ERR_PERMISSION) | Some(ERR_LIMIT) => FetchError::NotHeld,
        _ => FetchError::HolderFailed,
    }
}
