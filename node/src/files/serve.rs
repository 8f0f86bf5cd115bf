//! Who may have which blob.

use std::sync::Arc;

use net::{
    Key,
    blobs::{Hash, Serve},
};
use proto::id::{BlobHash, PeerId, SpaceId};

use crate::Core;

/// Decides about requests for blobs: a member of a space whose entries or messages name the blob may have it, and whoever
/// has redeemed the code of an offer that does. To anyone else it does not exist.
pub struct Serving {
    core: Arc<Core>,
    offers: crate::send::Granted,
}

impl Serving {
    /// Over the spaces and the offers.
    pub fn new(core: Arc<Core>, offers: crate::send::Granted) -> Self {
        Self { core, offers }
    }

    fn spaces_naming(&self, blob: &BlobHash) -> Result<Vec<SpaceId>, store::Error> {
        self.core.store.read(|reader| {
            let mut spaces = reader.spaces_naming(blob)?;
            spaces.extend(reader.attached_in(blob)?);
            Ok(spaces)
        })
    }
}

impl Serve for Serving {
    fn may_have(&self, asker: &Key, hash: &Hash) -> bool {
        let (asker, blob) = (PeerId(asker.0), BlobHash(hash.0));
        if self.offers.may_have(&asker, &blob) {
            return true;
        }
        let is_member = |space: SpaceId| self.core.space(space).is_some_and(|space| space.has_peer(&asker));
        match self.spaces_naming(&blob) {
            Ok(spaces) => spaces.into_iter().any(is_member),
            Err(error) => {
                tracing::warn!(%error, "it cannot be looked up who may have a blob");
                false
            }
        }
    }

    fn damaged(&self, hash: &Hash) {
        tracing::info!(%hash, "a shared file has changed since, and is not given to others any more");
        self.core.blobs.forget(*hash);
        let blob = BlobHash(hash.0);
        drop(self.core.store.write(move |tx| tx.lose_blob(&blob)));
        for space in self.spaces_naming(&BlobHash(hash.0)).unwrap_or_default() {
            self.core.events.tell(api::event::Event::Files { space: space.to_string() });
        }
    }
}
