//! Proving a code to each other without showing it: SPAKE2 with both sides' confirmation.
//!
//! The receiver is side A, the sender side B. The identities are the two peers' keys, which the transport has
//! proven, so that a proof made for one connection is worth nothing on another. The receiver confirms first: the
//! sender says nothing that depends on the code before it has seen a right one.

use rand_core::CryptoRng;
use rand_core_06::RngCore;
use spake2::{Ed25519Group, Identity, Password, Spake2};

use crate::id::PeerId;

/// A message of the exchange has so many bytes: a side and a point.
pub const PAKE_BYTES: usize = 33;

/// What a side shows to prove that it holds the key: 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Confirmation(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    [u8; 32],
);

/// The exchange did not come to one key: another code, another peer, or no point at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code is wrong")]
pub struct Wrong;

/// One side of an exchange under way.
pub struct Exchange(Spake2<Ed25519Group>);

/// What both sides hold in the end, if they began with one code.
pub struct Keys([u8; 32]);

impl Exchange {
    /// The receiver's side: with what it sends.
    pub fn ask(
        password: &[u8],
        receiver: PeerId,
        sender: PeerId,
        rng: &mut impl CryptoRng,
    ) -> (Self, [u8; PAKE_BYTES]) {
        let (password, receiver, sender) = prepared(password, receiver, sender);
        let (exchange, message) = Spake2::start_a_with_rng(&password, &receiver, &sender, Chance(rng));
        (Self(exchange), sized(message))
    }

    /// The sender's side: with what it sends.
    pub fn answer(
        password: &[u8],
        receiver: PeerId,
        sender: PeerId,
        rng: &mut impl CryptoRng,
    ) -> (Self, [u8; PAKE_BYTES]) {
        let (password, receiver, sender) = prepared(password, receiver, sender);
        let (exchange, message) = Spake2::start_b_with_rng(&password, &receiver, &sender, Chance(rng));
        (Self(exchange), sized(message))
    }

    /// The keys, given what the other side sent. That they are the same as the other's, only confirming shows.
    pub fn finish(self, theirs: &[u8; PAKE_BYTES]) -> Result<Keys, Wrong> {
        let key = self.0.finish(theirs).map_err(|_| Wrong)?;
        Ok(Keys(key.try_into().map_err(|_| Wrong)?))
    }
}

impl Keys {
    /// What the receiver shows.
    pub fn receiver(&self) -> Confirmation {
        Confirmation(blake3::derive_key("peerage send 1: the receiver confirms", &self.0))
    }

    /// What the sender shows.
    pub fn sender(&self) -> Confirmation {
        Confirmation(blake3::derive_key("peerage send 1: the sender confirms", &self.0))
    }
}

impl Confirmation {
    /// Whether this is what was to be shown, in constant time.
    pub fn is(&self, expected: &Confirmation) -> bool {
        // Comparing hashes is constant in time; comparing arrays is not.
        blake3::Hash::from_bytes(self.0) == blake3::Hash::from_bytes(expected.0)
    }
}

fn prepared(password: &[u8], receiver: PeerId, sender: PeerId) -> (Password, Identity, Identity) {
    (Password::new(password), Identity::new(receiver.as_bytes()), Identity::new(sender.as_bytes()))
}

fn sized(message: Vec<u8>) -> [u8; PAKE_BYTES] {
    message.try_into().expect("a side and a point")
}

/// Our generator in the form that `spake2` asks for.
struct Chance<'a, R>(&'a mut R);

impl<R: CryptoRng> RngCore for Chance<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core_06::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl<R: CryptoRng> rand_core_06::CryptoRng for Chance<'_, R> {}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    const RECEIVER: PeerId = PeerId([1; 32]);
    const SENDER: PeerId = PeerId([2; 32]);

    fn agree(ours: (&[u8], PeerId, PeerId), theirs: (&[u8], PeerId, PeerId)) -> bool {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let (receiver, a) = Exchange::ask(ours.0, ours.1, ours.2, &mut rng);
        let (sender, b) = Exchange::answer(theirs.0, theirs.1, theirs.2, &mut rng);
        let (receiver, sender) = (receiver.finish(&b).unwrap(), sender.finish(&a).unwrap());
        let receivers = receiver.receiver().is(&sender.receiver());
        assert_eq!(receivers, receiver.sender().is(&sender.sender()));
        assert!(!receiver.receiver().is(&sender.sender()));
        receivers
    }

    #[test]
    fn one_code_between_the_same_two_is_one_key() {
        let same: (&[u8], _, _) = (b"abc", RECEIVER, SENDER);
        assert!(agree(same, same));
        assert!(!agree(same, (b"abd", RECEIVER, SENDER)));
        assert!(!agree(same, (b"abc", PeerId([9; 32]), SENDER)), "the receiver is another");
        assert!(!agree(same, (b"abc", RECEIVER, PeerId([9; 32]))), "somebody is in the middle");
    }

    #[test]
    fn what_is_no_point_and_ones_own_message_are_refused() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let exchange = |rng: &mut _| Exchange::ask(b"abc", RECEIVER, SENDER, rng);
        let (side, own) = exchange(&mut rng);
        assert!(side.finish(&own).is_err());
        // No point of the curve has the y-coordinate 2; 0x42 is the other side.
        let no_point = std::array::from_fn(|at| [0x42, 2].get(at).copied().unwrap_or(0));
        for bytes in [[0; PAKE_BYTES], [0xff; PAKE_BYTES], no_point] {
            assert!(exchange(&mut rng).0.finish(&bytes).is_err());
        }
    }
}
