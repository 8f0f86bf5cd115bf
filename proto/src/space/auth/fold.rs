//! Which auth ops count: the same for the same ops, in whatever order they came.
//!
//! The ops are taken in the one order of (time, id). An op counts if its own past allows it, and no accepted strong op
//! (a removal of its author, but for removals; a withdrawal of its invitation, or a removal of whoever made it) is
//! there that it knew nothing of. Accepted are: the first strong op that counts, then, all being judged anew, the next,
//! until there is none. An accepted one that by another's acceptance no longer counts is dropped for good.
//!
//! Nearly always an op comes after everything else, or is not strong: then nothing is judged but itself, as nothing
//! that is here can depend on it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Invite, Membership,
    deed::Deed,
    facts::{Facts, View},
    graph::{At, Graph, Seed},
    judge::Judge,
    membership::EpochInfo,
    past::Past,
};
use crate::{
    id::{EpochId, PeerId, PersonId},
    space::Person,
};

/// All auth ops and what they come to.
#[derive(Debug, Default)]
pub struct Fold {
    graph: Graph,
    facts: Facts,
    counts: Vec<bool>,
    accepted: BTreeSet<At>,
    dropped: BTreeSet<At>,
    /// By author: the place from which on nothing counts, as there are two ops.
    forks: BTreeMap<PeerId, u64>,
    now: Option<Membership>,
}

impl Fold {
    /// The ops.
    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Whether an op counts.
    pub fn counts(&self, at: At) -> bool {
        self.counts[at as usize]
    }

    /// The members by all ops. Nothing before the op that creates the space.
    pub const fn membership(&self) -> Option<&Membership> {
        self.now.as_ref()
    }

    /// The facts as of some point of the history.
    pub const fn view<'a>(&'a self, past: Option<&'a Past>) -> View<'a> {
        View { graph: &self.graph, facts: &self.facts, past }
    }

    /// The members as of some point of the history.
    pub fn membership_at(&self, past: &Past) -> Option<Membership> {
        self.project(Some(past))
    }

    /// Whether an op would count if it were added now.
    pub fn would_count(&self, seed: Seed) -> bool {
        self.graph.sprout(seed).is_some_and(|entry| self.judge().counts(&entry, None))
    }

    /// Adds an op; returns how many took effect: none if it has to wait, more if others waited for it.
    pub fn add(&mut self, seed: Seed) -> usize {
        let added = self.graph.add(seed);
        self.counts.resize(self.graph.len(), false);
        if let [at] = added[..]
            && !self.must_judge_anew(at)
        {
            self.judge_last(at);
        } else if !added.is_empty() {
            self.judge_all();
        }
        added.len()
    }

    /// Adds many ops at once, in any order.
    pub fn add_all(&mut self, seeds: impl IntoIterator<Item = Seed>) {
        seeds.into_iter().for_each(|seed| drop(self.graph.add(seed)));
        self.counts.resize(self.graph.len(), false);
        self.judge_all();
    }

    /// Notes that an author wrote two ops at a place: they and its later ones do not count.
    pub fn fork(&mut self, peer: PeerId, seq: u64) {
        let known = self.forks.entry(peer).or_insert(u64::MAX);
        if seq < *known {
            *known = seq;
            self.judge_all();
        }
    }

    fn is_forked(&self, at: At) -> bool {
        let entry = self.graph.entry(at);
        self.forks.get(&entry.peer).is_some_and(|seq| entry.seq >= *seq)
    }

    /// Whether an added op may change what others come to.
    fn must_judge_anew(&self, at: At) -> bool {
        let strong = self.graph.entry(at).deed.as_ref().is_some_and(Deed::is_strong);
        strong && !self.graph.is_last(at)
    }

    const fn judge(&self) -> Judge<'_> {
        Judge { graph: &self.graph, facts: &self.facts, accepted: &self.accepted }
    }

    /// Judges one op and takes it in if it counts.
    fn take(&mut self, at: At) -> bool {
        let counts =
            !self.is_forked(at) && !self.dropped.contains(&at) && self.judge().counts(self.graph.entry(at), Some(at));
        self.counts[at as usize] = counts;
        if counts {
            self.facts.add(&self.graph, at);
        }
        counts
    }

    fn is_strong(&self, at: At) -> bool {
        self.graph.entry(at).deed.as_ref().is_some_and(Deed::is_strong)
    }

    fn judge_last(&mut self, at: At) {
        let counts = self.take(at);
        if counts && self.is_strong(at) {
            self.accepted.insert(at);
        }
        self.update(at, counts);
    }

    fn judge_all(&mut self) {
        self.accepted.clear();
        self.dropped.clear();
        self.pass();
        while let Some(strong) = self.next_change() {
            if self.graph.is_concurrent(strong) {
                self.pass();
            }
        }
        self.now = self.project(None);
    }

    /// Judges all ops in their order.
    fn pass(&mut self) {
        self.facts = Facts::default();
        let order: Vec<At> = self.graph.in_order().collect();
        for at in order {
            self.take(at);
        }
    }

    /// Drops the first accepted op that does not count (any more), else accepts the first strong one that does.
    fn next_change(&mut self) -> Option<At> {
        let strong = |at: &At| self.is_strong(*at);
        let refuted = |at: &At| self.accepted.contains(at) && !self.counts(*at);
        if let Some(at) = self.graph.in_order().filter(strong).find(refuted) {
            self.accepted.remove(&at);
            self.dropped.insert(at);
            return Some(at);
        }
        let next = |at: &At| self.counts(*at) && !self.accepted.contains(at);
        let at = self.graph.in_order().filter(strong).find(next)?;
        self.accepted.insert(at);
        Some(at)
    }

    fn project(&self, past: Option<&Past>) -> Option<Membership> {
        let view = self.view(past);
        let mut membership = Membership {
            kind: view.kind()?,
            policy: view.policy()?,
            members: BTreeMap::new(),
            peers: BTreeMap::new(),
            invitations: BTreeMap::new(),
            epochs: BTreeMap::new(),
        };
        self.facts.persons.keys().for_each(|person| membership.set_member(person, view.member(person)));
        let invitations = self.facts.invitations.keys();
        membership.invitations = invitations.filter_map(|id| Some((*id, view.invitation(id)?))).collect();
        let seen = (0..self.graph.len() as At).filter(|at| past.is_none_or(|past| past.contains(*at)));
        seen.for_each(|at| self.hand(&mut membership.epochs, at));
        Some(membership)
    }

    /// Notes who came to know which epoch by an op.
    fn hand(&self, epochs: &mut BTreeMap<EpochId, EpochInfo>, at: At) {
        let entry = self.graph.entry(at);
        for (epoch, peers) in &entry.handed {
            let info =
                epochs.entry(*epoch).or_insert_with(|| EpochInfo { recipients: BTreeSet::new(), since: entry.time });
            info.since = info.since.min(entry.time);
            info.recipients.extend(peers);
        }
    }

    /// Brings the members up to date after one more op.
    fn update(&mut self, at: At, counts: bool) {
        let Some(mut membership) = self.now.take() else {
            self.now = self.project(None);
            return;
        };
        self.hand(&mut membership.epochs, at);
        if counts {
            self.revise(&mut membership, at);
        }
        self.now = Some(membership);
    }

    fn revise(&self, membership: &mut Membership, at: At) {
        let view = self.view(None);
        match self.graph.entry(at).deed.as_ref().expect("an op that counts does something") {
            Deed::Admit { invitation, who, .. } => {
                self.revise_person(membership, &who.person);
                if let Some(info) = membership.invitations.get_mut(invitation) {
                    info.used.insert(who.person);
                }
            }
            Deed::AddPeer { new: Person { person, .. }, .. } | Deed::SetRole(person, _) => {
                self.revise_person(membership, person);
            }
            Deed::Remove { persons, .. } => {
                persons.iter().for_each(|person| self.revise_person(membership, person));
                let made_by_them = membership.invitations.values_mut().filter(|info| persons.contains(&info.by));
                made_by_them.for_each(|info| info.orphaned = true);
            }
            Deed::Invite(Invite { invitation, .. }) | Deed::Withdraw(invitation) => {
                membership.invitations.extend(view.invitation(invitation).map(|info| (*invitation, info)));
            }
            Deed::SetPolicy(_) => membership.policy = view.policy().unwrap_or(membership.policy),
            Deed::Create { .. } | Deed::Epoch => {}
        }
    }

    fn revise_person(&self, membership: &mut Membership, person: &PersonId) {
        let view = self.view(None);
        let persons = view.entangled(person);
        persons.iter().for_each(|person| membership.set_member(person, None));
        persons.iter().for_each(|person| membership.set_member(person, view.member(person)));
    }
}
