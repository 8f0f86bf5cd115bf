//! What a replica asks of the store: ops that it does not hold in memory.

use crate::{
    id::OpId,
    log::{LogKey, Op},
    time::Time,
};

/// What the store says of an op it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The op.
    pub id: OpId,
    /// Its log.
    pub log: LogKey,
    /// Its place.
    pub seq: u64,
    /// Its moment.
    pub time: Time,
    /// The op before it.
    pub previous: Option<OpId>,
}

impl Known {
    /// Of an op at hand.
    pub fn of(op: &Op) -> Known {
        let header = &op.header;
        Known { id: op.id, log: header.key(), seq: header.seq, time: header.time, previous: header.previous }
    }
}

/// The ops of one space that are stored (all that [`super::Ingested::stored`] and [`super::Composed::ops`] ever named).
pub trait Lookup {
    /// The op of this id.
    fn by_id(&self, id: &OpId) -> Option<Known>;
    /// The op at this place of this log (never asked of auth logs).
    fn by_place(&self, log: &LogKey, seq: u64) -> Option<Known>;
}
