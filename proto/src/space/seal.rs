//! Sealing bodies: XChaCha20Poly1305 under a key of the epoch, bound to the op's place.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand_core::CryptoRng;

use super::EpochSecret;
use crate::{
    id::SpaceId,
    log::{LogKey, MAX_BODY_BYTES},
};

/// Bytes a sealed body is longer than the plain one: nonce (24) and tag (16).
pub const SEAL_BYTES: usize = 40;

/// A plain body is at most so many bytes long.
pub const MAX_PLAIN_BYTES: usize = MAX_BODY_BYTES - SEAL_BYTES;

const NONCE_BYTES: usize = 24;

/// An op's place, to which its sealed body is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The space.
    pub space: SpaceId,
    /// Whose log, and which.
    pub log: LogKey,
    /// The place in the log.
    pub seq: u64,
}

impl Place {
    /// Space, peer, area, whether there is an instance and which, seq in big endian: 106 bytes.
    fn bytes(&self) -> [u8; 106] {
        let mut bytes = [0; 106];
        bytes[..32].copy_from_slice(&self.space.0);
        bytes[32..64].copy_from_slice(&self.log.peer.0);
        bytes[64] = self.log.log.area.0;
        if let Some(instance) = self.log.log.instance {
            bytes[65] = 1;
            bytes[66..98].copy_from_slice(&instance.0);
        }
        bytes[98..].copy_from_slice(&self.seq.to_be_bytes());
        bytes
    }
}

/// What seals and opens the bodies of one epoch.
#[derive(Clone)]
pub struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// Of the epoch with this secret.
    pub fn new(secret: &EpochSecret) -> Self {
        Self(XChaCha20Poly1305::new(&secret.derive("peerage 1 bodies").into()))
    }

    /// The body as it travels: nonce, ciphertext, tag.
    pub fn seal(&self, place: &Place, plain: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: &place.bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).expect("a body is shorter than the cipher's limit");
        [&nonce[..], &sealed].concat()
    }

    /// The plain body; nothing if it was not sealed under this epoch for this place.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &place.bytes() }).ok()
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}
