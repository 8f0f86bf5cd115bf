//! A peer's clock, which may be wrong.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use node::{Time, clock::Clock};
use tokio::time::Instant;

/// A clock that goes with the virtual time, so many milliseconds ahead of it.
pub struct Skewed {
    began: Instant,
    ahead_ms: AtomicI64,
}

impl Skewed {
    /// A clock that is right.
    pub fn new(began: Instant) -> Self {
        Self { began, ahead_ms: AtomicI64::new(0) }
    }

    /// Sets it; negative: behind.
    pub fn set(&self, ahead_ms: i64) {
        self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
    }

    /// How far it is ahead.
    pub fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::Relaxed)
    }
}

impl Clock for Skewed {
    fn now(&self) -> Time {
        let right: Duration = e2e_clock::BEGIN + self.began.elapsed();
        Time((right.as_micros() as u64).saturating_add_signed(self.ahead_ms() * 1000))
    }
}
