//! With whom of a space's members to keep a warm session, so that what one learns reaches all.
//!
//! Every peer sorts those it believes online by two hashes and keeps its successor and predecessor in both orders. One
//! ring keeps the overlay in one piece; two rings at random angles are a random 4-regular graph, whose diameter grows
//! with the logarithm of its size (Law & Siu, "Distributed construction of random expander networks", 2003). Both ends
//! of a link choose it, and who comes or goes changes only the links beside it.

use std::collections::BTreeSet;

use crate::id::{PeerId, SpaceId};

/// At most so many sessions are kept warm for one space.
pub const MAX_NEIGHBOURS: usize = 4;

/// The peers to keep a session with for `space`, out of `online`: the members believed online that can be reached
/// (with or without ourselves). Deterministic; symmetric as far as the two sides believe the same.
pub fn neighbours(space: SpaceId, own: PeerId, online: &BTreeSet<PeerId>) -> BTreeSet<PeerId> {
    let others: BTreeSet<PeerId> = online.iter().copied().filter(|peer| *peer != own).collect();
    if others.len() <= MAX_NEIGHBOURS {
        return others;
    }
    (0..2u8).flat_map(|ring| beside(space, ring, own, &others)).collect()
}

/// Successor and predecessor in one ring.
fn beside(space: SpaceId, ring: u8, own: PeerId, others: &BTreeSet<PeerId>) -> [PeerId; 2] {
    let place = |peer: PeerId| (angle(space, ring, peer), peer);
    let here = place(own);
    let places = || others.iter().map(|peer| place(*peer));
    let next = places().filter(|there| *there > here).min().or_else(|| places().min());
    let before = places().filter(|there| *there < here).max().or_else(|| places().max());
    let peer = |place: Option<([u8; 32], PeerId)>| place.expect("there are others").1;
    [peer(next), peer(before)]
}

fn angle(space: SpaceId, ring: u8, peer: PeerId) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("peerage overlay 1");
    hasher.update(&space.0).update(&[ring]).update(&peer.0);
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const SPACE: SpaceId = SpaceId([7; 32]);

    fn peer(n: u16) -> PeerId {
        let mut id = [0; 32];
        id[..2].copy_from_slice(&n.to_be_bytes());
        PeerId(id)
    }

    fn graph(online: &BTreeSet<PeerId>) -> BTreeMap<PeerId, BTreeSet<PeerId>> {
        online.iter().map(|own| (*own, neighbours(SPACE, *own, online))).collect()
    }

    /// How many steps the farthest peer is away from the first; nothing if somebody is not reached.
    fn depth(graph: &BTreeMap<PeerId, BTreeSet<PeerId>>) -> Option<usize> {
        let mut reached: BTreeSet<PeerId> = graph.keys().next().copied().into_iter().collect();
        let mut edge = reached.clone();
        let mut steps = 0;
        while !edge.is_empty() {
            edge = edge.iter().flat_map(|peer| &graph[peer]).filter(|peer| !reached.contains(peer)).copied().collect();
            reached.extend(&edge);
            steps += usize::from(!edge.is_empty());
        }
        (reached.len() == graph.len()).then_some(steps)
    }

    proptest! {
        #[test]
        fn connected_symmetric_and_few(members in proptest::collection::btree_set(0u16..2000, 1..120)) {
            let online: BTreeSet<PeerId> = members.into_iter().map(peer).collect();
            let graph = graph(&online);
            prop_assert!(depth(&graph).is_some());
            for (own, theirs) in &graph {
                prop_assert!(theirs.len() <= MAX_NEIGHBOURS && !theirs.contains(own));
                prop_assert!(theirs.iter().all(|other| graph[other].contains(own)));
            }
        }

        #[test]
        fn one_who_comes_changes_only_the_links_beside(members in proptest::collection::btree_set(1u16..2000, 6..60)) {
            let before: BTreeSet<PeerId> = members.into_iter().map(peer).collect();
            let mut after = before.clone();
            after.insert(peer(0));
            let (before, after) = (graph(&before), graph(&after));
            let changed = before.iter().filter(|(own, links)| after[*own] != **links).count();
            prop_assert!(changed <= 4, "{changed} peers changed their neighbours");
            prop_assert!(depth(&after).is_some());
        }
    }

    #[test]
    fn two_hundred_are_few_steps_apart() {
        let online: BTreeSet<PeerId> = (0..200).map(peer).collect();
        assert!(depth(&graph(&online)).unwrap() <= 8);
    }
}
