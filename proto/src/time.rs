//! Moments of the hybrid clock: a wall clock that never stands still and never runs backwards within what one has seen.
//!
//! The rule (after Kulkarni et al., "Logical Physical Clocks", 2014, folded into one number): a new moment is the
//! wall clock's, or one more than the latest moment seen, whichever is later. Clocks decide the order in which
//! people read, and nothing else.

use std::time::Duration;

/// Microseconds since 1970-01-01T00:00:00Z, of the hybrid clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Time(#[n(0)] pub u64);

/// How far ahead of our own clock an op may be and still be shown at once; one further ahead is held until due.
pub const MAX_AHEAD: Duration = Duration::from_secs(5 * 60);

impl Time {
    /// The moment that many milliseconds after 1970.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1000)
    }

    /// Whole milliseconds since 1970.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1000
    }

    /// The moment of a new op: `now`, but later than everything `seen`.
    pub fn after(now: Time, seen: Option<Time>) -> Time {
        seen.map_or(now, |seen| now.max(Time(seen.0.saturating_add(1))))
    }

    /// Whether an op of this moment is to be held rather than shown at `now`.
    pub fn is_ahead_of(self, now: Time) -> bool {
        self > now + MAX_AHEAD
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for Time {
    type Output = Time;

    fn add(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)))
    }
}
