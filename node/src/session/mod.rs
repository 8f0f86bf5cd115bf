//! Sessions: what this peer keeps with others.

use std::sync::Arc;

use net::Link;
use proto::id::{PeerId, PersonId, SpaceId};

use crate::{shared::Core, spaces::Spread};

/// How a peer is reached at present.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// By which way.
    pub reach: api::people::Reach,
    /// The round trip, once measured.
    pub rtt: Option<std::time::Duration>,
}

/// The sessions kept at present.
#[derive(Default)]
pub struct Sessions {}

impl Sessions {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Keeps sessions with those one should, until the node stops.
    pub(crate) async fn run(&self, _core: Arc<Core>) {}

    /// Says goodbye to all.
    pub(crate) async fn close_all(&self) {}

    /// What to say about one's clock, if it seems wrong.
    pub fn clock_notice(&self) -> Option<String> {
        None
    }

    /// Tells all sessions but `from` what has lasted.
    pub(crate) fn spread(&self, _core: &Arc<Core>, _space: SpaceId, _spread: &Spread, _from: Option<u64>) {}

    /// Looks anew whom to dial.
    pub fn wake(&self) {}

    /// Ends the sessions with a person.
    pub fn close_person(&self, _person: PersonId) {}

    /// How a peer is reached, if there is a session with it.
    pub fn contact_with(&self, _peer: &PeerId) -> Option<Contact> {
        None
    }

    /// Whether a peer is there: by a session, or as others say.
    pub fn is_online(&self, _peer: &PeerId) -> bool {
        false
    }

    /// How many sessions there are.
    pub fn count(&self) -> usize {
        0
    }
}

/// Takes a link that another peer dialled.
pub(crate) async fn accept(_core: Arc<Core>, _link: Link) {}
