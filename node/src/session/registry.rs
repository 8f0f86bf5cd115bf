//! Who is connected, and what all sessions share.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use net::Link;
use proto::{
    id::{PeerId, PersonId, SpaceId},
    session::{Close, Presence, Reports, Skews, Writers},
    sync::Claims,
    time::Time,
};
use tokio::{
    sync::{Notify, mpsc},
    time::Instant,
};

use super::{Connected, Contact, MAX_NEWS, MAX_SESSIONS, Partner, reach, spread::News};

/// Two dials of the same pair within this time were made at once: both ends keep the one of the lower key.
const AT_ONCE_US: u64 = 3_000_000;

/// All sessions of this peer.
pub struct Sessions {
    /// When they began, by the wall clock and by the one that never jumps.
    began: (Time, Instant),
    state: Mutex<State>,
    /// Which session fetches what.
    pub(super) claims: Mutex<Claims>,
    /// The former keys of peers whose proof leads on from them, while there is a session.
    pub(super) vouched: Mutex<BTreeMap<PeerId, Vec<PeerId>>>,
    /// Look anew whom to dial.
    pub(super) wake: Notify,
}

#[derive(Default)]
pub(super) struct State {
    sessions: BTreeMap<PeerId, Session>,
    last_number: u64,
    pub(super) presence: Presence,
    pub(super) reports: BTreeMap<SpaceId, Reports>,
    pub(super) skews: Skews,
    pub(super) writers: Writers,
    pub(super) dials: super::dial::Dials,
}

/// One session, as others see it.
struct Session {
    number: u64,
    partner: Partner,
    link: Link,
    since: Time,
    news: mpsc::Sender<News>,
}

/// A session's own end of the registry.
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) news: mpsc::Receiver<News>,
}

impl Sessions {
    /// None yet; `now` is the wall clock's.
    pub(crate) fn new(now: Time) -> Self {
        Self {
            began: (now, Instant::now()),
            state: Mutex::default(),
            claims: Mutex::default(),
            vouched: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// The moment by a clock that never jumps, unlike the wall's: for how long ago something was.
    pub(super) fn now(&self) -> Time {
        self.began.0 + self.began.1.elapsed()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(super) fn vouched(&self) -> MutexGuard<'_, BTreeMap<PeerId, Vec<PeerId>>> {
        self.vouched.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(super) fn claims(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Takes a session in, in place of an older one with the same peer; why not, otherwise.
    pub(super) fn enter(&self, me: PeerId, partner: Partner, link: &Link) -> Result<Place, Close> {
        let now = self.now();
        let mut state = self.state();
        if let Some(there) = state.sessions.get(&partner.peer) {
            if !takes_over(me, partner.peer, link, there, now) {
                return Err(Close::Replaced);
            }
            close(&there.link, Close::Replaced);
        } else if state.sessions.len() >= MAX_SESSIONS {
            return Err(Close::Busy);
        }
        state.last_number += 1;
        let number = state.last_number;
        let (send, news) = mpsc::channel(MAX_NEWS);
        let session = Session { number, partner, link: link.clone(), since: now, news: send };
        state.sessions.insert(partner.peer, session);
        state.dials.reached(partner.peer);
        Ok(Place { number, news })
    }

    /// A session has ended; whether no other has taken its place.
    pub(super) fn leave(&self, peer: PeerId, number: u64) -> bool {
        self.claims().end(number);
        self.vouched().remove(&peer);
        let mut state = self.state();
        let current = state.sessions.get(&peer).is_some_and(|session| session.number == number);
        if current {
            state.sessions.remove(&peer);
            state.presence.left(peer);
            state.dials.ended(peer);
        }
        drop(state);
        self.wake.notify_one();
        current
    }

    /// Looks anew whom to dial, forgetting earlier failures: something has changed.
    pub fn wake(&self) {
        self.state().dials.forgive();
        self.wake.notify_one();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.state().sessions.len()
    }

    /// With which peers there is one.
    pub fn connected(&self) -> Vec<PeerId> {
        self.state().sessions.keys().copied().collect()
    }

    /// The connection with a peer.
    pub fn link(&self, peer: &PeerId) -> Option<Link> {
        self.state().sessions.get(peer).map(|session| session.link.clone())
    }

    /// How one is connected to a peer, if one is.
    pub fn contact_with(&self, peer: &PeerId) -> Option<Contact> {
        self.link(peer).map(|link| contact(&link))
    }

    /// The session with a peer, if there is one.
    pub fn session_with(&self, peer: &PeerId) -> Option<Connected> {
        let (link, since) = self.state().sessions.get(peer).map(|session| (session.link.clone(), session.since))?;
        let (sent_bytes, received_bytes) = link.traffic_bytes();
        Some(Connected { contact: contact(&link), path: link.remote_addr(), since, sent_bytes, received_bytes })
    }

    /// Ends the sessions with a person's peers.
    pub fn close_person(&self, person: PersonId) {
        let state = self.state();
        let theirs = state.sessions.values().filter(|session| session.partner.person == person);
        theirs.for_each(|session| close(&session.link, Close::Unwanted));
    }

    /// Ends the session with a peer.
    pub(super) fn close_peer(&self, peer: &PeerId, why: Close) {
        if let Some(session) = self.state().sessions.get(peer) {
            close(&session.link, why);
        }
    }

    /// Ends all, saying that this peer goes.
    pub fn close_all(&self) {
        self.state().sessions.values().for_each(|session| close(&session.link, Close::Goodbye));
    }

    /// Hands news to every session but the one it came by.
    pub(super) fn tell(&self, from: Option<u64>, news: &News) {
        for session in self.state().sessions.values().filter(|session| Some(session.number) != from) {
            if session.news.try_send(news.clone()).is_err() {
                // Full: the session finds the queue full too, and compares everything once it has emptied it.
                tracing::trace!(peer = %session.partner.peer.short(), "a session lags behind");
            }
        }
    }
}

impl State {
    /// Whether there is a session with a peer.
    pub(super) fn is_connected(&self, peer: &PeerId) -> bool {
        self.sessions.contains_key(peer)
    }

    /// With whom there is one that we dialled.
    pub(super) fn dialled(&self) -> impl Iterator<Item = PeerId> + '_ {
        self.sessions.iter().filter(|(_, session)| session.link.is_dialled()).map(|(peer, _)| *peer)
    }
}

fn contact(link: &Link) -> Contact {
    Contact { reach: reach(link.path()), rtt: link.rtt() }
}

/// Whether a new connection with the same peer takes the old one's place. Both ends decide alike: of two that were dialled at
/// once the lower key's stays, otherwise the newer one, as the old may be dead without our knowing.
fn takes_over(me: PeerId, peer: PeerId, link: &Link, there: &Session, now: Time) -> bool {
    let dialler = |link: &Link| if link.is_dialled() { me } else { peer };
    let at_once = now.0.saturating_sub(there.since.0) < AT_ONCE_US;
    !at_once || dialler(link) == dialler(&there.link) || dialler(link) < dialler(&there.link)
}

/// Ends a connection, saying why.
pub(super) fn close(link: &Link, why: Close) {
    link.close(net::code::FIRST_FREE + why.code(), word(why));
}

fn word(why: Close) -> &'static str {
    match why {
        Close::Goodbye => "goodbye",
        Close::Version => "no version in common",
        Close::Proof => "the proof of the person does not hold",
        Close::Fault => "the protocol was broken",
        Close::Unwanted => "not wanted",
        Close::Replaced => "another connection takes over",
        Close::Idle => "not needed",
        Close::Busy => "too many sessions",
    }
}
