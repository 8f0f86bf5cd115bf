//! Taking what others send.

use super::{Lookup, Replica};
use crate::{
    id::OpId,
    key::Verify,
    log::{Area, LogId, LogKey, Op, Range, Run, RunError},
    time::Time,
};

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingested {
    /// The run's log.
    pub log: LogKey,
    /// The run's places.
    pub range: Range,
    /// The run's first op's moment.
    pub oldest: Time,
    /// The new ops, to be stored in this order. Empty: all was known, or is not wanted any more (see [`Fault`]).
    pub stored: Vec<Op>,
    /// The run's last op, if it was held already: its signature is to be kept too, as what is new leans on it.
    pub witness: Option<Op>,
    /// Ops among the new that name ops not held in `after`: to be kept until those come.
    pub awaits: Vec<Await>,
    /// Logs that count only up to some place from now on, or to a lower one than before.
    pub faults: Vec<Fault>,
    /// Whether an op of the run names auth ops that are not held.
    pub lacks_auth: bool,
    /// Whether auth ops took effect: members, verdicts and secrets may have changed.
    pub auth: bool,
}

/// An op that claims to be later than one that is not held yet, so that it cannot be said whether that is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Await {
    /// The op not held.
    pub unseen: OpId,
    /// The log of the op that names it.
    pub log: LogKey,
    /// That op's place.
    pub seq: u64,
    /// That op.
    pub by: OpId,
    /// That op's moment.
    pub time: Time,
}

/// A log counts only up to some place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The log.
    pub log: LogKey,
    /// This op and those after it do not count.
    pub seq: u64,
    /// Why.
    pub kind: FaultKind,
}

/// Why a log does not count any further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// Its author wrote two ops at one place.
    Fork {
        /// What was sent and contradicts what is held: consecutive ops from that place on, the last one signed; to be
        /// kept as proof, and handed back when loading.
        rival: Vec<Op>,
    },
    /// An op claims to be earlier than what it answers.
    Untimely,
}

/// Why a run is not taken. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not ops that follow each other, signed by their author.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Of another space.
    #[error("the ops belong to another space")]
    OtherSpace,
    /// Not by anybody who was ever a member, as far as is known here.
    #[error("the author never was a member")]
    Stranger,
    /// An auth op without body or in a log with an instance, or one too many by an author who wrote several at one place.
    #[error("auth ops come with their bodies, in one log of each author")]
    NotWhole,
    /// Too many auth ops wait for others already.
    #[error("too many auth ops wait for others")]
    TooManyWait,
    /// It names another op as its neighbour than the one held: the two histories part below this place. Or, as auth logs
    /// are taken from the beginning and without holes, what lies below this place is wanted first.
    #[error("the ops do not go on where what is held ends, below place {below}")]
    Conflict {
        /// The log.
        log: LogKey,
        /// The place.
        below: u64,
    },
    /// It would leave too many holes in the log.
    #[error("too many holes in a log: others are wanted first")]
    TooManyHoles,
    /// The space has as many logs as it may.
    #[error("the space has too many logs")]
    TooManyLogs,
}

impl Ingested {
    fn of(ops: &[Op]) -> Ingested {
        let (first, last) = (&ops[0].header, &ops[ops.len() - 1].header);
        Ingested {
            log: first.key(),
            range: Range::new(first.seq, last.seq),
            oldest: first.time,
            stored: Vec::new(),
            witness: None,
            awaits: Vec::new(),
            faults: Vec::new(),
            lacks_auth: false,
            auth: false,
        }
    }
}

impl Replica {
    /// Takes a run from anybody. Costs one signature check.
    pub fn ingest(&mut self, run: Run, verify: &dyn Verify, lookup: &dyn Lookup) -> Result<Ingested, Refusal> {
        let ops = run.open(verify)?;
        self.ingest_ops(ops, verify, lookup)
    }

    /// Takes ops that [`Run::open`] returned. (`verify` is for signatures within auth ops.)
    pub fn ingest_ops(&mut self, ops: Vec<Op>, verify: &dyn Verify, lookup: &dyn Lookup) -> Result<Ingested, Refusal> {
        let first = ops.first().ok_or(Refusal::Run(RunError::Length))?;
        if first.header.space_of(first.id) != self.space {
            return Err(Refusal::OtherSpace);
        }
        let known = Ingested::of(&ops);
        match known.log.log {
            log if log == LogId::of(Area::AUTH) => self.ingest_auth(ops, known, verify, lookup),
            log if log.area == Area::AUTH => Err(Refusal::NotWhole),
            _ => self.ingest_content(ops, known, lookup),
        }
    }
}
