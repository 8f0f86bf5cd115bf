//! What other peers hold of a blob, as they say.

use std::time::Duration;

use iroh_blobs::protocol::ObserveRequest;
use n0_future::StreamExt;
use tokio::time::timeout;

use super::{Blobs, Hash, Status};
use crate::Link;

/// A peer is waited for no longer than that.
const ANSWER_WITHIN: Duration = Duration::from_millis(1500);

impl Blobs {
    /// What the peer at the other end of a [`crate::Protocol::Blobs`] link says that it holds of a blob; nothing if it does not
    /// say, as to somebody who may not have it. Nobody vouches for what it says.
    pub async fn held_by(&self, link: &Link, hash: Hash) -> Option<Status> {
        let request = ObserveRequest::new(hash.into());
        let mut said = Box::pin(self.store().remote().observe(link.connection().clone(), request));
        let bitfield = timeout(ANSWER_WITHIN, said.next()).await.ok()??.ok()?;
        Some(Status::from(&bitfield))
    }
}
