//! From the store to other peers.

use std::{sync::Arc, time::Duration};

use super::{Blobs, Hash};
use crate::{Key, Link};

/// Requests of one link that are answered at once; more wait.
pub const MAX_REQUESTS: usize = 32;

/// How long an asker may take over its request.
pub const REQUEST_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Decides who may have which blob. Called on the network's tasks: quick, if it blocks at all.
pub trait Serve: Send + Sync + 'static {
    /// Whether `asker` may have, or watch, this blob. To those who may not it does not exist.
    fn may_have(&self, asker: &Key, hash: &Hash) -> bool;

    /// A complete blob could not be read while it was served: its source file was changed, or the disk failed.
    fn damaged(&self, hash: &Hash);
}

impl Blobs {
    /// Answers the requests of a [`crate::Protocol::Blobs`] link until it closes. Nothing can be pushed to us.
    pub async fn serve(&self, link: Link, serve: Arc<dyn Serve>) {
        let _ = (link, serve);
        todo!()
    }
}
