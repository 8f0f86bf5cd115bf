//! The spaces held here, as sync sees them.

use std::collections::BTreeSet;

use proto::{
    id::{PeerId, SpaceId},
    log::LogKey,
    sync::{Digest, Head, Part, Spaces, Standing},
};

use crate::{shared::Core, spaces};

/// The spaces of one node.
pub(super) struct View<'a>(pub(super) &'a Core);

impl View<'_> {
    fn is_blocked(&self, peer: &PeerId) -> bool {
        let person = self.0.store.read(|reader| {
            let peer = reader.peer(peer)?;
            peer.map(|peer| reader.person(&peer.person)).transpose()
        });
        person.ok().flatten().flatten().is_some_and(|person| person.blocked)
    }
}

impl Spaces for View<'_> {
    fn shared_with(&self, peer: PeerId) -> Vec<SpaceId> {
        let held = self.0.all_held();
        let shared = |space: &SpaceId| matches!(self.standing(*space, peer), Standing::Member | Standing::Former);
        held.iter().map(|held| held.id).filter(shared).collect()
    }

    fn standing(&self, space: SpaceId, peer: PeerId) -> Standing {
        let Some(held) = self.0.held(space) else { return Standing::Unknown };
        let former = self.0.sessions.vouched().get(&peer).cloned().unwrap_or_default();
        let inner = held.lock();
        match inner.replica.membership() {
            Some(members) if members.peers.contains_key(&peer) => Standing::Member,
            // A restored or copied home: its new key is proven by one that is a member's, before the log says so.
            Some(members) if former.iter().any(|former| members.peers.contains_key(former)) => Standing::Member,
            _ if inner.replica.knows_peer(&peer) => Standing::Former,
            Some(members) if members.peers.contains_key(&self.0.me.peer) => Standing::Stranger,
            // What is held may be old: we may have been let in again by members never heard of.
            _ => Standing::Unknown,
        }
    }

    fn digest(&self, space: SpaceId, part: Part) -> Digest {
        self.0.held(space).map_or(Digest::NOTHING, |held| held.lock().digest(part))
    }

    fn heads(&self, space: SpaceId, part: Part, after: Option<LogKey>, limit: usize) -> Vec<Head> {
        self.0.held(space).map(|held| held.lock().heads(part, after, limit)).unwrap_or_default()
    }

    fn head(&self, space: SpaceId, log: &LogKey) -> Option<Head> {
        let held = self.0.held(space)?;
        let head = held.lock().replica.head(log);
        head.map(spaces::spoken)
    }

    fn takes(&self, space: SpaceId, log: &LogKey) -> bool {
        self.0.held(space).is_some_and(|held| held.lock().replica.takes(log))
    }

    fn welcomes(&self, space: SpaceId, from: PeerId) -> bool {
        spaces::enter::is_joining(self.0, space) || !self.is_blocked(&from)
    }
}

/// The peers of all members of a space but this one.
pub(super) fn member_peers(core: &Core, space: SpaceId) -> BTreeSet<PeerId> {
    let Some(held) = core.held(space) else { return BTreeSet::new() };
    let inner = held.lock();
    let peers = inner.replica.membership().into_iter().flat_map(|members| members.peers.keys().copied());
    peers.filter(|peer| *peer != core.me.peer).collect()
}

/// Whether a peer is a member's of a space.
pub(super) fn is_member(core: &Core, space: SpaceId, peer: &PeerId) -> bool {
    View(core).standing(space, *peer) == Standing::Member
}
