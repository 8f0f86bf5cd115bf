//! The secrets of a peer.

use minicbor::{Decode, Encode};
use proto::{
    id::PeerId,
    key::{SecretKey, Sign},
};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use zeroize::Zeroize;

/// A peer keeps at most so many of its former KEM keys, to open what was wrapped to them.
const MAX_FORMER: usize = 64;

/// What makes a peer itself. It does not print itself and is wiped from memory when let go.
#[derive(Clone, Encode, Decode)]
pub struct Keys {
    /// The Ed25519 seed of the peer's key.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub peer: [u8; 32],
    /// The X25519 secret that epoch secrets are wrapped to.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub kem: [u8; 32],
    /// What the peer was before it took a new key, latest first: it vouches for the new one, and opens what was wrapped to it.
    #[n(2)]
    pub former: Vec<Former>,
}

/// The keys of a peer that is no more.
#[derive(Clone, Encode, Decode)]
pub struct Former {
    /// The Ed25519 seed.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub peer: [u8; 32],
    /// The X25519 secret.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub kem: [u8; 32],
}

impl Keys {
    /// New ones.
    pub fn new(rng: &mut ChaCha20Rng) -> Self {
        let mut keys = Self { peer: [0; 32], kem: [0; 32], former: Vec::new() };
        rng.fill_bytes(&mut keys.peer);
        rng.fill_bytes(&mut keys.kem);
        keys
    }

    /// New ones for the same person: the present become former ones.
    pub fn renewed(&self, rng: &mut ChaCha20Rng) -> Self {
        let mut keys = Self::new(rng);
        keys.former.push(Former { peer: self.peer, kem: self.kem });
        keys.former.extend(self.former.iter().take(MAX_FORMER - 1).cloned());
        keys
    }

    /// The peer these are the keys of.
    pub fn id(&self) -> PeerId {
        PeerId(SecretKey::from_bytes(&self.peer).public())
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.peer.zeroize();
        self.kem.zeroize();
    }
}

impl Drop for Former {
    fn drop(&mut self) {
        self.peer.zeroize();
        self.kem.zeroize();
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys(of {:?})", self.id())
    }
}
