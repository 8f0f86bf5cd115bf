//! The auth ops and what each builds upon.
//!
//! An op has a number, given as it comes, and knows its whole past. Ops whose past is not all here wait outside.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    deed::{Deed, Reading},
    past::Past,
};
use crate::{
    id::{EpochId, OpId, PeerId},
    log::Op,
    time::Time,
};

/// At most so many auth ops wait for others: about 40 MB at worst, far more than any honest order of arrival takes.
pub const MAX_ORPHANS: usize = 16_384;

/// An op's number.
pub type At = u32;

/// An auth op and what it builds upon.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The op.
    pub id: OpId,
    /// Its author.
    pub peer: PeerId,
    /// Its place in its author's auth log.
    pub seq: u64,
    /// Its moment.
    pub time: Time,
    /// The latest moment in its past and of itself.
    pub horizon: Time,
    /// Whether it is later than everything it builds upon.
    pub timely: bool,
    /// Everything it builds upon, directly or not.
    pub past: Past,
    /// What it does; nothing if that is unknown here, unsound, or earlier than what it builds upon.
    pub deed: Option<Deed>,
    /// Who came to know which epoch by it.
    pub handed: Vec<(EpochId, Vec<PeerId>)>,
}

impl Entry {
    /// Where it stands in the one order of all ops.
    pub const fn order(&self) -> (Time, OpId) {
        (self.time, self.id)
    }
}

/// An op that may have to wait for its past.
#[derive(Debug, Clone)]
pub struct Seed {
    id: OpId,
    peer: PeerId,
    seq: u64,
    time: Time,
    parents: Vec<OpId>,
    reading: Reading,
}

impl Seed {
    /// Of an op that was read.
    pub fn new(op: &Op, reading: Reading) -> Seed {
        let header = &op.header;
        let parents = header.auth.iter().copied().chain(header.previous).collect();
        Seed { id: op.id, peer: header.peer, seq: header.seq, time: header.time, parents, reading }
    }
}

/// All auth ops of a space whose past is known.
#[derive(Debug, Default)]
pub struct Graph {
    entries: Vec<Entry>,
    index: HashMap<OpId, At>,
    order: BTreeMap<(Time, OpId), At>,
    heads: BTreeSet<OpId>,
    named: BTreeSet<PeerId>,
    orphans: HashMap<OpId, Seed>,
    awaited: HashMap<OpId, Vec<OpId>>,
}

impl Graph {
    /// How many ops.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// An op by its number.
    pub fn entry(&self, at: At) -> &Entry {
        &self.entries[at as usize]
    }

    /// The number of an op.
    pub fn find(&self, id: &OpId) -> Option<At> {
        self.index.get(id).copied()
    }

    /// Whether an op is here or waits.
    pub fn knows(&self, id: &OpId) -> bool {
        self.index.contains_key(id) || self.orphans.contains_key(id)
    }

    /// Whether this peer was ever bound to a person.
    pub fn names(&self, peer: &PeerId) -> bool {
        self.named.contains(peer)
    }

    /// How many ops wait for their past.
    pub fn orphans(&self) -> usize {
        self.orphans.len()
    }

    /// The ops upon which nothing is built.
    pub const fn heads(&self) -> &BTreeSet<OpId> {
        &self.heads
    }

    /// All ops in the one order.
    pub fn in_order(&self) -> impl DoubleEndedIterator<Item = At> + '_ {
        self.order.values().copied()
    }

    /// Whether `earlier` is in the past of `later`.
    pub fn before(&self, earlier: At, later: At) -> bool {
        self.entry(later).past.contains(earlier)
    }

    /// Whether some op neither builds upon this one nor is built upon by it.
    pub fn is_concurrent(&self, at: At) -> bool {
        let all = 0..self.entries.len() as At;
        all.into_iter().any(|other| other != at && !self.before(other, at) && !self.before(at, other))
    }

    /// Everything up to and including these ops, and the latest moment in it. Nothing if one is not here.
    pub fn closure(&self, ids: &[OpId]) -> Option<(Past, Time)> {
        let mut past = Past::default();
        let mut horizon = Time::default();
        for id in ids {
            let at = self.find(id)?;
            past.extend(&self.entry(at).past);
            past.insert(at);
            horizon = horizon.max(self.entry(at).horizon);
        }
        Some((past, horizon))
    }

    /// The ops upon which nothing is built that is not later than `until`.
    pub fn heads_until(&self, until: Time) -> Vec<OpId> {
        let is_due = |id: &OpId| self.find(id).is_some_and(|at| self.entry(at).horizon <= until);
        if self.heads.iter().all(is_due) {
            return self.heads.iter().copied().collect();
        }
        let mut covered = Past::default();
        let mut heads = BTreeSet::new();
        for at in self.in_order().rev().filter(|at| self.entry(*at).horizon <= until) {
            if !covered.contains(at) {
                heads.insert(self.entry(at).id);
            }
            covered.extend(&self.entry(at).past);
        }
        heads.into_iter().collect()
    }

    /// The entry that a seed would be. Nothing if its past is not all here.
    pub fn sprout(&self, seed: Seed) -> Option<Entry> {
        let (past, before) = self.closure(&seed.parents)?;
        let timely = seed.parents.is_empty() || seed.time > before;
        let Seed { id, peer, seq, time, reading, .. } = seed;
        let deed = reading.deed.filter(|_| timely);
        Some(Entry { id, peer, seq, time, horizon: time.max(before), timely, past, deed, handed: reading.handed })
    }

    /// Adds an op and all that waited for it; returns their numbers. None if it has to wait itself.
    pub fn add(&mut self, seed: Seed) -> Vec<At> {
        let mut added = Vec::new();
        let mut ready = vec![seed];
        while let Some(seed) = ready.pop() {
            if let Some(missing) = seed.parents.iter().find(|parent| self.find(parent).is_none()) {
                self.awaited.entry(*missing).or_default().push(seed.id);
                self.orphans.insert(seed.id, seed);
                continue;
            }
            let waiting = self.awaited.remove(&seed.id).unwrap_or_default();
            added.push(self.attach(seed));
            ready.extend(waiting.iter().filter_map(|id| self.orphans.remove(id)));
        }
        added
    }

    fn attach(&mut self, seed: Seed) -> At {
        self.heads.retain(|head| !seed.parents.contains(head));
        let entry = self.sprout(seed).expect("its past is here");
        let at = At::try_from(self.entries.len()).expect("fewer auth ops than numbers");
        self.index.insert(entry.id, at);
        self.order.insert(entry.order(), at);
        self.heads.insert(entry.id);
        let vouched = entry.deed.iter().filter(|deed| self.is_vouched(deed)).flat_map(|deed| deed.binds());
        let named: Vec<PeerId> = vouched.map(|who| who.peer).collect();
        self.named.extend(named);
        self.entries.push(entry);
        at
    }

    /// Whether a peer is added on the word of one that is known.
    fn is_vouched(&self, deed: &Deed) -> bool {
        !matches!(deed, Deed::AddPeer { old, .. } if !self.named.contains(old))
    }

    /// Whether every other op is in the past of this one.
    pub fn is_last(&self, at: At) -> bool {
        self.heads.len() == 1 && self.heads.contains(&self.entry(at).id)
    }
}
