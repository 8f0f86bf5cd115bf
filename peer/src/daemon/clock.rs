//! The computer's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use node::{Time, clock::Clock};

/// The time of day.
pub struct WallClock;

impl WallClock {
    /// Now, RFC 3339 in UTC.
    pub fn text() -> String {
        jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }
}

impl Clock for WallClock {
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }
}
