//! Where chance comes from: the system, once a start.

use api::{Code, Problem};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use rustix::rand::{GetRandomFlags, getrandom};

/// A generator that nobody can guess.
pub fn rng() -> Result<ChaCha20Rng, Problem> {
    let mut seed = [0; 32];
    // Up to 256 bytes come whole or not at all (getrandom(2)).
    match getrandom(&mut seed, GetRandomFlags::empty()) {
        Ok(32) => Ok(ChaCha20Rng::from_seed(seed)),
        _ => Err(Problem::new(Code::Internal, "the system gives no randomness, so no key can be made")),
    }
}
