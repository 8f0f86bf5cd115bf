//! One simulated peer: what it has on disk, and what it has in mind while it is up.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use proto::{
    id::{PeerId, SpaceId},
    log::{LogKey, Run},
    space::{PersonProof, Replica},
    sync::{Claims, Digest, Head, Outcome, Part, Spaces, Standing, Sync, Ticket},
    time::Time,
};

use super::{Mutant, disk::Disk, keys::Keys};
use crate::Answer;

/// When the world begins, by a clock that is right.
const BEGINNING: Time = Time::from_millis(1_800_000_000_000);

/// One peer, up or down.
pub(super) struct Peer {
    pub keys: Keys,
    pub proof: PersonProof,
    pub ahead_ms: i64,
    pub disk: Disk,
    pub mind: Option<Mind>,
    pub mutant: Option<Mutant>,
}

/// What is lost when it goes down.
#[derive(Default)]
pub(super) struct Mind {
    pub replicas: Replicas,
    pub sessions: BTreeMap<usize, Session>,
    pub claims: Claims,
    /// What is to be done when the oldest write is durable, and so on.
    pub waiting: VecDeque<Then>,
    /// When the newest write is durable.
    pub durable_at: Duration,
    /// Which of the peer's lives this is.
    pub boot: u64,
}

/// The spaces, as sync sees them.
#[derive(Default)]
pub(super) struct Replicas {
    pub by_space: BTreeMap<SpaceId, Replica>,
    pub mutant: Option<Mutant>,
}

/// A session with one partner.
pub(super) struct Session {
    pub link: u64,
    pub sync: Sync,
}

/// What waits for a write to be durable.
pub(super) enum Then {
    /// Tell the partner's session what became of its run, and the other sessions what is new.
    Ingested { partner: usize, link: u64, ticket: Ticket, outcome: Box<Outcome>, news: News },
    /// Tell all sessions, and whoever asked.
    Own { news: Vec<News>, answer: Option<u64> },
    /// Tell the newcomer, and all sessions.
    Admitted { newcomer: usize, answer: u64, news: Vec<News> },
    /// A space was taken in.
    Introduced { partner: usize, link: u64, space: SpaceId },
}

/// Ops that are new here.
pub(super) struct News {
    pub space: SpaceId,
    pub heads: Vec<Head>,
    pub run: Option<Run>,
}

impl Peer {
    /// What its clock shows.
    pub(super) fn clock(&self, now: Duration) -> Time {
        let right = BEGINNING + now;
        Time(right.0.saturating_add_signed(self.ahead_ms * 1000))
    }

    /// Breaks what is to be broken, once it is up.
    pub(super) fn set_up_mutant(&mut self) {
        if let Some(mind) = &mut self.mind {
            mind.replicas.mutant = self.mutant;
        }
    }
}

impl Replicas {
    fn each_head(&self, space: SpaceId, part: Part, after: Option<LogKey>) -> impl Iterator<Item = Head> + '_ {
        let heads = self.by_space.get(&space).into_iter().flat_map(move |replica| replica.heads(after));
        heads.map(|head| self.said(head)).filter(move |head| Part::of(&head.log) == part)
    }
}

impl Replicas {
    /// What it says that it holds.
    fn said(&self, head: proto::space::Head) -> Head {
        let mut head = Head::from(head);
        if self.mutant == Some(Mutant::OverlooksGaps) && Part::of(&head.log) == Part::Rest {
            head.held.insert(1, head.held.last());
        }
        head
    }
}

impl Spaces for Replicas {
    fn shared_with(&self, peer: PeerId) -> Vec<SpaceId> {
        let known = |space: &SpaceId| matches!(self.standing(*space, peer), Standing::Member | Standing::Former);
        self.by_space.keys().copied().filter(known).collect()
    }

    fn standing(&self, space: SpaceId, peer: PeerId) -> Standing {
        let Some(replica) = self.by_space.get(&space) else { return Standing::Unknown };
        let is_member = |peer| replica.membership().is_some_and(|members| members.standing(&peer).is_some());
        match is_member(peer) || self.mutant == Some(Mutant::OpensDoors) {
            true => Standing::Member,
            false if replica.knows_peer(&peer) => Standing::Former,
            false if is_member(replica.me()) => Standing::Stranger,
            false => Standing::Unknown,
        }
    }

    fn digest(&self, space: SpaceId, part: Part) -> Digest {
        Digest::of(self.each_head(space, part, None))
    }

    fn heads(&self, space: SpaceId, part: Part, after: Option<LogKey>, limit: usize) -> Vec<Head> {
        self.each_head(space, part, after).take(limit).collect()
    }

    fn head(&self, space: SpaceId, log: &LogKey) -> Option<Head> {
        self.by_space.get(&space)?.head(log).map(|head| self.said(head))
    }

    fn takes(&self, space: SpaceId, log: &LogKey) -> bool {
        self.by_space.get(&space).is_some_and(|replica| replica.takes(log))
    }

    fn welcomes(&self, _: SpaceId, _: PeerId) -> bool {
        true
    }
}

/// The answer to somebody who asked, by number.
pub(super) type Answers = BTreeMap<u64, Answer>;
