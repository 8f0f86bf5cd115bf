//! Whether our clock is wrong, judged by the people we talk to.
//!
//! Each hello carries the other's clock. If the median over persons is off by more than [`MAX_SKEW`], it is ours that
//! is likely wrong, and it is said; with a single person, that the two differ.

use std::{collections::BTreeMap, time::Duration};

use crate::{id::PersonId, time::Time};

/// Clocks that differ by more than that are said.
pub const MAX_SKEW: Duration = Duration::from_secs(5 * 60);

/// Only the so many latest heard persons are kept.
const MAX_PERSONS: usize = 64;

/// What the clocks of others say.
#[derive(Debug, Clone, Default)]
pub struct Skews {
    by_person: BTreeMap<PersonId, Sample>,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    ahead_us: i64,
    heard: Time,
}

/// Our clock against those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skew {
    /// By how many microseconds ours is ahead (negative: behind) of the median of theirs.
    pub ahead_us: i64,
    /// Of how many persons.
    pub persons: usize,
}

impl Skews {
    /// A person's clock showed `theirs` when ours showed `ours`. (The way it travelled is far below what matters.)
    pub fn heard(&mut self, person: PersonId, theirs: Time, ours: Time) {
        let ahead_us = i64::try_from(i128::from(ours.0) - i128::from(theirs.0));
        let ahead_us = ahead_us.unwrap_or(if ours > theirs { i64::MAX } else { i64::MIN });
        self.by_person.insert(person, Sample { ahead_us, heard: ours });
        if self.by_person.len() > MAX_PERSONS {
            let oldest = self.by_person.iter().min_by_key(|(_, sample)| sample.heard).map(|(person, _)| *person);
            oldest.and_then(|person| self.by_person.remove(&person));
        }
    }

    /// The judgement, if there is something to say.
    pub fn judge(&self) -> Option<Skew> {
        let mut all: Vec<i64> = self.by_person.values().map(|sample| sample.ahead_us).collect();
        all.sort_unstable();
        // Of an even number the one nearer to ours: in doubt nothing is said.
        let ahead_us = match all.len() {
            0 => return None,
            n if n % 2 == 1 => all[n / 2],
            n => std::cmp::min_by_key(all[n / 2 - 1], all[n / 2], |ahead| ahead.unsigned_abs()),
        };
        let off = Duration::from_micros(ahead_us.unsigned_abs()) > MAX_SKEW;
        off.then_some(Skew { ahead_us, persons: all.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_millis(1_000_000_000);
    const OFF: u64 = 6 * 60_000_000;

    fn person(n: u8) -> PersonId {
        PersonId([n; 32])
    }

    #[test]
    fn one_wrong_clock_among_many_is_not_ours() {
        let mut skews = Skews::default();
        skews.heard(person(1), Time(NOW.0 - OFF), NOW);
        assert_eq!(skews.judge(), Some(Skew { ahead_us: OFF as i64, persons: 1 }));
        skews.heard(person(2), NOW, NOW);
        assert_eq!(skews.judge(), None);
        skews.heard(person(3), Time(NOW.0 + 1), NOW);
        assert_eq!(skews.judge(), None);
    }

    #[test]
    fn ours_is_wrong_if_most_say_so() {
        let mut skews = Skews::default();
        (1..4).for_each(|n| skews.heard(person(n), Time(NOW.0 + OFF + u64::from(n)), NOW));
        skews.heard(person(9), Time(u64::MAX), NOW);
        skews.heard(person(8), NOW, NOW);
        let skew = skews.judge().unwrap();
        assert!(skew.ahead_us < -(OFF as i64) && skew.persons == 5, "{skew:?}");
    }

    #[test]
    fn a_clock_set_right_is_forgiven() {
        let mut skews = Skews::default();
        skews.heard(person(1), Time(0), NOW);
        skews.heard(person(1), NOW, NOW);
        assert_eq!(skews.judge(), None);
    }
}
