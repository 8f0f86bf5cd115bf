//! What two peers say to each other when they meet.

use minicbor::{Decode, Encode};

/// A message is at most so many bytes long.
pub const MAX_MESSAGE_BYTES: usize = 8 * 1024;

/// A name is at most so many bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 128;

/// The proof that a peer speaks for its person is at most so many bytes long.
pub const MAX_PROOF_BYTES: usize = 4 * 1024;

/// Who somebody says they are. Checked by the caller (the proof), and by people (the words).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Card {
    /// The name they give.
    #[n(0)]
    pub name: String,
    /// The proof that the peer speaks for a person, as `space` writes it.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub proof: Vec<u8>,
    /// Addresses the peer listens on, as `ip:port`, best first.
    #[n(2)]
    pub addresses: Vec<String>,
}

/// One message, in a frame of its own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Message {
    /// The first: who I am, and a commitment to my nonce.
    #[n(0)]
    Commit {
        /// Who I am.
        #[n(0)]
        card: Card,
        /// A hash of my nonce and my card.
        #[n(1)]
        #[cbor(with = "minicbor::bytes")]
        commitment: [u8; 32],
    },
    /// The second, once both are committed.
    #[n(1)]
    Reveal(
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        [u8; 32],
    ),
    /// My person says that the words are the same. Also on a later link between the same two keys.
    #[n(2)]
    Confirm,
    /// My person says that they are not, or does not want to.
    #[n(3)]
    Deny,
    /// Too many people ask at the moment.
    #[n(4)]
    Busy,
}

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no message of two peers who meet")]
pub struct Malformed;

impl Message {
    /// The bytes of its frame.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a stranger's bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(Malformed);
        }
        let mut decoder = minicbor::Decoder::new(bytes);
        let message: Message = decoder.decode().map_err(|_| Malformed)?;
        let whole = decoder.position() == bytes.len();
        (whole && message.is_within_limits()).then_some(message).ok_or(Malformed)
    }

    fn is_within_limits(&self) -> bool {
        match self {
            Message::Commit { card, .. } => card.is_within_limits(),
            _ => true,
        }
    }
}

impl Card {
    fn is_within_limits(&self) -> bool {
        self.name.len() <= MAX_NAME_BYTES
            && !self.name.chars().any(char::is_control)
            && self.proof.len() <= MAX_PROOF_BYTES
            && self.addresses.len() <= super::MAX_LINK_ADDRESSES
            && self.addresses.iter().all(|address| address.parse::<std::net::SocketAddr>().is_ok())
    }
}
