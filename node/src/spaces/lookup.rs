//! What a replica asks of the store, ops on their way into it included.

use std::{cell::RefCell, collections::BTreeMap};

use proto::{
    id::{OpId, SpaceId},
    log::{LogKey, Op},
    space::{Known, Lookup},
};
use store::{Error, Reader};

/// Ops that the replica has taken and that are not known to be durable yet.
#[derive(Debug, Default)]
pub(super) struct Flight {
    by_id: BTreeMap<OpId, Known>,
    by_place: BTreeMap<(LogKey, u64), OpId>,
}

impl Flight {
    pub(super) fn begin(&mut self, ops: &[Op]) {
        for op in ops {
            let known = Known::of(op);
            self.by_place.insert((known.log, known.seq), op.id);
            self.by_id.insert(op.id, known);
        }
    }

    pub(super) fn end(&mut self, ops: &[OpId]) {
        for id in ops {
            if let Some(known) = self.by_id.remove(id) {
                self.by_place.remove(&(known.log, known.seq));
            }
        }
    }
}

/// The stored ops of one space, with those in flight.
pub(super) struct Stored<'a> {
    reader: &'a Reader<'a>,
    space: SpaceId,
    flight: &'a Flight,
    trouble: RefCell<Option<Error>>,
}

impl<'a> Stored<'a> {
    pub(super) fn new(reader: &'a Reader<'a>, space: SpaceId, flight: &'a Flight) -> Self {
        Self { reader, space, flight, trouble: RefCell::default() }
    }

    /// What went wrong while it was asked: then its answers are worth nothing.
    pub(super) fn trouble(self) -> Result<(), Error> {
        self.trouble.into_inner().map_or(Ok(()), Err)
    }

    fn known(&self, answer: Result<Option<Known>, Error>) -> Option<Known> {
        answer.unwrap_or_else(|error| {
            self.trouble.borrow_mut().get_or_insert(error);
            None
        })
    }
}

impl Lookup for Stored<'_> {
    fn by_id(&self, id: &OpId) -> Option<Known> {
        self.flight.by_id.get(id).copied().or_else(|| self.known(self.reader.known(&self.space, id)))
    }

    fn by_place(&self, log: &LogKey, seq: u64) -> Option<Known> {
        match self.flight.by_place.get(&(*log, seq)) {
            Some(id) => self.flight.by_id.get(id).copied(),
            None => self.known(self.reader.known_at(&self.space, log, seq)),
        }
    }
}
