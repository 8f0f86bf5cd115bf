//! What is held of every log.

use std::{collections::BTreeMap, ops::Bound};

use super::{Head, Lookup};
use crate::{
    id::{OpId, PeerId},
    log::{Area, Have, HaveError, LogId, LogKey, Op, Ranges, Span},
    time::Time,
};

/// A space has at most so many logs: about 40 MB of memory.
pub const MAX_LOGS: usize = 131_072;

/// One log.
#[derive(Debug, Default)]
pub struct Log {
    /// What is held of it.
    pub have: Have,
    /// The place from which on it does not count, as there are two ops.
    pub forked: Option<u64>,
    /// The place from which on it does not count, as an op claims to be earlier than what it answers.
    pub untimely: Option<u64>,
    /// Auth ops taken beside those held, as their author wrote several at one place.
    pub rivals: usize,
}

/// All logs of a space.
#[derive(Debug, Default)]
pub struct Logs(BTreeMap<LogKey, Log>);

impl Logs {
    /// One log.
    pub fn get(&self, key: &LogKey) -> Option<&Log> {
        self.0.get(key)
    }

    /// One log, made if it is new. Nothing if there are too many.
    pub fn get_or_new(&mut self, key: LogKey) -> Option<&mut Log> {
        if self.0.len() >= MAX_LOGS && !self.0.contains_key(&key) {
            return None;
        }
        Some(self.0.entry(key).or_default())
    }

    /// Whether one more log may be made.
    pub fn has_room(&self) -> bool {
        self.0.len() < MAX_LOGS
    }

    /// The logs of a peer.
    pub fn of_peer(&self, peer: PeerId) -> impl Iterator<Item = (&LogKey, &Log)> {
        let first = LogKey { peer, log: LogId { area: Area(0), instance: None } };
        self.0.range(first..).take_while(move |(key, _)| key.peer == peer)
    }

    /// The heads of logs after this one, in order.
    pub fn heads(&self, after: Option<LogKey>) -> impl Iterator<Item = Head> + '_ {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.0.range((from, Bound::Unbounded)).filter_map(|(key, log)| log.head(*key))
    }
}

impl Log {
    /// What is to be told of it; nothing if nothing is held.
    pub fn head(&self, log: LogKey) -> Option<Head> {
        let top = self.have.head()?;
        Some(Head { log, held: self.have.ranges(), id: top.id, time: top.time, forked: self.forked })
    }

    /// What was stored.
    pub fn load(key: &LogKey, ranges: &Ranges, lookup: &dyn Lookup) -> Option<Log> {
        let mut log = Log::default();
        for range in ranges.iter() {
            let (first, last) = (lookup.by_place(key, range.first)?, lookup.by_place(key, range.last)?);
            let span = Span {
                first: range.first,
                last: range.last,
                before: first.previous,
                since: first.time,
                id: last.id,
                time: last.time,
            };
            log.have.insert(span).ok()?;
        }
        Some(log)
    }

    /// Notes two ops at a place; what is held ends before it, but of auth logs. Whether that is news.
    pub fn fork(&mut self, key: &LogKey, seq: u64, lookup: &dyn Lookup) -> bool {
        if self.forked.is_some_and(|known| known <= seq) {
            return false;
        }
        self.forked = Some(seq);
        if key.log.area != Area::AUTH {
            let end = seq.checked_sub(1).and_then(|below| lookup.by_place(key, below));
            self.have.cut(seq, end.map(|end| (end.id, end.time)));
        }
        true
    }

    /// Notes an op earlier than what it answers. Whether that is news.
    pub fn lie(&mut self, seq: u64) -> bool {
        let news = self.untimely.is_none_or(|known| seq < known);
        if news {
            self.untimely = Some(seq);
        }
        news
    }

    /// How a run lies to what is held.
    pub fn fit(&self, key: &LogKey, ops: &[Op], lookup: &dyn Lookup) -> Fit {
        let (first, last) = (ops[0].header.seq, ops[0].header.seq + ops.len() as u64 - 1);
        let overlaps = self.have.spans().iter().any(|span| span.first <= last && first <= span.last);
        if !overlaps {
            return Fit::New(std::iter::once((0, ops.len())).collect());
        }
        match self.fork_in(key, ops, lookup) {
            Some(index) => Fit::Fork(index),
            None => Fit::New(self.pieces(ops)),
        }
    }

    /// The first op of a run that is not the one held at its place.
    ///
    /// Ops that are equal have equal ones before them, so each stretch held is looked at from its upper end.
    fn fork_in(&self, key: &LogKey, ops: &[Op], lookup: &dyn Lookup) -> Option<usize> {
        let first = ops[0].header.seq;
        let differs = |index: &usize| {
            let op = &ops[*index];
            self.id_at(key, op.header.seq, lookup).is_some_and(|id| id != op.id)
        };
        let stretches = self.have.spans().iter().filter_map(|span| {
            let from = span.first.saturating_sub(first) as usize;
            let end = (span.last + 1).saturating_sub(first).min(ops.len() as u64) as usize;
            (from < end).then_some(from..end)
        });
        stretches.filter_map(|stretch| stretch.rev().take_while(differs).last()).min()
    }

    fn id_at(&self, key: &LogKey, seq: u64, lookup: &dyn Lookup) -> Option<OpId> {
        let end = self.have.span_of(seq).filter(|span| span.last == seq).map(|span| span.id);
        end.or_else(|| lookup.by_place(key, seq).map(|known| known.id))
    }

    /// The stretches of a run that are not held, as (first, after the last) of its ops.
    fn pieces(&self, ops: &[Op]) -> Vec<(usize, usize)> {
        let mut pieces: Vec<(usize, usize)> = Vec::new();
        let is_new = |index: &usize| !self.have.contains(ops[*index].header.seq);
        for index in (0..ops.len()).filter(is_new) {
            match pieces.last_mut() {
                Some((_, end)) if *end == index => *end += 1,
                _ => pieces.push((index, index + 1)),
            }
        }
        pieces
    }

    /// Adds stretches of a run, all or none.
    pub fn insert(&mut self, ops: &[Op], pieces: &[(usize, usize)]) -> Result<(), HaveError> {
        let mut have = self.have.clone();
        for (first, end) in pieces {
            have.insert(Span::of(&ops[*first..*end]).expect("a piece is not empty"))?;
        }
        self.have = have;
        Ok(())
    }

    /// The op and moment at the upper end.
    pub fn top(&self) -> Option<(u64, OpId, Time)> {
        self.have.head().map(|span| (span.last, span.id, span.time))
    }
}

/// How a run lies to what is held of its log.
pub enum Fit {
    /// These stretches of it are not held: (first, after the last).
    New(Vec<(usize, usize)>),
    /// This op of it contradicts the one held at its place.
    Fork(usize),
}
