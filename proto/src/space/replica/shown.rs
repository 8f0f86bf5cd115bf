//! The latest moment that was shown of sibling logs, so that no answer stands above its question.
//!
//! A log's head may not be due while an earlier op of it is shown: that head says nothing of what was seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::{log::LogId, time::Time};

/// By group of sibling logs.
#[derive(Debug, Default)]
pub struct Shown {
    latest: BTreeMap<LogId, Time>,
    /// Of these something may have been shown before a restart.
    unsure: BTreeSet<LogId>,
}

impl Shown {
    /// An op counts now, and so may be shown.
    pub fn note(&mut self, log: LogId, moment: Time) {
        let latest = self.latest.entry(log).or_default();
        *latest = moment.max(*latest);
    }

    /// Something may have been shown of which nothing is known here.
    pub fn restart(&mut self, log: LogId) {
        self.unsure.insert(log);
    }

    /// An op of one's own was made: it is later than all that was shown.
    pub fn pass(&mut self, log: LogId, moment: Time) {
        self.unsure.remove(&log);
        self.note(log, moment);
    }

    /// The latest moment that can have been shown, none of what is shown being later than `due`.
    pub fn latest(&self, log: LogId, due: Time) -> Option<Time> {
        // An op one moment later is still due itself.
        let before = Time(due.0.saturating_sub(1));
        if self.unsure.contains(&log) {
            Some(before)
        } else {
            self.latest.get(&log).copied().map(|time| time.min(before))
        }
    }
}
