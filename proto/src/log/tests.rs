//! Headers, runs and spans as strangers send them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Area, Have, HaveError, Header, LogId, MAX_SEQ, MAX_SPANS, MAX_TIME, Op, OpError, Run, Span, VERSION};
use crate::{
    id::{EpochId, OpId, PeerId, SpaceId},
    key::{Ed25519, SecretKey},
    time::Time,
};

fn ids(most: usize) -> impl Strategy<Value = Vec<OpId>> {
    proptest::collection::btree_set(any::<[u8; 32]>().prop_map(OpId), 0..=most)
        .prop_map(|ids| ids.into_iter().collect())
}

fn header() -> impl Strategy<Value = Header> {
    let place = (any::<[u8; 32]>(), 1u8..9, proptest::option::of(any::<[u8; 32]>()), 1..=MAX_SEQ);
    let links = (any::<[u8; 32]>(), ids(8), ids(16), proptest::option::of(any::<[u8; 32]>()), 0..=MAX_TIME.0);
    (place, links).prop_map(|((space, area, instance, seq), (previous, after, auth, epoch, time))| Header {
        version: VERSION,
        space: SpaceId(space),
        peer: key().peer(),
        log: LogId { area: Area(area), instance: instance.map(OpId) },
        seq,
        previous: (seq > 1).then_some(OpId(previous)),
        after,
        auth,
        epoch: epoch.map(EpochId),
        time: Time(time),
        body_hash: [0; 32],
        body_len: 0,
    })
}

fn key() -> SecretKey {
    SecretKey::from_bytes(&[3; 32])
}

proptest! {
    #[test]
    fn a_header_and_a_run_are_read_as_they_were_written(header in header(), body in proptest::collection::vec(any::<u8>(), 0..50)) {
        let op = Op::sign(header, body.clone(), &key());
        let bytes = op.header_bytes();
        let read = Op::from_header_bytes(&bytes).unwrap();
        prop_assert_eq!(&read.header, &op.header);
        prop_assert_eq!(read.id, op.id);
        let run = minicbor::to_vec(Run::new(std::slice::from_ref(&op)).unwrap()).unwrap();
        let run: Run = minicbor::decode(&run).unwrap();
        prop_assert_eq!(run.open(&Ed25519).unwrap(), vec![op]);
    }

    #[test]
    fn an_altered_header_is_another_op_or_none(header in header(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let op = Op::sign(header, vec![], &key());
        let mut bytes = op.header_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        if let Ok(other) = Op::from_header_bytes(&bytes) {
            prop_assert_ne!(other.id, op.id);
            prop_assert_eq!(other.with_signature(op.signature.unwrap(), &Ed25519), Err(OpError::BadSignature));
        }
    }

    #[test]
    fn any_bytes_are_something_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Op::from_header_bytes(&bytes);
        let _ = minicbor::decode::<Run>(&bytes).map(|run| run.open(&Ed25519));
    }

    #[test]
    fn spans_are_like_a_set_of_places(parts in proptest::collection::vec((1u64..40, 0u64..6), 0..12), cut in 1u64..50) {
        let mut have = Have::default();
        let mut places = BTreeSet::new();
        for (first, more) in parts {
            let new: BTreeSet<u64> = (first..=first + more).collect();
            let overlaps = !new.is_disjoint(&places);
            let inserted = have.insert(span(first, first + more));
            prop_assert_eq!(inserted, if overlaps { Err(HaveError::Overlap) } else { Ok(()) });
            places.extend(new.into_iter().filter(|_| !overlaps));
        }
        let same = |have: &Have, places: &BTreeSet<u64>| {
            let held: BTreeSet<u64> = have.spans().iter().flat_map(|span| span.first..=span.last).collect();
            let touch = have.spans().windows(2).any(|pair| pair[0].last + 1 >= pair[1].first);
            let ends = have.spans().iter().all(|held| *held == span(held.first, held.last));
            held == *places && !touch && ends && have.ops() == places.len() as u64
                && (0..60).all(|seq| have.contains(seq) == places.contains(&seq))
        };
        prop_assert!(same(&have, &places));
        have.cut(cut, Some((id(cut - 1), Time(cut - 1))));
        places.retain(|seq| *seq < cut);
        prop_assert!(same(&have, &places));
    }
}

fn id(seq: u64) -> OpId {
    OpId([u8::try_from(seq).unwrap(); 32])
}

/// A span of the one log in which each op's id and time are its place.
fn span(first: u64, last: u64) -> Span {
    let before = (first > 1).then(|| id(first - 1));
    Span { first, last, before, since: Time(first), id: id(last), time: Time(last) }
}

#[test]
fn what_does_not_fit_onto_what_is_held_changes_nothing() {
    let mut have = Have::default();
    have.insert(span(5, 9)).unwrap();
    let before = have.clone();
    let misfits = [
        Span { before: Some(id(1)), ..span(10, 12) },
        Span { since: Time(9), ..span(10, 12) },
        Span { id: id(1), ..span(2, 4) },
        Span { time: Time(5), ..span(2, 4) },
    ];
    for misfit in misfits {
        assert_eq!(have.insert(misfit), Err(HaveError::Unlinked));
    }
    assert_eq!(have, before);
}

#[test]
fn spans_have_a_limit() {
    let mut have = Have::default();
    let places = (0..MAX_SPANS as u64).map(|index| 2 * index + 2);
    places.for_each(|seq| have.insert(span(seq, seq)).unwrap());
    assert_eq!(have.insert(span(200, 200)), Err(HaveError::TooManySpans));
    have.insert(span(3, 3)).unwrap();
    have.insert(span(200, 200)).unwrap();
}

#[test]
fn what_breaks_a_rule_is_no_header() {
    let peer = PeerId([1; 32]);
    let good = Header {
        version: VERSION,
        space: SpaceId([1; 32]),
        peer,
        log: LogId::of(Area::CHAT),
        seq: 2,
        previous: Some(OpId([1; 32])),
        after: vec![],
        auth: vec![],
        epoch: None,
        time: Time(1),
        body_hash: [0; 32],
        body_len: 0,
    };
    let read = |header: &Header| Op::from_header_bytes(&minicbor::to_vec(header).unwrap()).map(drop);
    assert_eq!(read(&good), Ok(()));
    let broken: [fn(&mut Header); 9] = [
        |header| header.version = 2,
        |header| header.seq = 0,
        |header| header.seq = MAX_SEQ + 1,
        |header| header.previous = None,
        |header| header.time = Time(u64::MAX),
        |header| header.after = vec![OpId([2; 32]), OpId([1; 32])],
        |header| header.auth = vec![OpId([2; 32]); 2],
        |header| header.space = SpaceId::UNBORN,
        |header| header.body_len = u32::MAX,
    ];
    for spoil in broken {
        let mut header = good.clone();
        spoil(&mut header);
        assert_eq!(read(&header), Err(OpError::Malformed), "{header:?}");
    }
    let mut longer = minicbor::to_vec(&good).unwrap();
    longer.push(0);
    assert_eq!(Op::from_header_bytes(&longer).map(drop), Err(OpError::Malformed));
}
