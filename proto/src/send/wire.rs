//! What receiver and sender say to each other, one frame each.

use minicbor::{Decode, Encode};

use super::{
    exchange::{Confirmation, PAKE_BYTES},
    offer::{Refusal, Which},
};
use crate::id::{BlobHash, OfferId};

/// A message is at most so many bytes long.
pub const MAX_MESSAGE_BYTES: usize = 256;

/// What a receiver begins with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Request {
    /// It has a code. The sender answers with [`Answer`], the receiver with a [`Confirmation`], the sender with
    /// [`Outcome`].
    #[n(0)]
    Redeem {
        /// Which offer.
        #[n(0)]
        which: Which,
        /// The receiver's message of the exchange.
        #[n(1)]
        #[cbor(with = "minicbor::bytes")]
        pake: [u8; PAKE_BYTES],
    },
    /// It has all of it now. Not answered but by the end of the stream.
    #[n(1)]
    Received(#[n(0)] OfferId),
}

/// What the sender answers to a code.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// The sender's message of the exchange.
    #[n(0)]
    Pake(
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        [u8; PAKE_BYTES],
    ),
    /// No.
    #[n(1)]
    Refused(#[n(0)] Refusal),
}

/// What the sender answers to a confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// The code was right: the blobs may be fetched.
    #[n(0)]
    Granted {
        /// That the sender knew the code too.
        #[n(0)]
        confirmation: Confirmation,
        /// Which offer it was.
        #[n(1)]
        offer: OfferId,
        /// What to fetch.
        #[n(2)]
        what: What,
    },
    /// It was not.
    #[n(1)]
    Refused(#[n(0)] Refusal),
}

/// What an offer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct What {
    /// The blob of its [manifest](crate::files::Manifest).
    #[n(0)]
    pub manifest: BlobHash,
    /// That blob's bytes.
    #[n(1)]
    pub manifest_bytes: u64,
    /// Files in all, as the sender says.
    #[n(2)]
    pub files: u64,
    /// Bytes of content in all, as the sender says.
    #[n(3)]
    pub bytes: u64,
}

/// The bytes are no message of this place in the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the other peer does not keep to the rules of sending")]
pub struct Malformed;

macro_rules! message {
    ($($name:ident),*) => {$(
        impl $name {
            /// As it travels.
            pub fn to_bytes(&self) -> Vec<u8> {
                minicbor::to_vec(self).expect("writing to memory cannot fail")
            }

            /// Reads a stranger's bytes.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
                if bytes.len() > MAX_MESSAGE_BYTES {
                    return Err(Malformed);
                }
                minicbor::decode(bytes).map_err(|_| Malformed)
            }
        }
    )*};
}

message!(Request, Answer, Confirmation, Outcome);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::PeerId;

    #[test]
    fn what_is_written_is_read_and_fits() {
        let requests = [
            Request::Redeem { which: Which::Plate(3), pake: [7; PAKE_BYTES] },
            Request::Redeem { which: Which::Offer(OfferId([1; 32])), pake: [7; PAKE_BYTES] },
            Request::Received(OfferId([1; 32])),
        ];
        for request in requests {
            assert_eq!(Request::from_bytes(&request.to_bytes()), Ok(request));
        }
        let mut rng = <rand_chacha::ChaCha20Rng as rand_core::SeedableRng>::from_seed([3; 32]);
        let (_, pake) = super::super::Exchange::answer(b"x", PeerId([1; 32]), PeerId([2; 32]), &mut rng);
        for answer in [Answer::Pake(pake), Answer::Refused(Refusal::Dead)] {
            assert_eq!(Answer::from_bytes(&answer.to_bytes()), Ok(answer));
        }
        let confirmation: Confirmation = minicbor::decode(&minicbor::to_vec(OfferId([9; 32])).unwrap()).unwrap();
        let what = What { manifest: BlobHash([1; 32]), manifest_bytes: u64::MAX, files: u64::MAX, bytes: u64::MAX };
        let offer = OfferId([1; 32]);
        for outcome in [Outcome::Granted { confirmation, offer, what }, Outcome::Refused(Refusal::Busy)] {
            assert_eq!(Outcome::from_bytes(&outcome.to_bytes()), Ok(outcome));
        }
        assert_eq!(Confirmation::from_bytes(&confirmation.to_bytes()), Ok(confirmation));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_message_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let read = [
                Request::from_bytes(&bytes).is_ok(), Answer::from_bytes(&bytes).is_ok(),
                Confirmation::from_bytes(&bytes).is_ok(), Outcome::from_bytes(&bytes).is_ok(),
            ];
            prop_assert!(bytes.len() <= MAX_MESSAGE_BYTES || read == [false; 4]);
        }
    }
}
