//! Whether a stored op counts, and what it says.

use super::Replica;
use crate::{
    id::EpochId,
    log::{Header, Op},
    space::Standing,
    time::Time,
};

/// Whether an op counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It counts and can be opened: said by this person, in this role.
    Counts(Standing),
    /// Not to be said yet.
    Pending(Pending),
    /// It does not count, by all that is known here.
    Void(Void),
}

/// What an op waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// Auth ops it was written under.
    Auth,
    /// The secret of this epoch.
    Epoch(EpochId),
    /// Its body.
    Body,
    /// This moment: its author's clock is ahead.
    Due(Time),
}

/// Why an op does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Void {
    /// Its author wrote two ops at one place, this one or an earlier.
    Forked,
    /// It, or one before it in its log, claims to be earlier than what it answers or builds upon.
    Untimely,
    /// Its author was no member.
    NotMember,
    /// Its author's role did not allow it.
    NotAllowed,
    /// Its author was removed, and it lies beyond what still counts.
    Removed,
    /// Its body is not sealed.
    Unsealed,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The body is not at hand.
    #[error("the body is not at hand")]
    NoBody,
    /// The epoch's secret is not known.
    #[error("the epoch's secret is not known")]
    NoSecret,
    /// It was not sealed for this place under that secret.
    #[error("the body does not open")]
    Broken,
}

impl Replica {
    /// Whether a stored op counts at this moment. Auth ops count at once or not at all.
    pub fn verdict(&self, _op: &Op, _now: Time) -> Verdict {
        todo!()
    }

    /// Who wrote this, in which role; nothing if it was no member or is not known.
    pub fn author(&self, _header: &Header) -> Option<Standing> {
        todo!()
    }

    /// The plain body of an op that is no auth op.
    pub fn open(&self, _op: &Op) -> Result<Vec<u8>, OpenError> {
        todo!()
    }
}
