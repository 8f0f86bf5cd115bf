//! An offer as a link: `peer://send/` and base64url of a version, CBOR, and a checksum. It holds the offer's secret.

use std::{fmt, net::SocketAddr, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use minicbor::{Decode, Encode};

use super::offer::Secret;
use crate::id::PeerId;

/// How such a link begins.
pub const LINK_PREFIX: &str = "peer://send/";

/// A link names at most so many addresses.
pub const MAX_LINK_ADDRESSES: usize = 8;

/// A link's text is at most so many letters long.
pub const MAX_LINK_LETTERS: usize = 1024;

const VERSION: u8 = 1;
const CHECK_BYTES: usize = 4;

/// What the link of an offer says.
#[derive(Clone, PartialEq, Eq)]
pub struct SendLink {
    /// Who offers.
    pub peer: PeerId,
    /// Where it was when the link was made, best first.
    pub addresses: Vec<SocketAddr>,
    /// What proves that one was given the link.
    pub secret: Secret,
}

#[derive(Encode, Decode)]
struct Wire {
    #[n(0)]
    peer: PeerId,
    #[n(1)]
    addresses: Vec<String>,
    #[n(2)]
    secret: Secret,
}

/// Why text is no such link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALink {
    /// Does not begin as one does.
    #[error("this is no link to something sent: one begins with {LINK_PREFIX}")]
    Foreign,
    /// The end is missing, or a letter was changed.
    #[error("the link is incomplete or was altered on its way")]
    CutOff,
    /// Made by a later program.
    #[error("the link was made by a newer version of this program")]
    Newer,
}

impl fmt::Display for SendLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = self.addresses.iter().take(MAX_LINK_ADDRESSES).map(SocketAddr::to_string).collect();
        let mut bytes = vec![VERSION];
        minicbor::encode(Wire { peer: self.peer, addresses, secret: self.secret }, &mut bytes)
            .expect("writing to memory cannot fail");
        let check = checksum(&bytes);
        bytes.extend_from_slice(&check);
        write!(f, "{LINK_PREFIX}{}", BASE64URL_NOPAD.encode(&bytes))
    }
}

/// Shows no secret.
impl fmt::Debug for SendLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendLink({:?}, {:?})", self.peer, self.addresses)
    }
}

impl FromStr for SendLink {
    type Err = NotALink;

    /// Reads what people paste: white space does not matter.
    fn from_str(text: &str) -> Result<Self, NotALink> {
        let letters = text.chars().filter(|letter| !letter.is_whitespace());
        let text: String = letters.take(MAX_LINK_LETTERS + 1).collect();
        let payload = text.strip_prefix(LINK_PREFIX).ok_or(NotALink::Foreign)?;
        let bytes = BASE64URL_NOPAD.decode(payload.as_bytes()).map_err(|_| NotALink::CutOff)?;
        match bytes.split_last_chunk::<CHECK_BYTES>() {
            Some((said, check)) if checksum(said) == *check => read(said),
            _ => Err(NotALink::CutOff),
        }
    }
}

fn read(said: &[u8]) -> Result<SendLink, NotALink> {
    let Some((&VERSION, said)) = said.split_first() else { return Err(NotALink::Newer) };
    let Wire { peer, addresses, secret } = minicbor::decode(said).map_err(|_| NotALink::CutOff)?;
    let addresses = addresses.iter().take(MAX_LINK_ADDRESSES).filter_map(|address| address.parse().ok());
    Ok(SendLink { peer, addresses: addresses.collect(), secret })
}

fn checksum(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    *blake3::hash(bytes).as_bytes().first_chunk().expect("a hash is longer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let addresses = vec!["192.0.2.1:4919".parse().unwrap(), "[2001:db8::1]:4919".parse().unwrap()];
        let link = SendLink { peer: PeerId([7; 32]), addresses, secret: Secret([9; 16]) };
        let text = link.to_string();
        assert_eq!(text.parse(), Ok(link.clone()));
        let (one, two) = text.split_at(40);
        assert_eq!(format!(" {one}\n{two}\n").parse(), Ok(link));
        assert_eq!(one.parse::<SendLink>(), Err(NotALink::CutOff));
        assert_eq!(text.replace('A', "B").parse::<SendLink>(), Err(NotALink::CutOff));
    }

    #[test]
    fn what_is_no_link() {
        for text in ["", "peer://join/AAAA", "http://example.org"] {
            assert_eq!(text.parse::<SendLink>(), Err(NotALink::Foreign));
        }
        assert_eq!(LINK_PREFIX.parse::<SendLink>(), Err(NotALink::CutOff));
        let long = format!("{LINK_PREFIX}{}", "A".repeat(1 << 20));
        assert_eq!(long.parse::<SendLink>(), Err(NotALink::CutOff));
        let mut bytes = vec![VERSION + 1];
        bytes.extend(checksum(&bytes));
        let newer = format!("{LINK_PREFIX}{}", BASE64URL_NOPAD.encode(&bytes));
        assert_eq!(newer.parse::<SendLink>(), Err(NotALink::Newer));
    }
}
