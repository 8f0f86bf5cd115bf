//! Making links: several members' addresses, so that whoever joins need not wait for the one who invites.

use proto::{
    id::{PeerId, SpaceId},
    space::{Link, LinkPeer, MAX_LINK_ADDRESSES, MAX_LINK_PEERS, MAX_LINK_TEXT_BYTES, auth::InvitationInfo},
};

use crate::{shared::Core, spaces::Space};

/// The link of an invitation made here, with addresses as they are now.
pub(super) fn text(core: &Core, space: &Space, info: &InvitationInfo, secret: [u8; 32]) -> Option<String> {
    let kind = space.look(|members| members.kind)?;
    let link = Link {
        space: space.id(),
        name: short(space.name()),
        kind,
        role: info.role,
        inviter: short(core.own_name()),
        secret,
        expires: info.expires,
        peers: peers(core, space),
    };
    link.to_text().ok()
}

/// This peer first, then other members': those online first.
fn peers(core: &Core, space: &Space) -> Vec<LinkPeer> {
    let online = space.online_peers();
    let all = space.members().into_iter().flat_map(|member| member.peers);
    let others = all.filter(|peer| *peer != core.peer() && !online.contains(peer));
    let others: Vec<PeerId> = online.iter().copied().chain(others).collect();
    let others = others.into_iter().map(|peer| LinkPeer { peer, addresses: known(core, &peer) });
    let own = LinkPeer { peer: core.peer(), addresses: cut(core.net.addresses().iter().map(ToString::to_string)) };
    std::iter::once(own).chain(others.filter(|peer| !peer.addresses.is_empty())).take(MAX_LINK_PEERS).collect()
}

fn known(core: &Core, peer: &PeerId) -> Vec<String> {
    let addresses = core.store.read(|reader| reader.addresses(peer)).unwrap_or_default();
    cut(addresses.into_iter().map(|address| address.address))
}

fn cut(addresses: impl Iterator<Item = String>) -> Vec<String> {
    addresses.take(MAX_LINK_ADDRESSES).collect()
}

/// A name no longer than a link's may be.
fn short(mut name: String) -> String {
    while name.len() > MAX_LINK_TEXT_BYTES {
        name.pop();
    }
    name
}

/// The space as a link names it before anything else is known.
pub(super) fn announced(link: &Link, now: proto::time::Time) -> store::spaces::Space {
    let id: SpaceId = link.space;
    let kind = crate::spaces::kind_number(link.kind);
    store::spaces::Space { id, kind, name: link.name.clone(), created: now, joined: None, left: None }
}
