//! The invitation as text: `peer://join/` and base64url of a version, CBOR, and a checksum.
//!
//! The checksum tells a link that was cut off from one that never was a link. The text holds a secret: whoever reads
//! it can come in.

use data_encoding::BASE64URL_NOPAD;
use minicbor::{Decode, Encode};

use super::auth::{Kind, Role};
use crate::{
    id::{PeerId, SpaceId},
    time::Time,
};

/// How a link begins.
pub const LINK_PREFIX: &str = "peer://join/";

/// A link names at most so many members.
pub const MAX_LINK_PEERS: usize = 4;

/// A link names at most so many addresses of each member.
pub const MAX_LINK_ADDRESSES: usize = 8;

/// A name or an address in a link is at most so many bytes long.
pub const MAX_LINK_TEXT_BYTES: usize = 128;

/// What a link holds is at most so many bytes long, so that its text fits one QR code (2,953 bytes).
pub const MAX_LINK_BYTES: usize = 2048;

/// The version of links we write, and the only one we read.
pub const LINK_VERSION: u8 = 1;

const CHECK_BYTES: usize = 4;

/// A member's peer and where it may be reached.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct LinkPeer {
    /// The peer's key.
    #[n(0)]
    pub peer: PeerId,
    /// `ip:port`, as text; meaning is the transport's.
    #[n(1)]
    pub addresses: Vec<String>,
}

/// What an invitation's link says.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Link {
    /// The space to join.
    #[n(0)]
    pub space: SpaceId,
    /// Its name when the link was made; nobody vouches for it.
    #[n(1)]
    pub name: String,
    /// Its kind.
    #[n(2)]
    pub kind: Kind,
    /// What the newcomer will be.
    #[n(3)]
    pub role: Role,
    /// The name of whoever invites; nobody vouches for it.
    #[n(4)]
    pub inviter: String,
    /// The invitation's Ed25519 secret.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub secret: [u8; 32],
    /// When it ends to be good.
    #[n(6)]
    pub expires: Option<Time>,
    /// Members to ask, the likeliest first.
    #[n(7)]
    pub peers: Vec<LinkPeer>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({:?}, {:?}, {} peers)", self.space, self.role, self.peers.len())
    }
}

/// Why text is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Does not begin as a link does.
    #[error("this is no invitation: one begins with {LINK_PREFIX}")]
    Foreign,
    /// The end is missing, or a letter was changed.
    #[error("the invitation is incomplete or was altered on its way")]
    CutOff,
    /// Made by a later program.
    #[error("the invitation was made by a newer version of this program")]
    Newer,
    /// More than a limit allows.
    #[error("the invitation holds more than an invitation may")]
    TooLong,
    /// Whole, but not what a link holds.
    #[error("the invitation says nothing that makes sense")]
    Malformed,
}

impl Link {
    /// The link as text. An error if a limit is exceeded.
    pub fn to_text(&self) -> Result<String, LinkError> {
        let mut bytes = vec![LINK_VERSION];
        minicbor::encode(self, &mut bytes).expect("writing to memory cannot fail");
        if !self.is_within_limits() || bytes.len() + CHECK_BYTES > MAX_LINK_BYTES {
            return Err(LinkError::TooLong);
        }
        let check = checksum(&bytes);
        bytes.extend_from_slice(&check);
        Ok(format!("{LINK_PREFIX}{}", BASE64URL_NOPAD.encode(&bytes)))
    }

    /// Reads what people paste: white space around it and line breaks within it do not matter.
    pub fn from_text(text: &str) -> Result<Link, LinkError> {
        let longest = LINK_PREFIX.len() + MAX_LINK_BYTES.div_ceil(3) * 4;
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).take(longest + 1).collect();
        let payload = text.strip_prefix(LINK_PREFIX).ok_or(LinkError::Foreign)?;
        if text.len() > longest {
            return Err(LinkError::TooLong);
        }
        let bytes = BASE64URL_NOPAD.decode(payload.as_bytes()).map_err(|_| LinkError::CutOff)?;
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Link, LinkError> {
        let (said, check) = bytes.split_last_chunk::<CHECK_BYTES>().ok_or(LinkError::CutOff)?;
        if *check != checksum(said) {
            return Err(LinkError::CutOff);
        }
        let (version, cbor) = said.split_first().ok_or(LinkError::CutOff)?;
        if *version != LINK_VERSION {
            return Err(if *version > LINK_VERSION { LinkError::Newer } else { LinkError::Malformed });
        }
        let link: Link = minicbor::decode(cbor).map_err(|_| LinkError::Malformed)?;
        if link.is_within_limits() { Ok(link) } else { Err(LinkError::TooLong) }
    }

    fn is_within_limits(&self) -> bool {
        let short = |text: &String| text.len() <= MAX_LINK_TEXT_BYTES;
        self.peers.len() <= MAX_LINK_PEERS
            && [&self.name, &self.inviter].into_iter().all(short)
            && self.peers.iter().all(|peer| peer.addresses.len() <= MAX_LINK_ADDRESSES)
            && self.peers.iter().flat_map(|peer| &peer.addresses).all(short)
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let hash = blake3::hash(bytes);
    *hash.as_bytes().first_chunk().expect("a hash is longer than its beginning")
}
