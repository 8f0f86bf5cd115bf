//! Waiting for something to become true, with a generous end, so that a slow machine is no failure.

use std::time::{Duration, Instant};

/// How long a thing that should happen soon may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

const BETWEEN_TRIES: Duration = Duration::from_millis(30);

/// Tries until `try_it` gives something; panics with `what` after [`PATIENCE`].
pub fn until<T>(what: &str, try_it: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, try_it)
}

/// Tries until `try_it` gives something; panics with `what` after `patience`.
pub fn within<T>(patience: Duration, what: &str, mut try_it: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = try_it() {
            return found;
        }
        assert!(start.elapsed() < patience, "waited {patience:?} in vain: {what}");
        std::thread::sleep(BETWEEN_TRIES);
    }
}
