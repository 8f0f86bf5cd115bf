//! Wrong codes: some are a mistake, many are somebody guessing.

use std::time::{Duration, Instant};

/// So many wrong codes are answered as such in [`PER`]; those beyond are turned away, and it is noted once.
const MOST: u32 = 20;

/// See [`MOST`].
const PER: Duration = Duration::from_secs(60);

/// How many there were of late.
#[derive(Default)]
pub struct Tries {
    since: Option<Instant>,
    wrong: u32,
}

impl Tries {
    /// Counts one; false if there were too many.
    pub fn wrong(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.duration_since(since) >= PER) {
            *self = Self { since: Some(now), wrong: 0 };
        }
        self.wrong = self.wrong.saturating_add(1);
        if self.wrong == MOST + 1 {
            tracing::warn!("somebody on this computer tries codes for the page");
        }
        self.wrong <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_are_turned_away_for_a_while() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        assert!((0..MOST).all(|_| tries.wrong(now)));
        assert!(!tries.wrong(now) && !tries.wrong(now + PER / 2));
        assert!(tries.wrong(now + PER));
    }
}
