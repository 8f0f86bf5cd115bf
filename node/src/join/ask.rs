//! Asking to be let in.

use std::{collections::BTreeSet, net::SocketAddr, sync::Arc, time::Duration};

use api::{
    Problem,
    event::Event,
    spaces::{Entered, Join as AskJoin, Preview},
};
use net::{Key, Protocol};
use proto::{
    id::PeerId,
    join::{Answer, Ask, MAX_MESSAGE_BYTES},
    key::SecretKey,
    space::{JoinRequest, Link, LinkPeer, Wish},
};
use store::people::Address;
use tokio::task::JoinSet;

use super::{Join, JoinError, link};
use crate::{
    clock::rfc3339,
    shared::Core,
    spaces::{AppendError, Space, api_kind, api_role},
};

/// How long one member is given before the next is asked beside it.
const NEXT_AFTER: Duration = Duration::from_millis(500);

/// How long one member may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// How long the space may take to arrive once one was let in.
const ARRIVE_WITHIN: Duration = Duration::from_secs(30);

/// How often it is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// At most so many of the local network are asked, should nobody of the link answer.
const MAX_NEARBY_ASKED: usize = 16;

/// How an address became known, as the store keeps it: from a link.
const FROM_LINK: u8 = 2;

impl Join {
    /// What a link says, before one accepts.
    pub async fn preview(&self, ask: AskJoin) -> Result<Preview, Problem> {
        let link = Link::from_text(&ask.link).map_err(JoinError::from)?;
        let member = self.core.space(link.space).is_some_and(|space| space.role().is_some());
        Ok(Preview {
            space: link.space.to_string(),
            name: link.name,
            kind: api_kind(link.kind),
            by: link.inviter,
            role: api_role(link.role),
            expires: link.expires.map(rfc3339),
            member,
        })
    }

    /// Joins by a link. For somebody who is in already nothing happens.
    pub async fn join(&self, ask: AskJoin) -> Result<Entered, Problem> {
        let link = Link::from_text(&ask.link).map_err(JoinError::from)?;
        let space = self.enter(&link).await?;
        Ok(Entered { space: space.shown()? })
    }

    async fn enter(&self, link: &Link) -> Result<Space, JoinError> {
        if let Some(space) = self.member_of(link) {
            return Ok(space);
        }
        self.announce(link).await?;
        let asked = self.ask_all(link).await;
        if asked.as_ref().is_err_and(JoinError::is_final) {
            self.give_up(link).await?;
        }
        let by = asked?;
        self.core.sessions.want(by, true);
        let arrived = tokio::time::timeout(ARRIVE_WITHIN, self.arrival(link)).await;
        self.core.sessions.want(by, false);
        let space = arrived.map_err(|_| JoinError::NotArrived)?;
        match space.call_me(&self.core.own_name()).await {
            // By a clock that is far behind we are no member yet; everybody one meets hears the name all the same.
            Ok(()) | Err(AppendError::NotAllowed) => {}
            Err(error) => return Err(error.into()),
        }
        self.core.events.tell(Event::Space { space: link.space.to_string() });
        Ok(space)
    }

    fn member_of(&self, link: &Link) -> Option<Space> {
        self.core.space(link.space).filter(|space| space.role().is_some())
    }

    /// Notes what is to be joined and who may help, so that it arrives also after a restart.
    async fn announce(&self, link: &Link) -> Result<(), JoinError> {
        let now = self.core.now();
        let (space, peers) = (link::announced(link, now), link.peers.clone());
        self.core.joining.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(link.space);
        let written = self.core.store.write(move |tx| {
            if tx.space(&space.id)?.is_none() {
                tx.put_space(&space)?;
            }
            for LinkPeer { peer, addresses } in peers {
                for address in addresses.into_iter().filter(|address| address.parse::<SocketAddr>().is_ok()) {
                    tx.put_address(&peer, &Address { address, source: FROM_LINK, seen: now })?;
                }
            }
            Ok(())
        });
        Ok(written.await?)
    }

    /// Notes that it is not to be joined after all: nothing of it is taken in any more.
    async fn give_up(&self, link: &Link) -> Result<(), JoinError> {
        let space = link.space;
        self.core.joining.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&space);
        Ok(self.core.store.write(move |tx| tx.forget_joining(&space).map(drop)).await?)
    }

    /// Waits until the space is here and one is a member of it.
    async fn arrival(&self, link: &Link) -> Space {
        loop {
            if let Some(space) = self.member_of(link) {
                return space;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Asks one member after the other until one lets us in: those of the link, then whoever is near.
    async fn ask_all(&self, link: &Link) -> Result<PeerId, JoinError> {
        let question = Arc::new(self.question(link).to_bytes());
        let named: BTreeSet<PeerId> = link.peers.iter().map(|peer| peer.peer).collect();
        let nearby = self.core.net.nearby().into_iter().map(|near| PeerId(near.key.0));
        let nearby = nearby.filter(|peer| !named.contains(peer)).take(MAX_NEARBY_ASKED);
        let all: Vec<PeerId> = link.peers.iter().map(|peer| peer.peer).chain(nearby).collect();
        let mut asking = JoinSet::new();
        let mut told = Told::default();
        for peer in all.into_iter().filter(|peer| *peer != self.core.peer()) {
            told.tried += 1;
            asking.spawn(ask(self.core.clone(), peer, addresses_of(link, &peer), question.clone()));
            if let Ok(Some(answered)) = tokio::time::timeout(NEXT_AFTER, asking.join_next()).await {
                told.hear(answered.ok());
            }
            if told.is_over() {
                break;
            }
        }
        while !told.is_over() {
            let Some(answered) = asking.join_next().await else { break };
            told.hear(answered.ok());
        }
        told.by.ok_or_else(|| told.refusal(link, self.core.now()))
    }

    fn question(&self, link: &Link) -> Ask {
        let (person, peer) = (self.core.me(), self.core.peer());
        let wish = Wish { space: link.space, person, peer, asked: self.core.now() };
        let request = JoinRequest::sign(wish, &SecretKey::from_bytes(&link.secret));
        Ask { request, proof: self.core.own_proof().clone() }
    }
}

/// The addresses that a link gives of a peer.
fn addresses_of(link: &Link, peer: &PeerId) -> Vec<SocketAddr> {
    let texts = link.peers.iter().filter(|named| named.peer == *peer).flat_map(|named| &named.addresses);
    texts.filter_map(|text| text.parse().ok()).collect()
}

/// Asks one member; nothing if it cannot be reached.
async fn ask(
    core: Arc<Core>,
    peer: PeerId,
    addresses: Vec<SocketAddr>,
    question: Arc<Vec<u8>>,
) -> (PeerId, Option<Answer>) {
    let asked = async {
        let link = core.net.dial(Key(peer.0), &addresses, Protocol::Join).await.ok()?;
        let mut stream = link.open().await.ok()?;
        stream.send(&question).await.ok()?;
        stream.finish();
        let answer = stream.recv(MAX_MESSAGE_BYTES).await.ok()??;
        link.close(net::code::DONE, "");
        Answer::from_bytes(&answer).ok()
    };
    (peer, tokio::time::timeout(ANSWER_WITHIN, asked).await.ok().flatten())
}

/// What those asked have said.
#[derive(Default)]
struct Told {
    tried: usize,
    answers: Vec<Answer>,
    /// Who lets us in.
    by: Option<PeerId>,
}

impl Told {
    /// Takes in what somebody said, or that nothing came.
    fn hear(&mut self, answered: Option<(PeerId, Option<Answer>)>) {
        let Some((peer, answer)) = answered else { return };
        self.answers.extend(answer);
        if answer == Some(Answer::Welcome) {
            self.by = Some(peer);
        }
    }

    /// Whether nobody else need be asked: we are in, or who has heard most says no. (That it has expired is one member's clock.)
    fn is_over(&self) -> bool {
        let no = |answer: &Answer| matches!(answer, Answer::Withdrawn | Answer::UsedUp | Answer::Removed);
        self.by.is_some() || self.answers.iter().any(no)
    }

    /// The answer that says most.
    fn refusal(&self, link: &Link, now: proto::time::Time) -> JoinError {
        let said = |answer| self.answers.contains(&answer);
        match () {
            () if said(Answer::Withdrawn) => JoinError::Withdrawn,
            () if said(Answer::UsedUp) => JoinError::UsedUp,
            () if said(Answer::Expired) => JoinError::Expired,
            () if said(Answer::Removed) => JoinError::Removed,
            () if said(Answer::Invalid) => JoinError::Invalid,
            () if said(Answer::Busy) => JoinError::Busy,
            () if said(Answer::Unknown) => JoinError::Unknown,
            () if link.expires.is_some_and(|expires| expires < now) => JoinError::Expired,
            () => JoinError::Nobody { tried: self.tried },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_that_says_most_counts() {
        let link = Link {
            space: proto::id::SpaceId([1; 32]),
            name: "Lab".into(),
            kind: proto::space::Kind::Group,
            role: proto::space::Role::Writer,
            inviter: "Ann".into(),
            secret: [1; 32],
            expires: Some(proto::time::Time(10)),
            peers: Vec::new(),
        };
        let refusal = |answers: &[Answer], now| {
            let told = Told { tried: 2, answers: answers.to_vec(), by: None };
            told.refusal(&link, proto::time::Time(now))
        };
        assert!(Told { answers: vec![Answer::Unknown, Answer::UsedUp], ..Told::default() }.is_over());
        assert!(!Told { answers: vec![Answer::Expired], ..Told::default() }.is_over());
        assert!(matches!(refusal(&[Answer::Unknown, Answer::Withdrawn], 1), JoinError::Withdrawn));
        assert!(matches!(refusal(&[Answer::Unknown, Answer::Busy], 1), JoinError::Busy));
        assert!(matches!(refusal(&[], 11), JoinError::Expired));
        assert!(matches!(refusal(&[], 1), JoinError::Nobody { tried: 2 }));
    }
}
