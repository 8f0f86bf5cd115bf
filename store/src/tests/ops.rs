//! Ops: in, out, and what has become of them.

use proto::{
    id::{OpId, SpaceId},
    log::{Area, LogId, LogKey, Op, Range, Ranges},
    space::{Await, Known},
    time::Time,
};

use super::{log, on_both, op, space, unsigned, write};
use crate::{
    Error, Store,
    ops::{Fork, Inserted, Limit, MAX_SEQ, State},
};

const ALL: Limit = Limit { ops: usize::MAX, bytes: usize::MAX };

fn put(store: &Store, ops: &[Op]) -> Vec<Inserted> {
    let ops = ops.to_vec();
    write(store, move |tx| tx.insert_ops(&ops[0].header.space_of(ops[0].id), &ops, State::Applied))
}

#[test]
fn an_op_comes_back_as_it_was() {
    on_both(|store| {
        let instance = LogKey { log: LogId { area: Area(9), instance: Some(OpId([8; 32])) }, ..log(1, Area(9)) };
        let bodiless = Op { body: None, ..unsigned(op(space(1), log(1, Area::CHAT), 2, b"gone")) };
        for op in [op(space(1), log(1, Area::CHAT), 1, b"hi"), bodiless, op(space(2), instance, 77, &[5; 70_000])] {
            assert_eq!(put(store, std::slice::from_ref(&op)), [Inserted::New]);
            assert_eq!(store.read(|r| r.op(&op.id)).unwrap().as_ref(), Some(&op));
            let place = store.read(|r| r.place(&op.id)).unwrap().unwrap();
            assert_eq!((place.space, place.log), (op.header.space, op.header.key()));
            assert_eq!((place.seq, place.time), (op.header.seq, op.header.time));
            let there = store.read(|r| r.op_at(&op.header.space, &op.header.key(), op.header.seq)).unwrap();
            assert_eq!(there, Some(op));
        }
        assert_eq!(store.read(|r| r.op(&OpId([0; 32]))).unwrap(), None);
        assert_eq!(store.read(|r| r.place(&OpId([0; 32]))).unwrap(), None);
    });
}

#[test]
fn the_op_that_creates_a_space_comes_back_too() {
    on_both(|store| {
        let mut genesis = op(space(1), log(1, Area::AUTH), 1, b"kind").header;
        (genesis.space, genesis.after, genesis.auth) = (SpaceId::UNBORN, vec![], vec![]);
        let genesis = Op::sign(genesis, b"kind".to_vec(), &super::Cheap);
        let born = genesis.header.space_of(genesis.id);
        put(store, std::slice::from_ref(&genesis));
        assert_eq!(store.read(|r| r.auth_ops(&born)).unwrap(), [genesis]);
    });
}

#[test]
fn a_second_copy_adds_only_what_was_missing() {
    on_both(|store| {
        let signed = op(space(1), log(1, Area::CHAT), 1, b"hi");
        let bare = Op { body: None, ..unsigned(signed.clone()) };
        assert_eq!(put(store, std::slice::from_ref(&bare)), [Inserted::New]);
        assert_eq!(put(store, std::slice::from_ref(&signed)), [Inserted::Known]);
        let kept = store.read(|r| r.op(&signed.id)).unwrap().unwrap();
        assert_eq!((kept.signature, kept.body), (signed.signature, None));
        let id = signed.id;
        assert!(write(store, move |tx| tx.put_body(&id, b"hi")));
        assert_eq!(store.read(|r| r.op(&id)).unwrap(), Some(signed));
        assert!(write(store, move |tx| tx.drop_body(&id)));
        assert_eq!(store.read(|r| r.op(&id)).unwrap().unwrap().body, None);
        assert!(!write(store, |tx| tx.drop_body(&OpId([0; 32]))));
    });
}

#[test]
fn of_two_ops_for_one_place_the_first_stays() {
    on_both(|store| {
        let (first, second) =
            (op(space(1), log(1, Area::CHAT), 1, b"one"), op(space(1), log(1, Area::CHAT), 1, b"two"));
        assert_eq!(put(store, &[first.clone(), second.clone()]), [Inserted::New, Inserted::Taken(first.id)]);
        assert_eq!(store.read(|r| r.op(&second.id)).unwrap(), None);
        let fork = Fork { log: log(1, Area::CHAT), seq: 1, proof: b"both".to_vec() };
        let (once, twice) = (fork.clone(), Fork { proof: b"again".to_vec(), ..fork.clone() });
        assert!(write(store, move |tx| tx.put_fork(&space(1), &once)));
        assert!(!write(store, move |tx| tx.put_fork(&space(1), &twice)));
        let unproven = Fork { proof: vec![], ..fork.clone() };
        let late = unproven.clone();
        assert!(write(store, move |tx| tx.put_fork(&space(1), &late)));
        assert_eq!(store.read(|r| r.forks(&space(1))).unwrap(), [unproven, fork]);
        assert_eq!(store.read(|r| r.forks(&space(2))).unwrap(), []);
    });
}

#[test]
fn a_replica_learns_what_it_asks() {
    on_both(|store| {
        let key = log(1, Area::CHAT);
        let (first, second) = (op(space(1), key, 1, b"one"), Op { body: None, ..op(space(1), key, 2, b"two") });
        put(store, &[first.clone(), second.clone()]);
        for op in [&first, &second] {
            let known = Some(Known::of(op));
            assert_eq!(store.read(|r| r.known(&space(1), &op.id)).unwrap(), known);
            assert_eq!(store.read(|r| r.known_at(&space(1), &key, op.header.seq)).unwrap(), known);
            assert_eq!(store.read(|r| r.known(&space(2), &op.id)).unwrap(), None);
        }
        assert_eq!(store.read(|r| r.known_at(&space(1), &key, 3)).unwrap(), None);
        let (by, unseen) = (second.id, OpId([9; 32]));
        write(store, move |tx| tx.await_op(&by, &unseen));
        let waits = Await { unseen, log: key, seq: 2, by, time: second.header.time };
        assert_eq!(store.read(|r| r.awaits(&space(1))).unwrap(), [waits]);
        assert_eq!(store.read(|r| r.awaits(&space(2))).unwrap(), []);
    });
}

#[test]
fn places_that_cannot_be_are_refused() {
    on_both(|store| {
        for seq in [0, MAX_SEQ + 1, u64::MAX] {
            let mut bad = op(space(1), log(1, Area::CHAT), 1, b"");
            bad.header.seq = seq;
            let answer = store.write(move |tx| tx.insert_op(&space(1), &bad, State::Applied)).wait();
            assert!(matches!(answer, Err(Error::Refused(_))), "{seq}: {answer:?}");
        }
        put(store, &[op(space(1), log(1, Area::CHAT), MAX_SEQ, b"")]);
        put(store, &[op(space(1), log(2, Area::CHAT), 1, b"")]);
        let logs = store.read(|r| r.logs(&space(1))).unwrap();
        let places: Vec<_> = logs.iter().map(|log| log.places.clone()).collect();
        assert_eq!(places, [Ranges::of(MAX_SEQ, MAX_SEQ), Ranges::of(1, 1)]);
    });
}

#[test]
fn a_stretch_is_read_from_either_end_within_limits() {
    on_both(|store| {
        let key = log(1, Area::CHAT);
        let ops: Vec<Op> = (1..=20).map(|seq| op(space(1), key, seq, &[0; 1000])).collect();
        let held = [&ops[..4], &ops[6..]].concat();
        put(store, &held);
        let seqs = |ops: Vec<Op>| ops.iter().map(|op| op.header.seq).collect::<Vec<_>>();
        let up = |places, limit| seqs(store.read(|r| r.ops_up(&space(1), &key, places, limit)).unwrap());
        let down = |places, limit| seqs(store.read(|r| r.ops_down(&space(1), &key, places, limit)).unwrap());
        assert_eq!(up(3..=8, ALL), [3, 4, 7, 8]);
        assert_eq!(up(1..=20, Limit { ops: 3, ..ALL }), [1, 2, 3]);
        assert_eq!(down(1..=20, Limit { ops: 3, ..ALL }), [18, 19, 20]);
        assert_eq!(down(0..=u64::MAX, Limit { bytes: 1, ..ALL }), [20]);
        let bytes = ops[..3].iter().map(|op| op.header_bytes().len() + 1000).sum();
        assert!((1..=3).contains(&up(1..=20, Limit { bytes, ..ALL }).len()));
        assert_eq!(
            store.read(|r| r.ops(&space(1), &key, Range::new(2, 9))).unwrap(),
            [&ops[1..4], &ops[6..9]].concat()
        );
        assert_eq!(store.read(|r| r.ops(&space(2), &key, Range::new(2, 9))).unwrap(), []);
    });
}

#[test]
fn an_outline_says_where_runs_may_end() {
    on_both(|store| {
        let key = log(1, Area::CHAT);
        let mut ops: Vec<Op> = (1..=9).map(|seq| unsigned(op(space(1), key, seq, &[0; 50]))).collect();
        ops[8] = op(space(1), key, 9, b"");
        ops[4] = op(space(1), key, 5, &[1; 5000]);
        ops[1].body = None;
        put(store, &ops);
        let outline = store.read(|r| r.outline(&space(1), &key, Range::new(2, 9))).unwrap();
        assert_eq!(outline.iter().map(|place| place.seq).collect::<Vec<_>>(), (2..=9).collect::<Vec<_>>());
        for (place, op) in outline.iter().zip(&ops[1..]) {
            let exactly = op.header_bytes().len() + op.body.as_ref().map_or(0, Vec::len);
            assert!((exactly..exactly + 200).contains(&(place.bytes as usize)), "{place:?} has {exactly}");
            assert_eq!(place.signed, op.signature.is_some());
        }
        let until = |seq| store.read(|r| r.signed_until(&space(1), &key, seq)).unwrap();
        assert_eq!([until(4), until(5), until(8), until(u64::MAX)], [None, Some(5), Some(5), Some(9)]);
        let from = |seq| store.read(|r| r.signed_from(&space(1), &key, seq)).unwrap();
        assert_eq!([from(0), from(5), from(6), from(10)], [Some(5), Some(5), Some(9), None]);
    });
}

#[test]
fn auth_ops_come_in_an_order_that_holds() {
    on_both(|store| {
        let mut ops: Vec<Op> =
            (1..=3).flat_map(|seq| [1, 2].map(|peer| op(space(1), log(peer, Area::AUTH), seq, &[peer]))).collect();
        put(store, &ops);
        put(store, &[op(space(1), log(1, Area::CHAT), 1, b"no auth")]);
        put(store, &[op(space(2), log(1, Area::AUTH), 1, b"elsewhere")]);
        ops.sort_by_key(Op::order);
        assert_eq!(store.read(|r| r.auth_ops(&space(1))).unwrap(), ops);
    });
}

#[test]
fn logs_are_known_without_their_ops() {
    on_both(|store| {
        let (chat, files) = (log(1, Area::CHAT), log(1, Area::FILES));
        let some = |key, places: &[u64]| places.iter().map(|seq| op(space(1), key, *seq, b"")).collect::<Vec<_>>();
        put(store, &some(chat, &[7, 8, 9]));
        put(store, &some(chat, &[1, 2, 5, 4]));
        put(store, &some(files, &[3]));
        put(store, &some(chat, &[3]));
        let logs = store.read(|r| r.logs(&space(1))).unwrap();
        assert_eq!(logs.iter().map(|log| log.log).collect::<Vec<_>>(), [chat, files]);
        let mut places = Ranges::of(1, 5);
        places.insert(7, 9);
        assert_eq!(logs[0].places, places);
        let head = op(space(1), chat, 9, b"");
        assert_eq!((logs[0].head.seq, logs[0].head.id, logs[0].head.time), (9, head.id, head.header.time));
        assert_eq!(store.read(|r| r.logs(&space(2))).unwrap(), []);
    });
}

#[test]
fn what_waits_is_found_by_reason_by_moment_and_by_what_it_waits_for() {
    on_both(|store| {
        let key = log(1, Area::CHAT);
        let ops: Vec<Op> = (1..=4).map(|seq| op(space(1), key, seq, b"")).collect();
        let waits = |reason, due: Option<u64>| State::Pending { reason, due: due.map(Time) };
        let states = [State::Applied, waits(1, Some(50)), waits(1, Some(40)), State::Void];
        for (op, state) in ops.clone().into_iter().zip(states) {
            write(store, move |tx| tx.insert_op(&space(1), &op, state));
        }
        for (op, state) in ops.iter().zip(states) {
            assert_eq!(store.read(|r| r.state(&op.id)).unwrap(), Some(state));
        }
        let pending = |after, limit| store.read(|r| r.pending(&space(1), 1, after, limit)).unwrap();
        assert_eq!(pending(None, 9), ops[1..3]);
        assert_eq!(pending(None, 1), ops[1..2]);
        assert_eq!(pending(Some(ops[1].order()), 9), ops[2..3]);
        assert_eq!(store.read(|r| r.pending(&space(1), 2, None, 9)).unwrap(), []);
        assert_eq!(store.read(|r| r.void(&space(1), None, 9)).unwrap(), ops[3..]);
        assert_eq!(store.read(|r| r.next_due()).unwrap(), Some(Time(40)));
        assert_eq!(store.read(|r| r.due(Time(45), 9)).unwrap(), [(space(1), ops[2].clone())]);
        let ids: Vec<OpId> = ops.iter().map(|op| op.id).collect();
        write(store, move |tx| {
            tx.await_op(&ids[1], &OpId([9; 32]))?;
            tx.await_op(&ids[2], &OpId([9; 32]))?;
            tx.set_state(&ids[2], State::Applied)?;
            tx.set_state(&ids[1], waits(2, None))
        });
        assert_eq!(store.read(|r| r.next_due()).unwrap(), None);
        assert_eq!(write(store, |tx| tx.arrived(&OpId([9; 32]))).len(), 2);
        assert_eq!(write(store, |tx| tx.arrived(&OpId([9; 32]))), []);
        assert_eq!(store.read(|r| r.pending(&space(1), 2, None, 9)).unwrap(), ops[1..2]);
        assert_eq!(store.read(|r| r.state(&OpId([0; 32]))).unwrap(), None);
    });
}
