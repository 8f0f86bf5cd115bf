//! How fast something goes, of late.

use std::time::Duration;

use tokio::time::Instant;

/// A new figure counts so much against the old one: about three seconds of the past are seen.
const WEIGHT: f64 = 0.3;

/// Figures are taken at least so far apart.
const APART: Duration = Duration::from_millis(250);

/// A rate in bytes a second.
#[derive(Default)]
pub struct Meter {
    last: Option<(Instant, u64)>,
    rate: f64,
}

impl Meter {
    /// So many bytes are done by now; the rate, if a new figure was taken.
    pub fn at(&mut self, bytes: u64, now: Instant) -> Option<f64> {
        let Some((then, before)) = self.last.replace((now, bytes)) else { return Some(0.0) };
        let passed = now.duration_since(then);
        if passed < APART {
            self.last = Some((then, before));
            return None;
        }
        let figure = bytes.saturating_sub(before) as f64 / passed.as_secs_f64();
        self.rate = if self.rate == 0.0 { figure } else { self.rate + WEIGHT * (figure - self.rate) };
        if self.rate < 1.0 {
            self.rate = 0.0;
        }
        Some(self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_seen_at_once_and_forgotten_slowly() {
        let (mut meter, now) = (Meter::default(), Instant::now());
        let second = Duration::from_secs(1);
        assert_eq!(meter.at(0, now), Some(0.0));
        assert_eq!(meter.at(500, now + second), Some(500.0));
        assert_eq!(meter.at(600, now + second + APART / 2), None);
        assert_eq!(meter.at(500, now + 2 * second), Some(350.0));
        let still = (3..40).filter_map(|n| meter.at(500, now + n * second)).last();
        assert_eq!(still, Some(0.0));
        assert_eq!(meter.at(10, now + 50 * second), Some(0.0), "begun again");
    }
}
