//! The key to which a peer lets others wrap secrets: X25519, apart from the key it signs with.
//!
//! HPKE (RFC 9180), base mode: X25519, HKDF-SHA256, ChaCha20Poly1305. Behind two small traits, so that simulated worlds
//! may put cheap ones in their place.

use hpke::{
    Deserializable, Kem as _, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256,
};
use rand_core::CryptoRng;

use crate::id::{EpochId, KemKey, SpaceId};

/// Bytes of a wrap: the encapsulated key (32), the secret (32), the tag (16).
pub const WRAP_BYTES: usize = 80;

const INFO: &[u8] = b"peerage wrap 1";

/// A secret of 32 bytes wrapped for one peer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Wrap(pub [u8; WRAP_BYTES]);

impl Wrap {
    /// What is put where a key cannot be wrapped to, as it is no key: opens for nobody.
    pub const FUTILE: Wrap = Wrap([0; WRAP_BYTES]);
}

impl std::fmt::Debug for Wrap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wrap({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

impl<C> minicbor::Encode<C> for Wrap {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Wrap {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes = d.bytes()?.try_into();
        bytes.map(Wrap).map_err(|_| minicbor::decode::Error::message("a wrap has 80 bytes"))
    }
}

/// What a wrap is bound to, so that it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapContext {
    /// The space whose secret it is.
    pub space: SpaceId,
    /// The epoch whose secret it is.
    pub epoch: EpochId,
}

impl WrapContext {
    fn bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&self.space.0);
        bytes[32..].copy_from_slice(&self.epoch.0);
        bytes
    }
}

/// Wraps secrets for others.
pub trait WrapTo: Send + Sync {
    /// Wraps `secret` for the holder of `to`; [`Wrap::FUTILE`] if that is no key at all.
    fn wrap(&self, to: &KemKey, context: &WrapContext, secret: &[u8; 32], rng: &mut dyn CryptoRng) -> Wrap;
}

/// Opens what was wrapped for oneself.
pub trait Unwrap: Send + Sync {
    /// The public half.
    fn key(&self) -> KemKey;
    /// The secret; nothing if it was not wrapped for this key and context.
    fn unwrap(&self, context: &WrapContext, wrap: &Wrap) -> Option<[u8; 32]>;
}

/// The real thing for wrapping.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hpke;

impl WrapTo for Hpke {
    fn wrap(&self, to: &KemKey, context: &WrapContext, secret: &[u8; 32], rng: &mut dyn CryptoRng) -> Wrap {
        seal(to, context, secret, rng).unwrap_or(Wrap::FUTILE)
    }
}

fn seal(to: &KemKey, context: &WrapContext, secret: &[u8; 32], rng: &mut dyn CryptoRng) -> Option<Wrap> {
    let to = <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&to.0).ok()?;
    let mut rng = rng;
    let (key, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &to,
        INFO,
        secret,
        &context.bytes(),
        &mut rng,
    )
    .ok()?;
    let bytes: Vec<u8> = [key.to_bytes().as_slice(), &sealed].concat();
    bytes.try_into().ok().map(Wrap)
}

/// The real thing for unwrapping: an X25519 secret key.
pub struct KemSecret {
    secret: <X25519HkdfSha256 as hpke::Kem>::PrivateKey,
    key: KemKey,
}

impl KemSecret {
    /// From 32 secret bytes.
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        let secret = <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(secret).expect("any 32 bytes are a key");
        let key = KemKey(X25519HkdfSha256::sk_to_pk(&secret).to_bytes().into());
        Self { secret, key }
    }
}

impl Unwrap for KemSecret {
    fn key(&self) -> KemKey {
        self.key
    }

    fn unwrap(&self, context: &WrapContext, wrap: &Wrap) -> Option<[u8; 32]> {
        let (key, sealed) = wrap.0.split_at(32);
        let key = <X25519HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(key).ok()?;
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.secret,
            &key,
            INFO,
            sealed,
            &context.bytes(),
        );
        opened.ok()?.try_into().ok()
    }
}
