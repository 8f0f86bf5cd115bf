//! The protocols that ride on links, each under a name of its own with a version in it.

use crate::Key;

/// What a link is for. A link carries one protocol from its first byte to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// What two peers keep with each other: hints, sync, presence. One link per pair.
    Session,
    /// A newcomer presents an invitation.
    Join,
    /// Two people meet with words, knowing only an address.
    Meet,
    /// A code is exchanged for what it names.
    Send,
    /// Blobs and pieces of blobs; the wire is iroh-blobs' own.
    Blobs,
}

/// How the name begins that says for whom a dial is meant.
const MEANT_FOR: &[u8] = b"peerage/for/";

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Session, Self::Join, Self::Meet, Self::Send, Self::Blobs];

    /// The name in the handshake (TLS ALPN). A change that old peers cannot read takes a new number.
    pub fn alpn(self) -> &'static [u8] {
        match self {
            Self::Session => b"peerage/session/1",
            Self::Join => b"peerage/join/1",
            Self::Meet => b"peerage/meet/1",
            Self::Send => b"peerage/send/1",
            Self::Blobs => b"peerage/blobs/1",
        }
    }

    /// What a dial says beside the protocol's name: for whom it is meant, in one byte, which tells an onlooker little. Two
    /// hosts often have one private address in their different networks, and who is dialled at both would be answered by
    /// the nearer and wrong one: a peer that sees another's byte lets the right one answer first.
    pub(crate) fn meant_for(key: &Key) -> Vec<u8> {
        let byte = blake3::derive_key("peerage 2026 dial meant for", &key.0)[0];
        [MEANT_FOR, &[byte]].concat()
    }

    /// Whether one of these names, which a dial offers, says that it is meant for somebody else.
    pub(crate) fn meant_for_another(key: &Key, offered: &[impl AsRef<[u8]>]) -> bool {
        let own = Self::meant_for(key);
        offered.iter().map(AsRef::as_ref).any(|name| name.starts_with(MEANT_FOR) && name != own)
    }

    /// The protocol of this name.
    pub fn from_alpn(alpn: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.alpn() == alpn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_found_by_its_name() {
        for protocol in Protocol::ALL {
            assert_eq!(Protocol::from_alpn(protocol.alpn()), Some(protocol));
        }
        assert_eq!(Protocol::from_alpn(b"peerage/session/2"), None);
    }

    #[test]
    fn a_dial_says_for_whom_it_is_meant() {
        let (own, other) = (Key([1; 32]), Key([2; 32]));
        let offered = |key: &Key| [Protocol::Session.alpn().to_vec(), Protocol::meant_for(key)];
        assert!(!Protocol::meant_for_another(&own, &offered(&own)));
        assert!(Protocol::meant_for_another(&own, &offered(&other)));
        assert!(!Protocol::meant_for_another(&own, &[Protocol::Session.alpn()]));
    }
}
