//! How fast it is. Not part of the normal run: `cargo nextest run -p store --run-ignored only rates --no-capture`.

use std::time::{Duration, Instant};

use proto::{
    id::{OpId, SpaceId},
    log::{Area, LogKey, Op},
};

use super::{log, on_file, op, space, unsigned, write};
use crate::{Store, ops::State};

fn per_s(count: u64, took: Duration) -> u64 {
    (count as f64 / took.as_secs_f64()) as u64
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

#[test]
#[ignore = "a measurement"]
fn rates_of_commits() {
    let (_folder, store) = on_file();
    let one = timed(|| (0..2000).for_each(|n: u32| write(&store, move |tx| tx.set(&n.to_string(), &[1; 100]))));
    println!("one caller, one row a commit: {} durable commits/s", per_s(2000, one));
    let many = timed(|| {
        std::thread::scope(|scope| {
            for caller in 0..100u32 {
                let store = &store;
                scope.spawn(move || {
                    (0..500u32).for_each(|n| write(store, move |tx| tx.set(&format!("{caller} {n}"), &[1; 100])))
                });
            }
        })
    });
    println!("100 callers, one row each: {} durable rows/s", per_s(50_000, many));
}

/// A batch as a run brings it: signed at its end, `bytes` of body each.
fn run(space: SpaceId, key: LogKey, first: u64, bytes: usize) -> Vec<Op> {
    let mut ops: Vec<Op> = (first..first + 500).map(|seq| unsigned(op(space, key, seq, &vec![1; bytes]))).collect();
    *ops.last_mut().unwrap() = op(space, key, first + 499, &vec![1; bytes]);
    ops
}

fn insert(store: &Store, batches: Vec<Vec<Op>>) -> Duration {
    let count: usize = batches.iter().map(Vec::len).sum();
    let begun = Instant::now();
    let answers: Vec<_> =
        batches.into_iter().map(|ops| store.write(move |tx| tx.insert_ops(&space(1), &ops, State::Applied))).collect();
    let new: usize = answers.into_iter().map(|answer| answer.wait().unwrap().len()).sum();
    assert_eq!(new, count);
    begun.elapsed()
}

#[test]
#[ignore = "a measurement"]
fn rates_of_ops() {
    let (folder, store) = on_file();
    let mut held = 0;
    while held < 1_000_000 {
        // 20 logs grow in turn, as in a space of 20 peers; the awaited run of one and ten queued ones.
        for at_once in [1, 10] {
            let batches: Vec<_> = (0..100)
                .map(|n| run(space(1), log((n % 20) as u8, Area::CHAT), 1 + held / 20 + n / 20 * 500, 60))
                .collect();
            held += 50_000;
            let mut took = Duration::ZERO;
            for some in batches.chunks(at_once) {
                took += insert(&store, some.to_vec());
            }
            println!("{held} ops held, {at_once} batches of 500 at once: {} ops/s", per_s(50_000, took));
        }
    }
    let load = timed(|| assert_eq!(store.read(|r| r.logs(&space(1))).unwrap().len(), 20));
    let some = op(space(1), log(7, Area::CHAT), 30_000, &[1; 60]).id;
    let find = timed(|| {
        for n in 0..10_000u32 {
            let mut id: OpId = some;
            id.0[8..12].copy_from_slice(&n.to_be_bytes());
            store.read(|r| r.op(&id)).unwrap();
        }
    });
    let range = proto::log::Range::new(20_001, 20_500);
    let read = timed(|| assert_eq!(store.read(|r| r.ops(&space(1), &log(3, Area::CHAT), range)).unwrap().len(), 500));
    println!("the logs of {held} ops: {load:?}; one read by id: {:?}; 500 ops of a log: {read:?}", find / 10_000);
    drop(store);
    let bytes = std::fs::metadata(folder.path().join("store.db")).unwrap().len();
    println!(
        "{} bytes of file per op of {} bytes",
        bytes / held,
        60 + op(space(1), log(1, Area::CHAT), 9, b"").header_bytes().len()
    );
}
