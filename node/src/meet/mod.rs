//! Meeting somebody of whom one knows nothing but an address: words on both sides, and two people who say yes.
//!
//! The rules are `proto::meet`; here is who dials, what lasts and what people are told. A request is durable before its words are
//! shown; a "yes" is durable before it is said. A yes that could not be said at once is said again until it is heard.

mod answer;
mod conversation;
mod error;
mod target;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use api::{event::Event, people as api_people};
use net::{Link, Protocol};
use proto::{
    id::{PeerId, PersonId},
    key::Ed25519,
    meet::{Card, Message, Words},
    space::{Person, PersonProof},
};
use store::people::Request;
use tokio::sync::mpsc;

use crate::Core;
pub use error::MeetError;

/// So many requests of others wait for an answer; who asks then is told that we are busy.
pub const MAX_INCOMING_REQUESTS: usize = 64;

/// So many meetings are kept on their links while people compare words.
pub const MAX_OPEN_MEETINGS: usize = 64;

/// The two sides must have agreed on words within this time.
const WORDS_WITHIN: Duration = Duration::from_secs(20);

/// A link waits so long for people to answer; later answers dial anew.
const ANSWER_WITHIN: Duration = Duration::from_secs(15 * 60);

/// A yes that nobody has heard is said again this often.
const SAY_AGAIN_EVERY: Duration = Duration::from_secs(30);

/// Meetings, and the requests that come of them. Clones are the same.
#[derive(Clone)]
pub struct Meet {
    core: Arc<Core>,
    open: Arc<Mutex<BTreeMap<PeerId, mpsc::Sender<Message>>>>,
}

impl Meet {
    /// For one node.
    pub fn new(core: Arc<Core>) -> Self {
        Self { core, open: Arc::default() }
    }

    /// Asks whoever is meant by `to` (see [`api_people::Connect`]) to be a contact; returns once both see words.
    pub async fn connect(&self, to: &str) -> Result<api_people::Request, MeetError> {
        let target = self.find(to).await?;
        if target.peer == self.core.peer() {
            return Err(MeetError::Oneself);
        }
        self.refuse_known(target.peer)?;
        let link = self.core.net.dial(net::Key(target.peer.0), &target.addresses, Protocol::Meet).await?;
        self.converse(link, false).await
    }

    /// Takes a link that somebody dialled. Returns when the meeting is over or its link broke.
    pub async fn accept(&self, link: Link) {
        if let Err(error) = self.receive(link).await {
            tracing::debug!(%error, "a meeting ended");
        }
    }

    /// Says again what was not heard, for as long as the node runs.
    pub async fn run(self) {
        loop {
            tokio::time::sleep(SAY_AGAIN_EVERY).await;
            self.say_again().await;
        }
    }

    /// All open requests, the oldest first.
    pub fn requests(&self) -> Result<Vec<api_people::Request>, MeetError> {
        let requests = self.core.store.read(|reader| reader.requests())?;
        Ok(requests.iter().map(describe).collect())
    }

    fn refuse_known(&self, peer: PeerId) -> Result<(), MeetError> {
        let known = self.core.store.read(|reader| {
            let person = reader.peer(&peer)?.map(|peer| reader.person(&peer.person)).transpose()?;
            Ok(person.flatten().filter(|person| person.contact_since.is_some()))
        })?;
        known.map_or(Ok(()), |person| Err(MeetError::AlreadyContact(person.name)))
    }

    /// What we say of ourselves.
    fn card(&self) -> Card {
        let listening = self.core.net.addresses();
        let addresses = listening.iter().take(proto::meet::MAX_LINK_ADDRESSES);
        Card {
            name: self.core.own_name(),
            proof: minicbor::to_vec(self.core.own_proof()).unwrap_or_default(),
            addresses: addresses.map(|address| address.to_string()).collect(),
        }
    }

    /// Keeps what both sides agreed on, and tells of it.
    async fn keep(&self, person: Person, words: Words, card: Card, incoming: bool) -> Result<Request, MeetError> {
        let request = Request {
            peer: person.peer,
            incoming,
            person: Some(person.person),
            name: crate::people::presentable(&card.name),
            words: words.to_string(),
            proof: Some(card.proof.clone()),
            confirmed_here: false,
            confirmed_there: false,
            at: self.core.now(),
        };
        let (kept, now) = (request.clone(), self.core.now());
        self.core
            .store
            .write(move |tx| {
                tx.put_request(&kept)?;
                for address in card.addresses {
                    let found = store::people::Address { address, source: crate::people::SAID_ITSELF, seen: now };
                    tx.put_address(&kept.peer, &found)?;
                }
                Ok(())
            })
            .await?;
        self.core.events.tell(Event::Request { person: person.person.to_string() });
        Ok(request)
    }

    fn is_blocked(&self, person: &PersonId) -> Result<bool, MeetError> {
        let person = self.core.store.read(|reader| reader.person(person))?;
        Ok(person.is_some_and(|person| person.blocked))
    }

    fn open(&self) -> std::sync::MutexGuard<'_, BTreeMap<PeerId, mpsc::Sender<Message>>> {
        self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Whom a card proves, if it is the peer at the other end of the link.
fn proven(card: &Card, peer: PeerId) -> Result<Person, MeetError> {
    let proof: PersonProof = minicbor::decode(&card.proof).map_err(|_| MeetError::Misbehaved)?;
    let person = proof.verify(&Ed25519).map_err(|_| MeetError::Misbehaved)?;
    (person.peer == peer).then_some(person).ok_or(MeetError::Misbehaved)
}

/// A request as people see it.
fn describe(request: &Request) -> api_people::Request {
    api_people::Request {
        id: request.person.map_or_else(|| request.peer.to_string(), |person| person.to_string()),
        name: request.name.clone(),
        words: request.words.clone(),
        incoming: request.incoming,
        confirmed: request.confirmed_here,
        confirmed_by_them: request.confirmed_there,
        since: crate::clock::rfc3339(request.at),
    }
}
