//! An epoch: a secret of the space and the time it is used.
//!
//! Readers keep the secrets of all epochs. Which one a writer may use is [`crate::space::Membership::usable`].

use rand_core::CryptoRng;
use zeroize::Zeroize;

use crate::id::EpochId;

/// 32 secret bytes from which the keys of an epoch come. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochSecret([u8; 32]);

impl EpochSecret {
    /// A new one.
    pub fn mint(rng: &mut dyn CryptoRng) -> Self {
        let mut secret = [0; 32];
        rng.fill_bytes(&mut secret);
        Self(secret)
    }

    /// From bytes that were kept.
    pub const fn from_bytes(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The bytes, to be kept where nobody else reads.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The epoch's name, which tells nothing of the secret.
    pub fn id(&self) -> EpochId {
        EpochId(blake3::derive_key("peerage 1 epoch id", &self.0))
    }

    /// A key for one purpose; `context` names it and is a constant in the code.
    pub fn derive(&self, context: &'static str) -> [u8; 32] {
        blake3::derive_key(context, &self.0)
    }
}

impl Drop for EpochSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for EpochSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EpochSecret(of {:?})", self.id())
    }
}
