//! Everybody one knows, and how they are reached.

use std::collections::{BTreeMap, BTreeSet};

use api::people as api_people;
use proto::id::{PeerId, PersonId, SpaceId};
use store::Error;

use super::People;
use crate::clock::rfc3339;

/// What shared spaces say about a person.
#[derive(Default)]
struct Shared {
    peers: BTreeSet<PeerId>,
    spaces: Vec<SpaceId>,
}

impl People {
    /// Contacts, members of shared spaces, and whom one has blocked: by name.
    pub fn list(&self) -> Result<Vec<api_people::Person>, Error> {
        let shared = self.shared();
        let kept = self.core.store.read(|reader| reader.people())?;
        let wanted = kept.iter().filter(|person| person.contact_since.is_some() || person.blocked);
        let mut ids: BTreeSet<PersonId> = wanted.map(|person| person.id).collect();
        ids.extend(shared.keys());
        ids.remove(&self.core.me());
        let mut people = Vec::with_capacity(ids.len());
        for id in ids {
            people.push(self.person(id, shared.get(&id))?);
        }
        people.sort_by_key(|person| person.name.to_lowercase());
        Ok(people)
    }

    /// One person.
    pub(super) fn describe(&self, id: PersonId) -> Result<api_people::Person, Error> {
        self.person(id, self.shared().get(&id))
    }

    fn shared(&self) -> BTreeMap<PersonId, Shared> {
        let mut people: BTreeMap<PersonId, Shared> = BTreeMap::new();
        for space in self.core.spaces() {
            for member in space.members() {
                let shared = people.entry(member.person).or_default();
                shared.peers.extend(member.peers);
                shared.spaces.push(space.id());
            }
        }
        people
    }

    fn person(&self, id: PersonId, shared: Option<&Shared>) -> Result<api_people::Person, Error> {
        let (kept, own) = self.core.store.read(|reader| Ok((reader.person(&id)?, reader.peers_of(&id)?)))?;
        let mut peers = shared.map(|shared| shared.peers.clone()).unwrap_or_default();
        peers.extend(own.iter().map(|peer| peer.id));
        let nearest = peers.iter().filter_map(|peer| self.core.sessions.contact_with(peer)).min_by_key(|c| c.rtt);
        let online = nearest.is_some() || peers.iter().any(|peer| self.core.sessions.is_online(peer));
        let last_seen = own.iter().filter_map(|peer| peer.last_seen).max();
        Ok(api_people::Person {
            id: id.to_string(),
            name: self.core.name_of(None, id),
            contact: kept.as_ref().is_some_and(|person| person.contact_since.is_some()),
            blocked: kept.as_ref().is_some_and(|person| person.blocked),
            online,
            reach: nearest.as_ref().map_or(api_people::Reach::Unreachable, |contact| contact.reach),
            rtt_ms: nearest.as_ref().and_then(|contact| contact.rtt).map(|rtt| rtt.as_secs_f64() * 1000.0),
            last_seen: last_seen.map(rfc3339),
            peers: peers.iter().map(PeerId::to_string).collect(),
            spaces: shared.iter().flat_map(|shared| &shared.spaces).map(SpaceId::to_string).collect(),
        })
    }
}
