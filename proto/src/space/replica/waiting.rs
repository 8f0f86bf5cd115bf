//! Whether an op is later than what it names in `after`, in whatever order the two come.
//!
//! What is named and not held is remembered until it comes. An op that then proves to be no later than what it answers
//! does not count, nor do those after it in its log: so one number a log says it all.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::{Await, Lookup};
use crate::{id::OpId, log::Op, time::Time};

/// So many of the latest ops taken are remembered, so that the store is seldom asked about one.
const RECENT: usize = 8192;

/// So many ops not held are remembered as named; beyond that the check is left out, as it only catches liars.
const MAX_UNSEEN: usize = 131_072;

/// The moments of ops, and what waits for ops not held.
#[derive(Debug, Default)]
pub struct Waiting {
    recent: HashMap<OpId, Time>,
    oldest: VecDeque<OpId>,
    unseen: HashMap<OpId, Vec<Await>>,
}

impl Waiting {
    /// Takes up what waited before.
    pub fn restore(&mut self, awaits: Vec<Await>) {
        for await_ in awaits {
            self.remember(await_);
        }
    }

    /// Whether an op that is not held was named by one that is.
    pub fn names(&self, id: &OpId) -> bool {
        self.unseen.contains_key(id)
    }

    /// Takes an op that is held from now on. Returns the ops that claim to be later and are not: itself, if what it
    /// answers is held, and those that waited for it. What it has to wait for goes into `awaits`.
    pub fn take(&mut self, op: &Op, lookup: &dyn Lookup, awaits: &mut Vec<Await>) -> Vec<Await> {
        let header = &op.header;
        let about = |unseen| Await { unseen, log: header.key(), seq: header.seq, by: op.id, time: header.time };
        let mut liars = Vec::new();
        for id in &header.after {
            match self.moment(id, lookup) {
                Some(moment) if moment >= header.time => liars.push(about(*id)),
                Some(_) => {}
                None if self.remember(about(*id)) => awaits.push(about(*id)),
                None => {}
            }
        }
        let waited = self.unseen.remove(&op.id).unwrap_or_default();
        liars.extend(waited.into_iter().filter(|waiting| waiting.time <= header.time));
        self.note(op.id, header.time);
        liars
    }

    /// The moment of an op, if it is held.
    fn moment(&self, id: &OpId, lookup: &dyn Lookup) -> Option<Time> {
        match self.recent.get(id) {
            Some(moment) => Some(*moment),
            None if self.names(id) => None,
            None => lookup.by_id(id).map(|known| known.time),
        }
    }

    /// Remembers what waits; of one log the earliest is enough. Whether it is to be kept.
    fn remember(&mut self, new: Await) -> bool {
        if self.unseen.len() >= MAX_UNSEEN && !self.names(&new.unseen) {
            return false;
        }
        let waiting = self.unseen.entry(new.unseen).or_default();
        match waiting.iter_mut().find(|waiting| waiting.log == new.log) {
            Some(known) if known.seq <= new.seq => return false,
            Some(known) => *known = new,
            None => waiting.push(new),
        }
        true
    }

    /// Remembers an op's moment for a while.
    pub fn note(&mut self, id: OpId, moment: Time) {
        if self.recent.insert(id, moment).is_none() {
            self.oldest.push_back(id);
        }
        if self.oldest.len() > RECENT
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.recent.remove(&oldest);
        }
    }
}

/// The latest ops of a group of sibling logs that no op held names: what a new one answers.
#[derive(Debug, Default)]
pub struct Frontier(BTreeMap<OpId, Time>);

impl Frontier {
    /// The log whose head was `before` goes on with these ops, up to its new head.
    pub fn advance(&mut self, before: Option<OpId>, ops: &[Op]) {
        before.iter().for_each(|before| self.remove(before));
        self.cover(ops);
        self.0.extend(ops.last().map(|head| (head.id, head.header.time)));
    }

    /// These ops came below a log's head: what they name is not to be named again.
    pub fn cover(&mut self, ops: &[Op]) {
        ops.iter().flat_map(|op| &op.header.after).for_each(|id| self.remove(id));
    }

    /// An op that is a head but is named already.
    pub fn remove(&mut self, id: &OpId) {
        self.0.remove(id);
    }

    /// Whether a head is later than that.
    pub fn is_ahead_of(&self, until: Time) -> bool {
        self.0.values().any(|time| *time > until)
    }

    /// A head of which nothing else is known.
    pub fn insert(&mut self, id: OpId, time: Time) {
        self.0.insert(id, time);
    }

    /// The latest `most` not later than `until`, but for `own`.
    pub fn latest(&self, most: usize, until: Time, own: Option<OpId>) -> Vec<(OpId, Time)> {
        let others = self.0.iter().filter(|(id, time)| **time <= until && Some(**id) != own);
        let mut latest: Vec<(OpId, Time)> = others.map(|(id, time)| (*id, *time)).collect();
        latest.sort_by_key(|(id, time)| std::cmp::Reverse((*time, *id)));
        latest.truncate(most);
        latest
    }
}
