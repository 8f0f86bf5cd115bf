//! How fast the view takes messages in and answers, on a file: `cargo test -p store --release chat::speed -- --ignored --nocapture`.

use std::time::Instant;

use proto::{
    chat::{Body, Say},
    id::{OpId, PersonId, SpaceId},
    time::Time,
};

use super::{ChatOp, Page};
use crate::Store;

const SPACE: SpaceId = SpaceId([1; 32]);
const ME: PersonId = PersonId([0; 32]);
const RUN: u64 = 512;

/// So many messages; the environment says otherwise.
fn count() -> u64 {
    std::env::var("MESSAGES").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000) / RUN * RUN
}

/// A small generator (splitmix64), so that texts are the same in every run.
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// About twelve words, some much more frequent than others, from 20,000.
fn text(seed: u64) -> String {
    let words = 4 + mix(seed) % 16;
    let word = |i| {
        let chance = mix(seed * 32 + i) % 1_000_000 + 1;
        format!("w{}", 20_000_000_000 / (chance * chance).max(1_000_000))
    };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn id(seed: u64) -> OpId {
    let mut id = [0; 32];
    for (i, part) in id.chunks_mut(8).enumerate() {
        part.copy_from_slice(&mix(seed * 4 + i as u64).to_le_bytes());
    }
    OpId(id)
}

fn apply(store: &Store, runs: impl Iterator<Item = u64>) {
    let write = |run: u64| {
        let bodies: Vec<Body> =
            (0..RUN).map(|i| Body::Say(Say { text: text(run * RUN + i), ..Say::default() })).collect();
        store.write(move |tx| {
            for (i, body) in bodies.iter().enumerate() {
                let seed = run * RUN + i as u64;
                let by = PersonId([1; 32]);
                tx.apply_chat(&ChatOp { space: &SPACE, time: Time(seed * 1000 + 1), id: id(seed), by, me: ME, body })?;
            }
            Ok(())
        })
    };
    let written: Vec<_> = runs.map(write).collect();
    written.into_iter().for_each(|written| written.wait().unwrap());
}

fn timed(what: &str, times: u32, mut work: impl FnMut()) {
    let start = Instant::now();
    (0..times).for_each(|_| work());
    eprintln!("{what}: {:?}", start.elapsed() / times);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let folder = tempfile::tempdir().unwrap();
    let runs = count() / RUN;
    for newest_first in [false, true] {
        let path = folder.path().join(format!("{newest_first}"));
        let store = Store::open(&path).unwrap();
        let start = Instant::now();
        apply(&store, (0..runs).map(|run| if newest_first { runs - 1 - run } else { run }));
        let rate = (runs * RUN) as f64 / start.elapsed().as_secs_f64();
        eprintln!("{} messages, newest first {newest_first}: {rate:.0}/s", runs * RUN);
        eprintln!("{} bytes each", std::fs::metadata(&path).unwrap().len() / (runs * RUN));
        asked(&store);
    }
}

fn asked(store: &Store) {
    let search = |text| store.read(|r| r.chat_search(text, Some(&SPACE), 20)).unwrap().len();
    for words in ["w20000", "w20000 w20000", "w1234", "w20", "w20000 w5", "w9", "nothing"] {
        timed(&format!("search {words} ({})", search(words)), 20, || {
            search(words);
        });
    }
    let page = Page { most: 50, latest: true, ..Page::ALL };
    timed("latest 50", 20, || drop(store.read(|r| r.chat_page(&SPACE, &page)).unwrap()));
    timed("unread", 20, || {
        store.read(|r| r.chat_unread(&SPACE)).unwrap();
    });
    timed("read upto the middle", 1, || {
        let upto = (Time(count() / 2 * 1000), OpId([0; 32]));
        store.write(move |tx| tx.read_chat(&SPACE, Some(upto))).wait().unwrap();
    });
    timed("read all", 1, || {
        store.write(|tx| tx.read_chat(&SPACE, None)).wait().unwrap();
    });
}
