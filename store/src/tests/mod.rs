//! Tests of the whole, and what all tests of this crate use.

mod full;
mod group;
mod kill;
mod model;
mod nouns;
mod open;
mod ops;
mod rates;

use proto::{
    id::{OpId, PeerId, SpaceId},
    key::{Domain, Sign, Signature},
    log::{Area, Header, LogId, LogKey, Op, VERSION},
    time::Time,
};
use tempfile::TempDir;

use crate::{Error, Store, Tx};

/// Runs a check on a store in memory and on one in a file.
fn on_both(check: impl Fn(&Store)) {
    check(&Store::memory());
    let (_folder, store) = on_file();
    check(&store);
}

fn on_file() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("store.db")).unwrap();
    (folder, store)
}

/// Writes and waits.
fn write<T: Send + 'static>(store: &Store, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
    store.write(work).wait().unwrap()
}

fn space(n: u8) -> SpaceId {
    SpaceId([n; 32])
}

fn log(peer: u8, area: Area) -> LogKey {
    LogKey { peer: PeerId([peer; 32]), log: LogId::of(area) }
}

/// Signs anything at no cost.
struct Cheap;

impl Sign for Cheap {
    fn public(&self) -> [u8; 32] {
        [0; 32]
    }

    fn sign(&self, _: Domain, _: &[u8]) -> Signature {
        Signature([7; 64])
    }
}

/// An op of `space` at a place of a log, a thousand microseconds after the one before, signed.
fn op(space: SpaceId, log: LogKey, seq: u64, body: &[u8]) -> Op {
    let header = Header {
        version: VERSION,
        space,
        peer: log.peer,
        log: log.log,
        seq,
        previous: (seq > 1).then_some(OpId([3; 32])),
        after: vec![OpId([1; 32]), OpId([2; 32])],
        auth: vec![OpId([4; 32])],
        epoch: None,
        time: Time(seq * 1000),
        body_hash: [0; 32],
        body_len: 0,
    };
    Op::sign(header, body.to_vec(), &Cheap)
}

/// The same without its signature, as in the middle of a run.
fn unsigned(op: Op) -> Op {
    Op { signature: None, ..op }
}
