//! The first thing each says.

use minicbor::{Decode, Encode};

use crate::time::Time;

/// The version of this protocol that is spoken here.
pub const VERSION: u16 = 1;

/// At most so many versions are offered.
pub const MAX_VERSIONS: usize = 16;

/// A person's proof is at most so many bytes.
pub const MAX_PROOF_BYTES: usize = 4096;

/// A display name is at most so many bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 256;

/// What a peer can do beyond the version, as bits. Unknown bits mean nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Features(#[n(0)] pub u64);

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
    /// The versions offered, best first, at most [`MAX_VERSIONS`].
    #[n(0)]
    pub versions: Vec<u16>,
    /// The op that created the person's own space: proves person, peer and the key that epochs are wrapped to. At most
    /// [`MAX_PROOF_BYTES`]; what is in it is `space`'s to check.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub proof: Vec<u8>,
    /// What the person wants to be called; at most [`MAX_NAME_BYTES`].
    #[n(2)]
    pub name: String,
    /// The speaker's wall clock.
    #[n(3)]
    pub clock: Time,
    /// What else it can do.
    #[n(4)]
    pub features: Features,
}

/// Why a hello ends the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HelloError {
    /// No version in common.
    #[error("the two programs have no version of the protocol in common")]
    NoVersion,
    /// A part is longer than allowed.
    #[error("a part of the hello is longer than allowed")]
    TooLong,
}

impl Hello {
    /// The highest version both know, if all parts are within their limits.
    pub fn agree(&self) -> Result<u16, HelloError> {
        let fits = self.versions.len() <= MAX_VERSIONS
            && self.proof.len() <= MAX_PROOF_BYTES
            && self.name.len() <= MAX_NAME_BYTES;
        if !fits {
            return Err(HelloError::TooLong);
        }
        if self.versions.contains(&VERSION) { Ok(VERSION) } else { Err(HelloError::NoVersion) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(versions: Vec<u16>) -> Hello {
        Hello { versions, proof: vec![1], name: "Ada".into(), clock: Time(1), features: Features(0) }
    }

    #[test]
    fn a_version_in_common_and_parts_within_limits() {
        assert_eq!(hello(vec![9, VERSION]).agree(), Ok(VERSION));
        assert_eq!(hello(vec![9]).agree(), Err(HelloError::NoVersion));
        let long = Hello { name: "x".repeat(MAX_NAME_BYTES + 1), ..hello(vec![VERSION]) };
        assert_eq!(long.agree(), Err(HelloError::TooLong));
    }
}
