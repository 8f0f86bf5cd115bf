//! Whom to keep a session with, and when to try again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use proto::{
    id::PeerId,
    session::{Close, REPEAT, neighbours},
    time::Time,
};
use tokio::time::{Instant, interval};

use super::{Sessions, accept, view::member_peers};
use crate::shared::Core;

/// So many dials are under way at one time.
const MAX_DIALS: usize = 16;

/// Contacts with whom one shares no space are kept warm up to this number.
const MAX_WARM_CONTACTS: usize = 32;

/// How often it is looked whom to dial, if nothing wakes us before.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// After a first failure; doubled with each further one up to [`MAX_BACKOFF`].
const MIN_BACKOFF: Duration = Duration::from_millis(500);

/// Nobody is left alone for longer.
const MAX_BACKOFF: Duration = Duration::from_secs(60);

/// A session that nobody needs is kept for so long.
const IDLE_GRACE: Duration = Duration::from_secs(60);

/// The dials under way, and those that failed.
#[derive(Default)]
pub(super) struct Dials {
    under_way: BTreeSet<PeerId>,
    failed: BTreeMap<PeerId, Failed>,
    unneeded: BTreeMap<PeerId, Instant>,
    /// Peers that let us in, until what they let us into has arrived.
    hosts: BTreeSet<PeerId>,
}

struct Failed {
    times: u32,
    again: Instant,
}

impl Dials {
    /// A session has begun.
    pub(super) fn reached(&mut self, peer: PeerId) {
        self.under_way.remove(&peer);
        self.failed.remove(&peer);
    }

    /// A session has ended: the other end may well dial us, so it is left alone for a moment.
    pub(super) fn ended(&mut self, peer: PeerId) {
        self.failed.insert(peer, Failed { times: 0, again: Instant::now() + MIN_BACKOFF });
    }

    /// Whether a peer is wanted that is no contact's or member's yet.
    pub(super) fn is_host(&self, peer: &PeerId) -> bool {
        self.hosts.contains(peer)
    }

    /// Somebody says that the peer is there.
    pub(super) fn heard_of(&mut self, peer: PeerId) {
        self.failed.remove(&peer);
    }

    /// Everybody may be tried at once.
    pub(super) fn forgive(&mut self) {
        self.failed.clear();
    }

    fn is_waiting(&self, peer: &PeerId) -> bool {
        self.failed.get(peer).is_some_and(|failed| failed.again > Instant::now())
    }

    fn fail(&mut self, peer: PeerId, jitter: f64) {
        let times = self.failed.get(&peer).map_or(0, |failed| failed.times);
        let wait = MIN_BACKOFF.saturating_mul(1 << times.min(10)).min(MAX_BACKOFF).mul_f64(0.75 + jitter / 2.0);
        self.failed.insert(peer, Failed { times: times.saturating_add(1), again: Instant::now() + wait });
    }
}

impl Sessions {
    /// Wants a session with a peer that has let us into a space of which nothing is known here yet, or no longer.
    pub(crate) fn want(&self, host: PeerId, on: bool) {
        let mut state = self.state();
        if on {
            state.dials.failed.remove(&host);
            state.dials.hosts.insert(host);
        } else {
            state.dials.hosts.remove(&host);
        }
        drop(state);
        self.wake.notify_one();
    }

    /// Keeps sessions with those one should, for as long as the node runs.
    pub(crate) async fn run(core: Arc<Core>) {
        let mut look = interval(LOOK_EVERY);
        let mut beacon = interval(REPEAT);
        let (mut nearby, mut addresses) = (core.net.watch_nearby(), core.net.watch_addresses());
        loop {
            tokio::select! {
                _ = look.tick() => {}
                () = core.sessions.wake.notified() => {}
                _ = beacon.tick() => core.sessions.beacon(&core),
                Ok(()) = nearby.changed() => {
                    let there = core.net.nearby();
                    let mut state = core.sessions.state();
                    there.iter().for_each(|nearby| state.dials.heard_of(PeerId(nearby.key.0)));
                }
                Ok(()) = addresses.changed() => core.sessions.state().dials.forgive(),
            }
            core.sessions.look(&core);
        }
    }

    /// Dials whom one needs and has not; lets go whom one does not need.
    fn look(&self, core: &Arc<Core>) {
        let wanted = self.wanted(core);
        let mut state = self.state();
        let missing: Vec<PeerId> = wanted
            .iter()
            .filter(|peer| !state.is_connected(peer) && !state.dials.under_way.contains(peer))
            .filter(|peer| !state.dials.is_waiting(peer))
            .copied()
            .collect();
        let room = MAX_DIALS.saturating_sub(state.dials.under_way.len());
        for peer in missing.into_iter().take(room) {
            state.dials.under_way.insert(peer);
            core.tasks.clone().spawn(dial(core.clone(), peer));
        }
        drop(state);
        self.let_go(&wanted);
    }

    /// The neighbours of every space, and contacts.
    fn wanted(&self, core: &Core) -> BTreeSet<PeerId> {
        let mut wanted = BTreeSet::new();
        for held in core.all_held() {
            let members = member_peers(core, held.id);
            wanted.extend(neighbours(held.id, core.me.peer, &self.reachable(&members)));
        }
        wanted.extend(contacts(core));
        wanted.extend(self.state().dials.hosts.iter().copied());
        wanted.retain(|peer| accept::is_known(core, &net::Key(peer.0)));
        wanted
    }

    /// Who might be reached: all but those whose last dial failed and of whom nothing was heard since.
    fn reachable(&self, members: &BTreeSet<PeerId>) -> BTreeSet<PeerId> {
        let state = self.state();
        members.iter().filter(|peer| state.is_connected(peer) || !state.dials.is_waiting(peer)).copied().collect()
    }

    fn let_go(&self, wanted: &BTreeSet<PeerId>) {
        let now = Instant::now();
        let unneeded: Vec<PeerId> = {
            let mut state = self.state();
            let idle: BTreeSet<PeerId> = state.dialled().filter(|peer| !wanted.contains(peer)).collect();
            state.dials.unneeded.retain(|peer, _| idle.contains(peer));
            for peer in &idle {
                state.dials.unneeded.entry(*peer).or_insert(now);
            }
            let over = |since: &Instant| now.duration_since(*since) > IDLE_GRACE;
            state.dials.unneeded.iter().filter(|(_, since)| over(since)).map(|(peer, _)| *peer).collect()
        };
        unneeded.iter().for_each(|peer| self.close_peer(peer, Close::Idle));
    }
}

/// One dial, and the session that comes of it.
async fn dial(core: Arc<Core>, peer: PeerId) {
    let began = accept::dial(core.clone(), peer).await.unwrap_or_else(|error| {
        tracing::trace!(peer = %peer.short(), %error, "a dial failed");
        false
    });
    if began {
        return;
    }
    let jitter = core.dice.below(1000) as f64 / 1000.0;
    let mut state = core.sessions.state();
    state.dials.under_way.remove(&peer);
    if !state.is_connected(&peer) {
        state.dials.fail(peer, jitter);
    }
}

/// The peers of contacts, those seen last first.
fn contacts(core: &Core) -> Vec<PeerId> {
    let peers = core.store.read(|reader| {
        let mut peers = Vec::new();
        for person in reader.people()?.into_iter().filter(|p| p.contact_since.is_some() && !p.blocked) {
            peers.extend(reader.peers_of(&person.id)?);
        }
        Ok(peers)
    });
    let mut peers = peers.unwrap_or_default();
    peers.sort_by_key(|peer| std::cmp::Reverse(peer.last_seen.unwrap_or(Time(0))));
    peers.into_iter().map(|peer| peer.id).filter(|peer| *peer != core.me.peer).take(MAX_WARM_CONTACTS).collect()
}
