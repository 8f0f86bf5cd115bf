//! Every peer one knows of, and how it is reached at this moment.

use std::collections::{BTreeMap, BTreeSet};

use api::{connections::Connection, people::Reach};
use proto::id::{PeerId, PersonId, SpaceId};
use store::Error;

use super::People;
use crate::clock::rfc3339;

/// What is known of a peer before its session is looked at.
struct Known {
    person: PersonId,
    spaces: BTreeSet<SpaceId>,
}

impl People {
    /// One's own peer first, then those online by name, then the others by name.
    pub fn connections(&self) -> Result<Vec<Connection>, Error> {
        let mut all: Vec<Connection> =
            self.known_peers()?.iter().map(|(peer, known)| self.connection(peer, known)).collect();
        let own = self.core.peer().to_string();
        all.sort_by_key(|one| (one.peer != own, !one.online, one.name.to_lowercase(), one.peer.clone()));
        Ok(all)
    }

    /// The peers of members, of contacts, and one's own.
    fn known_peers(&self) -> Result<BTreeMap<PeerId, Known>, Error> {
        let nowhere = |person| Known { person, spaces: BTreeSet::new() };
        let mut peers = BTreeMap::from([(self.core.peer(), nowhere(self.core.me()))]);
        for space in self.core.spaces() {
            for member in space.members() {
                for peer in member.peers {
                    let known = peers.entry(peer).or_insert_with(|| nowhere(member.person));
                    if space.is_listed() {
                        known.spaces.insert(space.id());
                    }
                }
            }
        }
        self.core.store.read(|reader| {
            for person in reader.people()?.into_iter().filter(|person| person.contact_since.is_some()) {
                for peer in reader.peers_of(&person.id)? {
                    peers.entry(peer.id).or_insert_with(|| nowhere(person.id));
                }
            }
            Ok(())
        })?;
        Ok(peers)
    }

    fn connection(&self, peer: &PeerId, known: &Known) -> Connection {
        let sessions = &self.core.sessions;
        let (here, session) = (*peer == self.core.peer(), sessions.session_with(peer));
        let reached = session.as_ref().map_or(Reach::Unreachable, |session| session.contact.reach);
        Connection {
            peer: peer.to_string(),
            person: known.person.to_string(),
            name: self.core.name_of(None, known.person),
            me: known.person == self.core.me(),
            online: here || sessions.is_online(peer),
            reach: if here { Reach::Local } else { reached },
            rtt_ms: session.as_ref().and_then(|session| session.contact.rtt).map(|rtt| rtt.as_secs_f64() * 1000.0),
            via: None,
            via_peer: None,
            path: session.as_ref().and_then(|session| session.path).map(|path| path.to_string()),
            since: session.as_ref().map(|session| rfc3339(session.since)),
            sent_bytes: session.as_ref().map_or(0, |session| session.sent_bytes),
            received_bytes: session.as_ref().map_or(0, |session| session.received_bytes),
            spaces: known.spaces.iter().map(SpaceId::to_string).collect(),
        }
    }
}
