//! Sending files to somebody with whom one shares no space.
//!
//! An offer is a list of files, a code of words and a link; it lasts until it was received as often as it may be, or is
//! cancelled. Whoever proves the code (`proto::send`) is granted the blobs, by its key, and fetches them like a member
//! would. Offers, and who was granted what, survive a restart.

mod accept;
mod offers;
mod problem;
mod receive;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use proto::{
    id::{BlobHash, OfferId, PeerId},
    send::Offer,
};
use tokio::{sync::Semaphore, time::Instant};

pub use problem::SendError;

use crate::files::Files;

/// What one does with offers. Cheap to clone.
#[derive(Clone)]
pub struct Sends {
    files: Files,
    offers: Granted,
    door: Arc<Door>,
}

/// The offers there are, as requests for blobs ask for them. Clones are the same.
#[derive(Clone, Default)]
pub struct Granted(Arc<Mutex<BTreeMap<OfferId, Open>>>);

/// An offer with the blobs it needs.
struct Open {
    offer: Offer,
    blobs: BTreeSet<BlobHash>,
}

/// Limits for strangers.
struct Door {
    at_once: Arc<Semaphore>,
    lately: Mutex<VecDeque<Instant>>,
}

impl Sends {
    /// Over the offers of before.
    pub async fn load(files: Files) -> Result<(Self, Granted), store::Error> {
        let offers = Granted::default();
        let door = Door { at_once: Arc::new(Semaphore::new(accept::AT_ONCE)), lately: Mutex::default() };
        let sends = Self { files, offers: offers.clone(), door: Arc::new(door) };
        sends.load_offers().await?;
        Ok((sends, offers))
    }
}

impl Granted {
    /// Whether a peer was granted an offer that needs this blob.
    pub fn may_have(&self, asker: &PeerId, blob: &BlobHash) -> bool {
        let needs = |open: &Open| open.offer.granted.contains(asker) && open.blobs.contains(blob);
        self.lock().values().any(needs)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<OfferId, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
