//! The clock and the dice a node is given: it has none of its own, so that whole peers run in virtual time.

use std::sync::Mutex;

use proto::time::Time;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Tells the wall-clock time.
pub trait Clock: Send + Sync + 'static {
    /// Now. It may jump either way: nothing but reading order, expiry and "since when" depends on it.
    fn now(&self) -> Time;
}

/// Everything that is left to chance in a node comes from here.
pub struct Dice(Mutex<ChaCha20Rng>);

impl Dice {
    /// Dice that fall as this generator says.
    pub fn new(rng: ChaCha20Rng) -> Self {
        Self(Mutex::new(rng))
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|rng| rng.fill_bytes(&mut bytes));
        bytes
    }

    /// A number below `bound` (which is not 0), near enough to even for jitter and picking.
    pub fn below(&self, bound: u64) -> u64 {
        self.with(|rng| rng.next_u64() % bound)
    }

    /// A generator of its own for a piece of work that takes several draws or holds no lock.
    pub fn fork(&self) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(self.bytes())
    }

    /// Lends the generator.
    pub fn with<T>(&self, f: impl FnOnce(&mut ChaCha20Rng) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

/// As people and programs outside read it: RFC 3339 in UTC, to the millisecond.
pub fn rfc3339(time: Time) -> String {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis)
        .unwrap_or(jiff::Timestamp::MAX)
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

/// The same to the microsecond, for what is ordered by it: no two of one author share one.
pub fn rfc3339_exact(time: Time) -> String {
    let micros = i64::try_from(time.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_microsecond(micros)
        .unwrap_or(jiff::Timestamp::MAX)
        .strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_everywhere() {
        assert_eq!(rfc3339(Time(1_700_000_000_123_456)), "2023-11-14T22:13:20.123Z");
        assert_eq!(rfc3339_exact(Time(1_700_000_000_123_456)), "2023-11-14T22:13:20.123456Z");
        assert_eq!(rfc3339(Time(0)), "1970-01-01T00:00:00.000Z");
        assert!(rfc3339(Time(u64::MAX)).starts_with("9999-"));
    }
}
