//! Signing and checking, behind two small traits, so that simulated worlds may put cheap ones in their place.
//!
//! What is signed always begins with a [`Domain`], so that a signature made for one purpose means nothing for another.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use crate::id::PeerId;

/// 64 bytes of Ed25519.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signature({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

impl<C> minicbor::Encode<C> for Signature {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Signature {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes = d.bytes()?.try_into();
        bytes.map(Signature).map_err(|_| minicbor::decode::Error::message("a signature has 64 bytes"))
    }
}

/// What a signature is for: the text put before what is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// The header of an op.
    Op,
    /// A newcomer's request to be let in, by the invitation's key.
    Join,
    /// A peer's statement that another peer speaks for the same person.
    Peer,
}

impl Domain {
    const fn prefix(self) -> &'static [u8] {
        match self {
            Domain::Op => b"peerage op 1\0",
            Domain::Join => b"peerage join 1\0",
            Domain::Peer => b"peerage peer 1\0",
        }
    }
}

fn message(domain: Domain, bytes: &[u8]) -> Vec<u8> {
    [domain.prefix(), bytes].concat()
}

/// Signs as one peer (or as one invitation).
pub trait Sign: Send + Sync {
    /// The public half, as bytes.
    fn public(&self) -> [u8; 32];
    /// A signature over the domain and `bytes`.
    fn sign(&self, domain: Domain, bytes: &[u8]) -> Signature;
}

/// Checks what others signed.
pub trait Verify: Send + Sync {
    /// Whether `signature` is `signer`'s over the domain and `bytes`.
    fn verify(&self, signer: &[u8; 32], domain: Domain, bytes: &[u8], signature: &Signature) -> bool;
}

/// The real thing: an Ed25519 secret key (RFC 8032), checked strictly.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// From 32 secret bytes.
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The peer this is the key of.
    pub fn peer(&self) -> PeerId {
        PeerId(self.public())
    }
}

impl Sign for SecretKey {
    fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, domain: Domain, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(&message(domain, bytes)).to_bytes())
    }
}

/// Strict Ed25519: no small-order keys, no malleable signatures.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ed25519;

impl Verify for Ed25519 {
    fn verify(&self, signer: &[u8; 32], domain: Domain, bytes: &[u8], signature: &Signature) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(signer) else {
            return false;
        };
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        key.verify_strict(&message(domain, bytes), &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_domain_only() {
        let key = SecretKey::from_bytes(&[1; 32]);
        let signature = key.sign(Domain::Op, b"x");
        assert!(Ed25519.verify(&key.public(), Domain::Op, b"x", &signature));
        assert!(!Ed25519.verify(&key.public(), Domain::Join, b"x", &signature));
        assert!(!Ed25519.verify(&key.public(), Domain::Op, b"y", &signature));
        assert!(!Ed25519.verify(&[0; 32], Domain::Op, b"x", &signature));
    }
}
