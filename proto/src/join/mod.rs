//! What a newcomer and a member say to each other, over a link that is open to strangers.
//!
//! One question, one answer, then the link ends. A member answers nothing about a space to somebody who cannot sign with
//! the secret of an invitation to it: not even that the space exists.

use minicbor::{Decode, Encode};

use crate::space::{JoinRequest, PersonProof};

/// A message is at most so many bytes long: a proof with all its successors fits.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024;

/// The newcomer's question.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Ask {
    /// Signed with the invitation's secret.
    #[n(0)]
    pub request: JoinRequest,
    /// Who asks.
    #[n(1)]
    pub proof: PersonProof,
}

/// The member's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Answer {
    /// You are a member (now, or already); the rest comes with a session.
    #[n(0)]
    Welcome,
    /// I know no such space or invitation. Another member may.
    #[n(1)]
    Unknown,
    /// As many have used it as may.
    #[n(2)]
    UsedUp,
    /// Its time is over.
    #[n(3)]
    Expired,
    /// It was taken back, or whoever made it was removed.
    #[n(4)]
    Withdrawn,
    /// You were removed, or left, since: a new invitation is needed.
    #[n(5)]
    Removed,
    /// The request or the proof does not hold.
    #[n(6)]
    Invalid,
    /// I cannot at the moment: too many ask, or my disk is full.
    #[n(7)]
    Busy,
}

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no message about joining")]
pub struct Malformed;

impl Ask {
    /// The bytes of its frame.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a stranger's bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        whole(bytes)
    }
}

impl Answer {
    /// The bytes of its frame.
    pub fn to_bytes(self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a stranger's bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        whole(bytes)
    }
}

fn whole<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Malformed> {
    if bytes.len() > MAX_MESSAGE_BYTES {
        return Err(Malformed);
    }
    let mut decoder = minicbor::Decoder::new(bytes);
    let message = decoder.decode().map_err(|_| Malformed)?;
    if decoder.position() == bytes.len() { Ok(message) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_read_back_and_nothing_may_follow() {
        for answer in [Answer::Welcome, Answer::Unknown, Answer::UsedUp, Answer::Expired, Answer::Busy] {
            let mut bytes = answer.to_bytes();
            assert_eq!(Answer::from_bytes(&bytes), Ok(answer));
            bytes.push(0);
            assert_eq!(Answer::from_bytes(&bytes), Err(Malformed));
        }
        assert_eq!(Answer::from_bytes(&[9]), Err(Malformed));
        assert!(Ask::from_bytes(&vec![0; MAX_MESSAGE_BYTES + 1]).is_err());
        assert!(Ask::from_bytes(b"hello").is_err());
    }
}
