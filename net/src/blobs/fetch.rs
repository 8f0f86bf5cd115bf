//! From another peer into the store, piece by piece.

use std::ops::Range;

use super::{Blobs, Hash, StoreError};
use crate::{Closed, Link};

/// What a fetch brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Bytes of the blob that came; what was held already was not asked for.
    pub bytes: u64,
}

/// Why a fetch ended early. What had come by then is kept.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The peer does not hold the part, or does not let us have it: it does not say which.
    #[error("the peer does not have it")]
    NotHeld,
    /// The peer failed to read it, as when its source file was changed.
    #[error("the peer could not read it (code {code})")]
    HolderFailed {
        /// The code it gave.
        code: u64,
    },
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
    /// may fetch different ranges of one blob at once, over different links. [`Blobs::protect`] the hash first, or the
    /// part that has come may be collected before the rest is fetched.
    pub async fn fetch(
        &self,
        link: &Link,
        hash: Hash,
        ranges: &[Range<u64>],
        progress: impl FnMut(u64) + Send,
    ) -> Result<Fetched, FetchError> {
        let _ = (link, hash, ranges, progress);
        todo!()
    }
}
