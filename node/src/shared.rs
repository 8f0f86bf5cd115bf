//! What all areas share.

use std::sync::Arc;

use proto::{
    id::{PeerId, PersonId, SpaceId},
    time::Time,
};
use store::Store;

use crate::{
    clock::{Clock, Dice},
    events::Events,
    spaces::{ResolveError, Space},
};

/// What all areas share: the store, the network, the clock, the stream of events, and the spaces.
pub struct Core {
    /// What lasts.
    pub store: Store,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What is left to chance.
    pub dice: Dice,
    /// What is told.
    pub events: Events,
}

impl Core {
    /// Now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Oneself.
    pub fn me(&self) -> PersonId {
        todo!()
    }

    /// This peer.
    pub fn peer(&self) -> PeerId {
        todo!()
    }

    /// A space one is in (or was, and still holds).
    pub fn space(self: &Arc<Self>, id: SpaceId) -> Option<Space> {
        let _ = id;
        todo!()
    }

    /// All spaces one is in, by id.
    pub fn spaces(self: &Arc<Self>) -> Vec<Space> {
        todo!()
    }

    /// The space that people mean by `text`: its name, `@NAME` for the direct space with a person (made if there is none), its id
    /// or the beginning of it.
    pub async fn resolve_space(self: &Arc<Self>, text: &str) -> Result<Space, ResolveError> {
        let _ = text;
        todo!()
    }

    /// The person that people mean by `text`: a name, with or without `@`, an id or the beginning of it.
    pub fn resolve_person(&self, text: &str) -> Result<PersonId, ResolveError> {
        let _ = text;
        todo!()
    }

    /// What a person is called here, in this space or anywhere; the short id if nobody has said.
    pub fn name_of(&self, space: Option<SpaceId>, person: PersonId) -> String {
        let _ = (space, person);
        todo!()
    }
}
