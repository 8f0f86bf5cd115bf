//! Cheap signatures and wraps: what honest peers can tell apart from real ones only by the time they take.
//!
//! Anybody could forge them, but nobody in these worlds does: forgery is tested where the real ones are.

use proto::{
    id::{KemKey, PeerId},
    key::{Domain, Sign, Signature, Verify},
    space::{Unwrap, WRAP_BYTES, Wrap, WrapContext, WrapTo},
};
use rand_core::CryptoRng;

/// A key that signs, and one to which secrets are wrapped.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    public: [u8; 32],
}

/// Checks and wraps for all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cheap;

impl Keys {
    /// The keys of that number and use.
    pub(super) fn new(seed: u64, purpose: &str, number: usize) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("peerage lab key");
        hasher.update(&seed.to_be_bytes()).update(&(number as u64).to_be_bytes()).update(purpose.as_bytes());
        Self { public: *hasher.finalize().as_bytes() }
    }

    pub(super) fn peer(&self) -> PeerId {
        PeerId(self.public)
    }
}

fn signature(public: &[u8; 32], domain: Domain, bytes: &[u8]) -> Signature {
    let mut hasher = blake3::Hasher::new_keyed(public);
    hasher.update(&[domain as u8]).update(bytes);
    let half = *hasher.finalize().as_bytes();
    let mut whole = [0; 64];
    whole[..32].copy_from_slice(&half);
    whole[32..].copy_from_slice(public);
    Signature(whole)
}

impl Sign for Keys {
    fn public(&self) -> [u8; 32] {
        self.public
    }

    fn sign(&self, domain: Domain, bytes: &[u8]) -> Signature {
        signature(&self.public, domain, bytes)
    }
}

impl Verify for Cheap {
    fn verify(&self, signer: &[u8; 32], domain: Domain, bytes: &[u8], other: &Signature) -> bool {
        signature(signer, domain, bytes) == *other
    }
}

/// What hides a secret: the same for whoever wraps it and the one it is wrapped for.
fn pad(key: &KemKey, context: &WrapContext) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(&key.0);
    hasher.update(&context.space.0).update(&context.epoch.0);
    *hasher.finalize().as_bytes()
}

fn xor(a: &[u8], b: &[u8; 32]) -> [u8; 32] {
    std::array::from_fn(|at| a[at] ^ b[at])
}

impl WrapTo for Cheap {
    fn wrap(&self, to: &KemKey, context: &WrapContext, secret: &[u8; 32], _: &mut dyn CryptoRng) -> Wrap {
        let mut wrap = [0; WRAP_BYTES];
        wrap[..32].copy_from_slice(&to.0);
        wrap[32..64].copy_from_slice(&xor(secret, &pad(to, context)));
        Wrap(wrap)
    }
}

impl Unwrap for Keys {
    fn key(&self) -> KemKey {
        KemKey(self.public)
    }

    fn unwrap(&self, context: &WrapContext, wrap: &Wrap) -> Option<[u8; 32]> {
        let ours = wrap.0[..32] == self.public;
        ours.then(|| xor(&wrap.0[32..64], &pad(&self.key(), context)))
    }
}
