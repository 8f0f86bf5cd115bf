//! What all areas share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use net::{Net, blobs::Blobs};
use proto::{
    id::{PeerId, PersonId, SpaceId},
    space::PersonProof,
    time::Time,
};
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::{
    area::Areas,
    clock::{Clock, Dice},
    events::Events,
    identity::Me,
    session::Sessions,
    spaces::{AppendError, Held, Space},
    tasks::Tasks,
};

/// What all areas share: the store, the network, the clock, the stream of events, and the spaces.
pub struct Core {
    /// What lasts.
    pub store: Store,
    /// How others are reached.
    pub net: Net,
    /// Bytes of any size.
    pub blobs: Blobs,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What is left to chance.
    pub dice: Dice,
    /// What is told.
    pub events: Events,
    /// What is kept with other peers.
    pub sessions: Sessions,
    /// What runs in the background until the node stops.
    pub tasks: Tasks,
    pub(crate) me: Me,
    pub(crate) areas: Areas,
    /// Spaces that one has asked to join and does not hold yet.
    pub(crate) joining: Mutex<BTreeSet<SpaceId>>,
    pub(crate) held: RwLock<BTreeMap<SpaceId, Arc<Held>>>,
    /// Held while a space comes into being here, so that none does so twice.
    pub(crate) entering: tokio::sync::Mutex<()>,
    pub(crate) behind: AtomicBool,
    /// Ends when the node is to take a new key.
    pub(crate) rekey: CancellationToken,
}

impl Core {
    /// Now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Oneself.
    pub fn me(&self) -> PersonId {
        self.me.person
    }

    /// This peer.
    pub fn peer(&self) -> PeerId {
        self.me.peer
    }

    /// What proves that this peer acts for oneself.
    pub fn own_proof(&self) -> &PersonProof {
        &self.me.proof
    }

    /// What one is called by oneself; empty until one has said.
    pub fn own_name(&self) -> String {
        let name = self.store.read(|reader| reader.name(&self.me.person.own_space(), Some(&self.me.person)));
        name.ok().flatten().map(|name| name.name).unwrap_or_default()
    }

    /// A space one is in (or was, and still holds).
    pub fn space(self: &Arc<Self>, id: SpaceId) -> Option<Space> {
        self.held(id).map(|held| Space::new(self.clone(), held))
    }

    /// All spaces held, by id, one's own included.
    pub fn spaces(self: &Arc<Self>) -> Vec<Space> {
        self.all_held().into_iter().map(|held| Space::new(self.clone(), held)).collect()
    }

    /// What a person is called here, in this space or anywhere; the short id if nobody has said.
    pub fn name_of(&self, space: Option<SpaceId>, person: PersonId) -> String {
        let space = space.unwrap_or(person.own_space());
        let name = self.store.read(|reader| crate::spaces::name_in(reader, &space, &person));
        name.unwrap_or_else(|_| person.short())
    }

    pub(crate) fn held(&self, id: SpaceId) -> Option<Arc<Held>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub(crate) fn all_held(&self) -> Vec<Arc<Held>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(crate) fn keep(&self, held: Arc<Held>) {
        self.held.write().unwrap_or_else(PoisonError::into_inner).insert(held.id, held);
    }

    pub(crate) fn forget(&self, id: SpaceId) {
        self.held.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// An error while this peer has to take a new key before it writes.
    pub(crate) fn may_write(&self) -> Result<(), AppendError> {
        if self.behind.load(Ordering::Acquire) { Err(AppendError::Behind) } else { Ok(()) }
    }

    /// Others hold more of this peer's own logs than it does: nothing is written any more under this key.
    pub(crate) fn found_behind(&self) {
        if !self.behind.swap(true, Ordering::AcqRel) {
            tracing::warn!("others hold more of this peer's logs than it does: it takes a new key");
            self.rekey.cancel();
        }
    }
}
