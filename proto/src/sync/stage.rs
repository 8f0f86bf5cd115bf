//! How far we are with one part (auth logs, or the rest) of one space.

use std::collections::BTreeMap;

use super::{Fault, Head, Heads, MAX_HEADS, Part};
use crate::{
    log::{LogKey, MAX_RUN_OPS, Range, Ranges},
    time::Time,
};

/// At most so many logs are wanted at a time; if a partner has more that is new, they wait for the next round.
pub const MAX_WANTS: usize = 4096;

/// A listing has at most so many pages; an endless one ends the session.
pub const MAX_PAGES: usize = 4096;

/// One part's rounds: ask, list, fetch, and, if something came in between, once more.
#[derive(Debug, Default)]
pub(super) struct Stage {
    /// A round is under way.
    pub active: bool,
    /// An ask is unanswered.
    pub asked: bool,
    /// There is reason for another round.
    pub again: bool,
    /// What is wanted of the partner.
    pub wants: BTreeMap<LogKey, Want>,
    overflowed: bool,
    gained: bool,
    /// Where two histories part was looked for since all was last quiet.
    pub probed: bool,
    after: Option<LogKey>,
    pages: usize,
}

/// What is wanted of one log.
#[derive(Debug, Clone, Default)]
pub(super) struct Want {
    /// Which places.
    pub missing: Ranges,
    /// No wanted op is younger.
    pub newest: Time,
    /// The proof that it forks here.
    pub proof: Option<u64>,
    /// We hold something else below this place: `missing` is asked for to find where the two histories part.
    pub probing: Option<u64>,
}

impl Stage {
    /// A round begins: an ask is sent.
    pub(super) fn begin(&mut self) {
        let (wants, probed) = (std::mem::take(&mut self.wants), self.probed);
        *self = Stage { active: true, asked: true, wants, probed, ..Stage::default() };
    }

    /// Checks a page of the answer: asked for, of this part, in order, not endless.
    pub(super) fn check(&mut self, page: &Heads) -> Result<(), Fault> {
        if !self.asked {
            return Err(Fault::Unasked);
        }
        let mut after = self.after;
        let ascends = page.heads.iter().all(|head| {
            let follows = after.is_none_or(|after| after < head.log) && Part::of(&head.log) == page.part;
            after = Some(head.log);
            follows
        });
        self.pages += 1;
        let endless = page.more && (page.heads.is_empty() || self.pages >= MAX_PAGES);
        if !ascends || endless || page.heads.len() > MAX_HEADS {
            return Err(Fault::Disorder);
        }
        self.after = after;
        self.asked = page.more;
        Ok(())
    }

    /// The log after which the listing goes on.
    pub(super) fn page_end(&self) -> Option<LogKey> {
        self.after
    }

    /// Wants something of a log, if there is room; the oldest gives way.
    pub(super) fn want(&mut self, log: LogKey, want: Want) {
        self.active = true;
        let known = self.wants.entry(log).or_default();
        known.missing.extend(&want.missing);
        known.newest = known.newest.max(want.newest);
        known.proof = want.proof.or(known.proof);
        known.probing = want.probing.or(known.probing);
        if self.wants.len() > MAX_WANTS {
            let oldest = self.wants.iter().min_by_key(|(_, want)| want.newest).map(|(log, _)| *log);
            oldest.and_then(|log| self.wants.remove(&log));
            self.overflowed = true;
        }
    }

    /// Something wanted was taken in.
    pub(super) fn took(&mut self, log: &LogKey, range: Range, oldest: Time) {
        self.gained = true;
        if let Some(want) = self.wants.get_mut(log) {
            want.missing.remove(range.first, range.last);
            want.newest = want.newest.min(oldest);
            // What lies above was not taken before: once more, now that it may fit.
            self.again |= want.probing.is_some() && !std::mem::replace(&mut self.probed, true);
        }
    }

    /// What is left of a range is not to be had from this partner (in this round).
    pub(super) fn gone(&mut self, log: &LogKey, range: Range) {
        if let Some(want) = self.wants.get_mut(log) {
            want.missing.remove(range.first, range.last);
        }
        self.tidy(log);
    }

    /// Forgets a want that is fulfilled.
    pub(super) fn tidy(&mut self, log: &LogKey) {
        if self.wants.get(log).is_some_and(|want| want.missing.is_empty() && want.proof.is_none()) {
            self.wants.remove(log);
        }
    }

    /// Whether another round is due: asked for, or what did not fit can be had now that something came.
    pub(super) fn is_due_again(&self) -> bool {
        self.again || (self.overflowed && self.gained)
    }

    /// The logs of which something is wanted, newest first.
    pub(super) fn newest_first(&self) -> Vec<LogKey> {
        let mut logs: Vec<(Time, LogKey)> = self.wants.iter().map(|(log, want)| (want.newest, *log)).collect();
        logs.sort_unstable_by(|a, b| b.cmp(a));
        logs.into_iter().map(|(_, log)| log).collect()
    }
}

impl Want {
    /// What of `theirs` is wanted, given what we hold.
    pub(super) fn of(theirs: &Head, ours: Option<&Head>) -> Option<Want> {
        let nothing = Ranges::new();
        let held = ours.map_or(&nothing, |ours| &ours.held);
        let fork = ours.and_then(|ours| ours.forked);
        let mut missing = theirs.held.without(held);
        if let Some(fork) = fork.into_iter().chain(theirs.forked).min() {
            missing.remove(fork, u64::MAX - 1);
        }
        let proof = theirs.forked.filter(|theirs| fork.is_none_or(|ours| *theirs < ours));
        let parted = ours.is_some_and(|ours| ours.held.last() == theirs.held.last() && ours.last != theirs.last);
        let mut want = Want { missing, newest: theirs.time, proof, probing: None };
        if parted && fork.is_none() && theirs.forked.is_none() && !theirs.held.is_empty() {
            want.probe(theirs.held.last() + 1);
        }
        (!want.missing.is_empty() || want.proof.is_some()).then_some(want)
    }

    /// Asks for a run's worth of ops below a place, although we hold those places: theirs are others.
    pub(super) fn probe(&mut self, below: u64) {
        self.probing = Some(below);
        self.missing = Ranges::of(below.saturating_sub(MAX_RUN_OPS as u64).max(1), below - 1);
    }
}
