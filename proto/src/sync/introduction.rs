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
    pub runs: Vec<Run>,
    bytes: usize,
    /// Handed to the caller, who is yet to decide.
    pub handed: bool,
}

impl Introduction {
    /// Adds a run; false if that is too much.
    pub(super) fn add(&mut self, run: Run) -> bool {
        self.bytes += run.bytes();
        self.runs.push(run);
        self.bytes <= MAX_INTRODUCTION_BYTES
    }
}
