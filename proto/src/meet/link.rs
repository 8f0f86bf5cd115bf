//! A link that says where a peer is: its key and addresses. It proves nothing and grants nothing; words still do.

use std::{fmt, net::SocketAddr, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use minicbor::{Decode, Encode};

use crate::id::PeerId;

/// A link, and a card, name at most so many addresses.
pub const MAX_LINK_ADDRESSES: usize = 8;

/// A link's text is at most so many letters long.
const MAX_LINK_LETTERS: usize = 1024;

/// How such a link begins.
const SCHEME: &str = "peer://contact/";

/// Where a peer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLink {
    /// Its key.
    pub peer: PeerId,
    /// Where it was last, best first.
    pub addresses: Vec<SocketAddr>,
}

#[derive(Encode, Decode)]
struct Wire {
    #[n(0)]
    peer: PeerId,
    #[n(1)]
    addresses: Vec<String>,
}

/// Why a text is no such link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no link to a peer: it begins with {SCHEME}")]
pub struct NotALink;

impl fmt::Display for ContactLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = self.addresses.iter().take(MAX_LINK_ADDRESSES).map(SocketAddr::to_string).collect();
        let wire = Wire { peer: self.peer, addresses };
        let bytes = minicbor::to_vec(wire).expect("writing to memory cannot fail");
        write!(f, "{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for ContactLink {
    type Err = NotALink;

    fn from_str(text: &str) -> Result<Self, NotALink> {
        let text = text.trim();
        let body = text.strip_prefix(SCHEME).filter(|_| text.len() <= MAX_LINK_LETTERS).ok_or(NotALink)?;
        let bytes = BASE64URL_NOPAD.decode(body.as_bytes()).map_err(|_| NotALink)?;
        let wire: Wire = minicbor::decode(&bytes).map_err(|_| NotALink)?;
        if wire.addresses.len() > MAX_LINK_ADDRESSES {
            return Err(NotALink);
        }
        let addresses = wire.addresses.iter().map(|address| address.parse().map_err(|_| NotALink));
        Ok(Self { peer: wire.peer, addresses: addresses.collect::<Result<_, _>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let addresses = vec!["192.0.2.1:4919".parse().unwrap(), "[2001:db8::1]:4919".parse().unwrap()];
        let link = ContactLink { peer: PeerId([7; 32]), addresses };
        assert_eq!(format!(" {link}\n").parse(), Ok(link.clone()));
        assert_eq!("peer://contact/".parse::<ContactLink>(), Err(NotALink));
        assert_eq!("http://example.org".parse::<ContactLink>(), Err(NotALink));
        assert_eq!(link.to_string()[..30].parse::<ContactLink>(), Err(NotALink));
    }
}
