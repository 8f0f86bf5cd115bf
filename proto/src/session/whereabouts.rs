//! Where peers may be found: each says its own addresses, and members pass them on to members.
//!
//! Only hearsay: it decides where to dial, and whoever answers there has to prove its key.

use std::net::SocketAddr;

use minicbor::{Decode, Encode};

use crate::id::PeerId;

/// A frame names at most so many peers.
pub const MAX_WHEREABOUTS: usize = 128;

/// Of one peer at most so many addresses are said.
pub const MAX_ADDRESSES: usize = 8;

/// An address as text is at most so long: IPv6 with zone and port.
const MAX_ADDRESS_BYTES: usize = 64;

/// Where one peer may be.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Whereabouts {
    /// Who.
    #[n(0)]
    pub peer: PeerId,
    /// `ip:port`, best first, at most [`MAX_ADDRESSES`].
    #[n(1)]
    pub addresses: Vec<String>,
}

impl Whereabouts {
    /// As it is said of a peer.
    pub fn new(peer: PeerId, addresses: &[SocketAddr]) -> Self {
        let addresses = addresses.iter().take(MAX_ADDRESSES).map(SocketAddr::to_string).collect();
        Self { peer, addresses }
    }

    pub(super) fn is_within_limits(&self) -> bool {
        self.addresses.len() <= MAX_ADDRESSES && self.addresses.iter().all(|text| text.len() <= MAX_ADDRESS_BYTES)
    }

    /// Those that are addresses one can dial.
    pub fn dialable(&self) -> impl Iterator<Item = SocketAddr> + '_ {
        let addresses = self.addresses.iter().filter_map(|text| text.parse::<SocketAddr>().ok());
        addresses.filter(|addr| addr.port() != 0 && !addr.ip().is_unspecified() && !addr.ip().is_multicast())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_dialled() {
        let said = ["192.0.2.1:4919", "0.0.0.0:1", "192.0.2.1:0", "224.0.0.1:5", "rubbish", "[2001:db8::1]:4919"];
        let there = Whereabouts { peer: PeerId([1; 32]), addresses: said.map(str::to_owned).to_vec() };
        let ports: Vec<u16> = there.dialable().map(|address| address.port()).collect();
        assert_eq!(ports, [4919, 4919]);
        assert!(there.is_within_limits());
        assert!(!Whereabouts { addresses: vec!["x".repeat(65)], ..there }.is_within_limits());
    }
}
