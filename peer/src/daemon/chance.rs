//! Where chance comes from: the system, once a start.

use api::Problem;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// A generator that nobody can guess.
pub fn rng() -> Result<ChaCha20Rng, Problem> {
    Ok(ChaCha20Rng::from_seed(crate::home::random()?))
}
