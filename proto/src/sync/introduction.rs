//! A space that the partner says we are a member of, and that we do not hold: its auth log is gathered whole before
//! anything is believed.

use crate::log::Run;

/// The auth log of a space that is introduced may have at most so many bytes in all.
pub const MAX_INTRODUCTION_BYTES: usize = 16 * 1024 * 1024;

/// At most so many spaces wait to be introduced by one partner; one at a time is.
pub const MAX_INTRODUCTIONS: usize = 64;

/// What was gathered so far.
#[derive(Debug, Default)]
pub(super) struct Introduction {
    runs: Vec<Run>,
    bytes: usize,
}

impl Introduction {
    /// Adds a run. If it becomes too much, nothing is kept.
    pub(super) fn add(&mut self, run: Run) {
        self.bytes = self.bytes.saturating_add(run.bytes());
        self.runs.push(run);
        if self.bytes > MAX_INTRODUCTION_BYTES {
            self.runs.clear();
        }
    }

    /// What was gathered, to be decided upon; nothing if it was too much.
    pub(super) fn take(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.runs)
    }
}
