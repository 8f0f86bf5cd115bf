//! One unfinished question for ops.

use crate::{
    id::SpaceId,
    log::{LogKey, MAX_RUN_OPS, Range, Ranges, Run},
    sync::{Action, Get, Message},
};

/// A run is guessed to have at least so many ops: how much credit a range is given at once.
const OPS_A_CREDIT: u64 = MAX_RUN_OPS as u64 / 4;

/// One unfinished [`Get`] of ours.
#[derive(Debug)]
pub(super) struct Getting {
    pub space: SpaceId,
    pub log: LogKey,
    pub range: Range,
    /// Places of the range that have not become durable.
    left: Ranges,
    /// Runs asked for that have not arrived.
    pub credit: u32,
    /// Runs that arrived and are not durable.
    pub in_hand: u32,
    /// The partner has been asked.
    pub sent: bool,
    /// The partner's answer is complete.
    pub done: bool,
    /// We want no more of it.
    pub stopped: bool,
    /// A run of it could not be stored, by no fault of the partner.
    pub failed: bool,
    /// Gathers the two runs of a proof.
    pub proof: Option<Vec<Run>>,
}

impl Getting {
    pub(super) fn new(space: SpaceId, log: LogKey, range: Range, proof: bool) -> Self {
        Self {
            space,
            log,
            range,
            left: Ranges::of(range.first, range.last),
            credit: 0,
            in_hand: 0,
            sent: false,
            done: false,
            stopped: false,
            failed: false,
            proof: proof.then(Vec::new),
        }
    }

    /// Whether one more run may be asked for: no more than it is likely to take.
    pub(super) fn takes_credit(&self) -> bool {
        let runs = if self.proof.is_some() { 2 } else { self.left.count().div_ceil(OPS_A_CREDIT) };
        !self.done && !self.stopped && u64::from(self.runs()) < runs
    }

    /// Runs that count against the window.
    pub(super) fn runs(&self) -> u32 {
        if self.done { self.in_hand } else { self.in_hand + self.credit }
    }

    /// Whether this range has to do with what was asked for.
    pub(super) fn covers_some_of(&self, range: Range) -> bool {
        range.first <= self.range.last && range.last >= self.range.first
    }

    /// These places became durable.
    pub(super) fn advance(&mut self, range: Range) {
        self.left.remove(range.first, range.last);
    }

    /// Asks for so many runs (more).
    pub(super) fn grant(&mut self, id: u32, credit: u32) -> Action {
        self.credit += credit;
        if std::mem::replace(&mut self.sent, true) {
            return Action::Send(Message::Credit(id, credit));
        }
        let Self { space, log, range, .. } = *self;
        Action::Send(Message::Get(Get { id, space, log, range, credit, proof: self.proof.is_some() }))
    }

    /// Wants no more of it. What is on its way is let go.
    pub(super) fn stop(&mut self, id: u32) -> Option<Action> {
        let tell = self.sent && !self.done && !self.stopped;
        self.stopped = true;
        tell.then_some(Action::Send(Message::Stop(id)))
    }

    /// Answered, and everything that came is durable.
    pub(super) fn is_over(&self) -> bool {
        self.done && self.in_hand == 0
    }
}
