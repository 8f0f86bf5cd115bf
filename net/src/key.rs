//! Keys: a peer's public key is its network address.

use std::fmt;

/// A peer's public key: 32 bytes of Ed25519.
///
/// Any 32 bytes can be held; those that are no curve point belong to nobody, and dialling them fails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 32]);

/// A peer's secret key: the 32-byte Ed25519 seed. It does not print itself.
#[derive(Clone)]
pub struct SecretKey(iroh::SecretKey);

impl Key {
    /// The first ten hexadecimal digits, for logs.
    pub fn short(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0[..5])
    }

    pub(crate) fn endpoint_id(&self) -> Option<iroh::EndpointId> {
        iroh::EndpointId::from_bytes(&self.0).ok()
    }
}

impl From<iroh::EndpointId> for Key {
    fn from(id: iroh::EndpointId) -> Self {
        Self(*id.as_bytes())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.short())
    }
}

impl SecretKey {
    /// The key with this seed.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(iroh::SecretKey::from_bytes(seed))
    }

    /// Its public half.
    pub fn public(&self) -> Key {
        self.0.public().into()
    }

    pub(crate) fn iroh(&self) -> iroh::SecretKey {
        self.0.clone()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public().short())
    }
}
