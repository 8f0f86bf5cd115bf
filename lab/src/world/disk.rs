//! A simulated disk: what is written counts only once it is durable; a crash loses the rest.

use std::collections::BTreeMap;

use proto::{
    id::{EpochId, OpId, SpaceId},
    log::{Area, LogKey, Op, Range, Ranges, Run},
    space::{Await, EpochSecret, Fault, FaultKind, Known, Lookup, Saved},
    sync::{Place, Read},
};

/// All that one peer has written.
#[derive(Debug, Default)]
pub(super) struct Disk {
    shelves: BTreeMap<SpaceId, Shelf>,
    written: u64,
    durable: u64,
}

/// What is written of one space.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    ops: BTreeMap<LogKey, BTreeMap<u64, (u64, Op)>>,
    places: BTreeMap<OpId, (LogKey, u64)>,
    faults: Vec<(u64, Fault)>,
    awaits: Vec<(u64, Await)>,
    secrets: Vec<(u64, EpochId, EpochSecret)>,
}

/// Something to be written in one go.
#[derive(Debug, Default)]
pub(super) struct Write {
    pub ops: Vec<Op>,
    pub faults: Vec<Fault>,
    pub awaits: Vec<Await>,
    pub secrets: Vec<(EpochId, EpochSecret)>,
}

impl Disk {
    /// Writes; durable when as many writes are.
    pub(super) fn write(&mut self, space: SpaceId, write: Write) {
        self.written += 1;
        let number = self.written;
        let shelf = self.shelves.entry(space).or_default();
        write.ops.into_iter().for_each(|op| shelf.put(number, op));
        shelf.faults.extend(write.faults.into_iter().map(|fault| (number, fault)));
        shelf.awaits.extend(write.awaits.into_iter().map(|unseen| (number, unseen)));
        shelf.secrets.extend(write.secrets.into_iter().map(|(epoch, secret)| (number, epoch, secret)));
    }

    /// The oldest write that is not durable becomes so.
    pub(super) fn sync_one(&mut self) {
        self.durable = self.written.min(self.durable + 1);
    }

    /// Loses what is not durable.
    pub(super) fn crash(&mut self) {
        let durable = self.durable;
        self.shelves.values_mut().for_each(|shelf| shelf.lose_after(durable));
        self.shelves.retain(|_, shelf| !shelf.ops.is_empty());
        self.written = durable;
    }

    pub(super) fn spaces(&self) -> Vec<SpaceId> {
        self.shelves.keys().copied().collect()
    }

    pub(super) fn shelf(&self, space: SpaceId) -> Option<&Shelf> {
        self.shelves.get(&space)
    }

    /// The run that answers this, of what is durable; if it is not from auth logs, with at most so many ops that were
    /// asked for, as if each were large.
    pub(super) fn read(&self, read: &Read, most: u64) -> Vec<(Range, Run)> {
        let Some(shelf) = self.shelves.get(&read.space) else { return Vec::new() };
        if read.proof {
            return shelf.proof(&read.log, read.range.first).unwrap_or_default();
        }
        let mut window = read.window();
        if read.log.log.area != Area::AUTH {
            window.first = window.first.max((read.range.last + 1).saturating_sub(most));
        }
        let outline: Vec<Place> = shelf.durable_ops(&read.log, window, self.durable).map(place).collect();
        let run = read.cut(&outline).and_then(|range| shelf.run(&read.log, range));
        run.into_iter().collect()
    }

    /// The durable ops of an area.
    pub(super) fn ops_of(&self, space: SpaceId, area: Area) -> impl Iterator<Item = &Op> + '_ {
        let logs = self.shelves.get(&space).into_iter().flat_map(|shelf| &shelf.ops);
        let ops = logs.filter(move |(log, _)| log.log.area == area).flat_map(|(_, ops)| ops.values());
        ops.filter(|(write, _)| *write <= self.durable).map(|(_, op)| op)
    }
}

fn place(op: &Op) -> Place {
    let body = op.body.as_ref().map_or(0, Vec::len);
    Place { seq: op.header.seq, bytes: (op.header_bytes().len() + body) as u32, signed: op.signature.is_some() }
}

impl Shelf {
    fn put(&mut self, number: u64, op: Op) {
        let (log, seq) = (op.header.key(), op.header.seq);
        let written = self.ops.entry(log).or_default().entry(seq).or_insert_with(|| (number, op.clone()));
        if written.1.id == op.id && written.1.signature.is_none() {
            written.1.signature = op.signature;
        }
        self.places.insert(op.id, (log, seq));
    }

    fn lose_after(&mut self, durable: u64) {
        self.ops.values_mut().for_each(|ops| ops.retain(|_, (write, _)| *write <= durable));
        self.ops.retain(|_, ops| !ops.is_empty());
        let ops = &self.ops;
        self.places.retain(|_, (log, seq)| ops.get(log).is_some_and(|ops| ops.contains_key(seq)));
        self.faults.retain(|(write, _)| *write <= durable);
        self.awaits.retain(|(write, _)| *write <= durable);
        self.secrets.retain(|(write, ..)| *write <= durable);
    }

    fn durable_ops(&self, log: &LogKey, range: Range, durable: u64) -> impl Iterator<Item = &Op> + '_ {
        let ops = self.ops.get(log).into_iter().flat_map(move |ops| ops.range(range.first..=range.last));
        ops.map(|(_, op)| op).filter(move |(write, _)| *write <= durable).map(|(_, op)| op)
    }

    fn run(&self, log: &LogKey, range: Range) -> Option<(Range, Run)> {
        let ops: Vec<Op> = self.durable_ops(log, range, u64::MAX).cloned().collect();
        Some((range, Run::new(&ops)?))
    }

    /// Two signed runs, each with an op of that place.
    fn proof(&self, log: &LogKey, seq: u64) -> Option<Vec<(Range, Run)>> {
        let held = self.ops.get(log)?;
        let signed = held.range(seq..).find(|(_, (_, op))| op.signature.is_some())?.0;
        let ours = self.run(log, Range::new(seq, *signed))?;
        let theirs = self.faults.iter().find_map(|(_, fault)| match &fault.kind {
            FaultKind::Fork { rival } if fault.log == *log && fault.seq == seq => Run::new(rival),
            _ => None,
        })?;
        Some(vec![ours, (Range::new(seq, seq + theirs.len() as u64 - 1), theirs)])
    }

    /// What a peer that starts finds.
    pub(super) fn saved(&self) -> Saved {
        let all = |log: &LogKey| log.log.area == Area::AUTH;
        let auth = self.ops.iter().filter(|(log, _)| all(log)).flat_map(|(_, ops)| ops.values());
        let places = |ops: &BTreeMap<u64, (u64, Op)>| {
            let mut ranges = Ranges::new();
            ops.keys().for_each(|seq| ranges.insert(*seq, *seq));
            ranges
        };
        let logs = self.ops.iter().filter(|(log, _)| !all(log)).map(|(log, ops)| (*log, places(ops)));
        Saved {
            auth: auth.map(|(_, op)| op.clone()).collect(),
            logs: logs.collect(),
            faults: self.faults.iter().map(|(_, fault)| fault.clone()).collect(),
            awaits: self.awaits.iter().map(|(_, unseen)| *unseen).collect(),
            secrets: self.secrets.iter().map(|(_, epoch, secret)| (*epoch, secret.clone())).collect(),
        }
    }
}

impl Lookup for Shelf {
    fn by_id(&self, id: &OpId) -> Option<Known> {
        let (log, seq) = self.places.get(id)?;
        self.by_place(log, *seq).filter(|known| known.id == *id)
    }

    fn by_place(&self, log: &LogKey, seq: u64) -> Option<Known> {
        self.ops.get(log)?.get(&seq).map(|(_, op)| Known::of(op))
    }
}

/// A space of which nothing is written yet.
pub(super) struct Blank;

impl Lookup for Blank {
    fn by_id(&self, _: &OpId) -> Option<Known> {
        None
    }

    fn by_place(&self, _: &LogKey, _: u64) -> Option<Known> {
        None
    }
}
