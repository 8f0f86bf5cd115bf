//! SIGKILL at random points: nothing that was acknowledged is lost, and the database stays whole.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use proto::log::{Area, LogKey, Range};

use super::{log, op, space};
use crate::{Error, Store, Tx, ops::State};

/// Tells a child where its store is.
const FOLDER: &str = "STORE_KILL_FOLDER";

/// How often to kill, if not 60 times.
const KILLS: &str = "STORE_KILLS";

/// So many writers at once, each with its own log.
const WRITERS: u8 = 4;

fn key(writer: u8) -> LogKey {
    log(writer, Area::CHAT)
}

/// Bodies of all sizes, each saying its place.
fn body(seq: u64) -> Vec<u8> {
    let len = if seq.is_multiple_of(50) { 60_000 } else { seq % 900 };
    seq.to_be_bytes().repeat(1 + len as usize / 8)
}

fn next(store: &Store, writer: u8) -> u64 {
    let logs = store.read(|r| r.logs(&space(1))).unwrap();
    logs.iter().find(|log| log.log == key(writer)).map_or(1, |log| log.head.seq + 1)
}

fn append(tx: &mut Tx<'_>, writer: u8, seq: u64) -> Result<(), Error> {
    tx.insert_op(&space(1), &op(space(1), key(writer), seq, &body(seq)), State::Applied)?;
    tx.set(&format!("last {writer}"), &seq.to_be_bytes())?;
    if seq.is_multiple_of(7) { Err(Error::Refused("every seventh is tried in vain, then again")) } else { Ok(()) }
}

/// What the killed process does: writes for ever, and says what was acknowledged.
#[test]
#[ignore = "started and killed by the test below"]
fn writes_until_killed() {
    let folder = std::env::var(FOLDER).expect("the test below says where");
    let store = Store::open(Path::new(&folder).join("store.db")).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = &store;
            scope.spawn(move || {
                for seq in next(store, writer).. {
                    if store.write(move |tx| append(tx, writer, seq)).wait().is_err() {
                        let again = move |tx: &mut Tx<'_>| append(tx, writer, seq).or_else(|_| Ok::<(), Error>(()));
                        store.write(again).wait().unwrap();
                    }
                    println!("acknowledged {writer} {seq}");
                }
            });
        }
    });
}

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::kill::writes_until_killed", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills a writer after a while; returns the last place that each log was acknowledged up to.
fn kill_one(folder: &Path, after: Duration, acknowledged: &mut [u64]) {
    let begun = Instant::now();
    let mut child = start(folder);
    let said = BufReader::new(child.stdout.take().unwrap());
    let reading = std::thread::spawn(move || said.lines().map_while(Result::ok).collect::<Vec<_>>());
    std::thread::sleep(after.saturating_sub(begun.elapsed()));
    child.kill().unwrap();
    let status = child.wait().unwrap();
    let mut words = String::new();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    assert!(status.code().is_none(), "it ended by itself: {words}");
    for line in reading.join().unwrap() {
        // The harness prints too, and a line may be torn.
        let parts: Vec<&str> = line.split(' ').collect();
        if let ["acknowledged", writer, seq] = parts[..] {
            let (writer, seq): (usize, u64) = (writer.parse().unwrap(), seq.parse().unwrap_or(0));
            acknowledged[writer] = acknowledged[writer].max(seq);
        }
    }
}

fn assert_nothing_lost(folder: &Path, acknowledged: &[u64]) {
    let store = Store::open(folder.join("store.db")).unwrap();
    store.read(|r| r.check()).unwrap();
    for (writer, acknowledged) in (0..WRITERS).zip(acknowledged) {
        let last = next(&store, writer) - 1;
        assert!(last >= *acknowledged, "of log {writer} {acknowledged} were acknowledged, {last} are there");
        let told = store.read(|r| r.setting(&format!("last {writer}"))).unwrap();
        assert_eq!(told.unwrap_or(vec![0; 8]), last.to_be_bytes(), "a piece of work is whole or not at all");
        let outline = store.read(|r| r.outline(&space(1), &key(writer), Range::new(last.saturating_sub(99), last)));
        let places: Vec<u64> = outline.unwrap().iter().map(|place| place.seq).collect();
        assert_eq!(places, (last.saturating_sub(99).max(1)..=last).collect::<Vec<_>>());
        if let Some(op) = store.read(|r| r.op_at(&space(1), &key(writer), last)).unwrap() {
            assert_eq!(op, super::op(space(1), key(writer), last, &body(last)));
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let kills: u64 = std::env::var(KILLS).map_or(60, |kills| kills.parse().expect("a number of kills"));
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = [0; WRITERS as usize];
    for kill in 0..kills {
        // Spread over the start, the recovery, the commits and the checkpoints.
        let after = Duration::from_millis(10 + kill * 7919 % 290);
        kill_one(folder.path(), after, &mut acknowledged);
        assert_nothing_lost(folder.path(), &acknowledged);
    }
    println!("{kills} kills, {} acknowledged ops, none lost", acknowledged.iter().sum::<u64>());
    assert!(acknowledged.iter().all(|last| *last > 10 * kills / 60), "{acknowledged:?}: the writers wrote");
}
