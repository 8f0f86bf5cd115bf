//! People: contacts and members of shared spaces, how they are reached, who is blocked, who is nearby.

mod block;
mod connections;
mod contact;
mod list;
mod nearby;

use std::{net::SocketAddr, sync::Arc};

use proto::id::PeerId;

use crate::Core;
pub use block::BlockError;
pub use contact::{befriend, presentable};

/// How an address became known: the peer said it itself.
pub const SAID_ITSELF: u8 = 1;
/// How an address became known: a session ran over it.
pub const SESSION: u8 = 2;
/// How an address became known: an invitation named it.
pub const INVITATION: u8 = 3;
/// How an address became known: another member said so.
pub const MEMBER: u8 = 4;

/// The people a peer knows. Clones are the same.
#[derive(Clone)]
pub struct People {
    core: Arc<Core>,
}

impl People {
    /// For one node.
    pub fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}

/// Where a peer may be: what is kept of it, the latest first, and where the local network hears it.
pub fn addresses_of(core: &Core, peer: &PeerId) -> Vec<SocketAddr> {
    let kept = core.store.read(|reader| reader.addresses(peer)).unwrap_or_default();
    let mut found: Vec<SocketAddr> = kept.iter().filter_map(|kept| kept.address.parse().ok()).collect();
    let nearby = core.net.nearby().into_iter().filter(|nearby| nearby.key.0 == peer.0);
    found.extend(nearby.flat_map(|nearby| nearby.addrs));
    found.dedup();
    found
}
