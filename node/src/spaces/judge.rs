//! What becomes of an op, as the replica judges it.

use proto::{
    log::{Area, Op},
    space::{OpenError, Pending, Replica, Standing, Verdict},
    time::Time,
};
use store::ops::State;

/// Why an op waits, as the store keeps it.
pub(super) mod reason {
    /// For auth ops it was written under.
    pub(in crate::spaces) const AUTH: u8 = 1;
    /// For an epoch's secret.
    pub(in crate::spaces) const EPOCH: u8 = 2;
    /// For its body.
    pub(in crate::spaces) const BODY: u8 = 3;
    /// For its moment.
    pub(in crate::spaces) const DUE: u8 = 4;
    /// For a program that knows its area.
    pub(in crate::spaces) const AREA: u8 = 5;
    /// All that another state of the space may end.
    pub(in crate::spaces) const OF_SPACE: [u8; 3] = [AUTH, EPOCH, DUE];
}

/// What becomes of an op.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is folded into its area's view: who said it, and what.
    Applied(Standing, Vec<u8>),
    /// It only is: an auth op, or one that does not count (now).
    Kept(State),
}

impl Fate {
    pub(super) fn state(&self) -> State {
        match self {
            Fate::Applied(..) => State::Applied,
            Fate::Kept(state) => *state,
        }
    }
}

/// Judges an op at this moment; `known` says which areas there are.
pub(super) fn judge(replica: &Replica, op: &Op, now: Time, known: impl Fn(Area) -> bool) -> Fate {
    if op.header.log.area == Area::AUTH {
        return Fate::Kept(State::Applied);
    }
    let waits = |reason, due| Fate::Kept(State::Pending { reason, due });
    match replica.verdict(op, now) {
        Verdict::Counts(_) if !known(op.header.log.area) => waits(reason::AREA, None),
        Verdict::Counts(standing) => match replica.open(op) {
            Ok(body) => Fate::Applied(standing, body),
            Err(OpenError::NoBody) => waits(reason::BODY, None),
            Err(OpenError::NoSecret) => waits(reason::EPOCH, None),
            Err(OpenError::Broken) => Fate::Kept(State::Void),
        },
        Verdict::Pending(Pending::Auth) => waits(reason::AUTH, None),
        Verdict::Pending(Pending::Epoch(_)) => waits(reason::EPOCH, None),
        Verdict::Pending(Pending::Body) => waits(reason::BODY, None),
        Verdict::Pending(Pending::Due(time)) => waits(reason::DUE, Some(time)),
        Verdict::Void(_) => Fate::Kept(State::Void),
    }
}
