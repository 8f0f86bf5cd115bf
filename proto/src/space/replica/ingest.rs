//! Taking what others send.

use super::{Lookup, Replica};
use crate::{
    id::OpId,
    key::Verify,
    log::{LogKey, Op, Run, RunError},
};

/// What came of a run.
#[derive(Debug, Default)]
pub struct Ingested {
    /// The new ops, to be stored in this order. Empty: all was known (or is not wanted any more, see [`Fault`]).
    pub stored: Vec<Op>,
    /// The run's last op, if it was held already: its signature is to be kept too, as what is new leans on it.
    pub witness: Option<Op>,
    /// Logs that count only up to some place from now on, or to a lower one than before.
    pub faults: Vec<Fault>,
    /// Whether auth ops were among them: members, verdicts and secrets may have changed.
    pub auth: bool,
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
        /// What was sent and contradicts what is held: the run from that place on, its last op signed; to be kept as
        /// proof. Empty for auth logs, of which all is stored.
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
    /// An auth op in company, without body, or in a log with an instance.
    #[error("an auth op travels alone, with its body")]
    NotAlone,
    /// Auth ops that it builds upon are not known here.
    #[error("{} auth ops it builds upon are not known here", .0.len())]
    Missing(Vec<OpId>),
    /// Claims to be earlier than an auth op it builds upon.
    #[error("an auth op is earlier than what it builds upon")]
    Untimely,
    /// It would leave too many holes in the log.
    #[error("too many holes in a log: others are wanted first")]
    TooManyHoles,
    /// The space has as many logs as it may.
    #[error("the space has too many logs")]
    TooManyLogs,
}

impl Replica {
    /// Takes a run from anybody. Costs one signature check.
    pub fn ingest(&mut self, run: Run, verify: &dyn Verify, lookup: &dyn Lookup) -> Result<Ingested, Refusal> {
        let ops = run.open(verify)?;
        self.ingest_ops(ops, verify, lookup)
    }

    /// Takes ops that [`Run::open`] returned.
    pub fn ingest_ops(
        &mut self,
        _ops: Vec<Op>,
        _verify: &dyn Verify,
        _lookup: &dyn Lookup,
    ) -> Result<Ingested, Refusal> {
        todo!()
    }
}
