//! The protocols that ride on links, each under a name of its own with a version in it.

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

    /// The protocol of this name.
    pub fn from_alpn(alpn: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.alpn() == alpn)
    }
}
