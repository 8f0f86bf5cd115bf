#![allow(clippy::single_range_in_vec_init, reason = "one range of several that could be asked for")]
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use net::{
    Incoming, Key, Link, Net, Protocol,
    blobs::{
        Blobs, ExportError, ExportHow, FetchError, Fetched, Hash, ImportError, ImportHow, OpenError, ReadError, Serve,
    },
};

use crate::{link, presence, soon};

const MIB: u64 = 1 << 20;

/// Lets everybody have everything, but for one blob, and notes what is damaged.
#[derive(Default)]
struct AllBut {
    secret: Option<Hash>,
    damaged: Mutex<Vec<Hash>>,
}

impl Serve for AllBut {
    fn may_have(&self, _asker: &Key, hash: &Hash) -> bool {
        self.secret != Some(*hash)
    }

    fn damaged(&self, hash: &Hash) {
        self.damaged.lock().expect("no panic").push(*hash);
    }
}

/// A peer that serves a store.
struct Holder {
    net: Net,
    incoming: Incoming,
    blobs: Blobs,
    serve: Arc<AllBut>,
}

impl Holder {
    async fn new(number: u8, blobs: Blobs, serve: AllBut) -> Self {
        let (net, incoming) = presence(number).await;
        Self { net, incoming, blobs, serve: Arc::new(serve) }
    }

    /// A link from `to` over which this holder serves.
    async fn serve(&mut self, to: &Net) -> Link {
        let (asking, answering) = link(to, &self.net, &mut self.incoming, Protocol::Blobs).await;
        let (blobs, serve) = (self.blobs.clone(), self.serve.clone());
        tokio::spawn(async move { blobs.serve(answering, serve).await });
        asking
    }
}

/// Bytes that no two places of have in common, and no two seeds.
fn noise(len: u64, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..len).map(|_| next()).collect()
}

async fn open(dir: &Path) -> Blobs {
    let opened = Blobs::open(dir).await.expect("a new folder");
    assert_eq!(opened.set_aside, None);
    opened.blobs
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).expect("write");
    path
}

#[tokio::test]
async fn a_blob_goes_from_file_to_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let content = noise(5 * MIB + 12_345, 1);
    let source = write(dir.path(), "source", &content);
    let mut holder = Holder::new(50, open(&dir.path().join("a")).await, AllBut::default()).await;
    let mut heard = Vec::new();
    let pin = holder
        .blobs
        .import_file(&source, ImportHow::Reference, |done, of| heard.push((done, of)))
        .await
        .expect("import");
    let size = content.len() as u64;
    assert_eq!((pin.size, heard.last()), (size, Some(&(size, size))));

    let (net, _) = presence(51).await;
    let blobs = open(&dir.path().join("b")).await;
    let asking = holder.serve(&net).await;
    let (mut last, mut steps) = (0, 0);
    let fetched =
        soon(blobs.fetch(&asking, pin.hash, &[], |bytes| (last, steps) = (bytes, steps + 1))).await.expect("fetch");
    assert_eq!((fetched, last), (Fetched { bytes: size }, size));
    assert!(steps > 10, "{steps} steps");
    assert!(blobs.traffic_bytes().1 == size && holder.blobs.traffic_bytes().0 >= size);
    assert_eq!(soon(blobs.fetch(&asking, pin.hash, &[], |_| {})).await.expect("fetch"), Fetched { bytes: 0 });

    let status = blobs.status(pin.hash).await.expect("status");
    assert_eq!((status.size, status.complete, status.held_bytes()), (Some(size), true, size));
    assert_eq!(blobs.read(pin.hash, 1_000_000..1_000_100).await.expect("read"), content[1_000_000..1_000_100]);
    assert_eq!(blobs.read(pin.hash, size - 3..size + 99).await.expect("read"), content[content.len() - 3..]);
    for (name, how) in [("copy", ExportHow::Copy), ("own", ExportHow::Reference), ("again", ExportHow::Reference)] {
        let target = dir.path().join("deep").join(name);
        assert_eq!(blobs.export(pin.hash, &target, how, |_, _| {}).await.expect("export"), size);
        assert!(std::fs::read(&target).expect("it is there") == content, "{name}");
    }
    blobs.close().await;
}

#[tokio::test]
async fn small_and_empty_blobs_go_through_memory() {
    let mut holder = Holder::new(52, Blobs::memory(), AllBut::default()).await;
    let (net, _) = presence(53).await;
    let blobs = Blobs::memory();
    let asking = holder.serve(&net).await;
    for content in [noise(0, 2), noise(1, 2), noise(1024, 2), noise(70_000, 2)] {
        let pin = holder.blobs.import_bytes(content.clone()).await.expect("import");
        soon(blobs.fetch(&asking, pin.hash, &[], |_| {})).await.expect("fetch");
        assert_eq!(blobs.read(pin.hash, 0..u64::MAX).await.expect("read"), content);
    }
}

#[tokio::test]
async fn an_aborted_fetch_goes_on_where_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut holder = Holder::new(54, open(&dir.path().join("a")).await, AllBut::default()).await;
    let size = 16 * MIB;
    let pin = holder.blobs.import_bytes(noise(size, 3)).await.expect("import");
    let (net, _) = presence(55).await;
    let blobs = open(&dir.path().join("b")).await;
    blobs.protect("under way", pin.hash).await.expect("protect");
    let asking = holder.serve(&net).await;
    let (reached, enough) = tokio::sync::oneshot::channel();
    let mut reached = Some(reached);
    let fetching = blobs.fetch(&asking, pin.hash, &[], |bytes| {
        if bytes > size / 4
            && let Some(reached) = reached.take()
        {
            let _ = reached.send(());
        }
    });
    tokio::select! {
        _ = fetching => panic!("it ended before it was dropped"),
        _ = enough => {}
    }
    blobs.close().await;
    drop(blobs);

    let blobs = reopened(&dir.path().join("b")).await;
    let held = blobs.status(pin.hash).await.expect("status").held_bytes();
    assert!(held >= size / 8 && held < size, "{held} bytes held");
    let fetched = soon(blobs.fetch(&asking, pin.hash, &[], |_| {})).await.expect("fetch");
    assert_eq!(fetched.bytes + held, size);
    assert!(blobs.status(pin.hash).await.expect("status").complete);
    assert_eq!(blobs.protected("under").await.expect("names"), vec![("under way".to_owned(), pin.hash)]);
}

/// Opens a store that is being closed.
async fn reopened(dir: &Path) -> Blobs {
    soon(async {
        loop {
            match Blobs::open(dir).await {
                Ok(opened) => {
                    assert_eq!(opened.set_aside, None);
                    return opened.blobs;
                }
                Err(OpenError::InUse(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(error) => panic!("{error}"),
            }
        }
    })
    .await
}

#[tokio::test]
async fn pieces_come_from_several_holders_at_once() {
    let size = 8 * MIB + 777;
    let content = noise(size, 4);
    let (net, _) = presence(56).await;
    let blobs = Blobs::memory();
    let mut links = Vec::new();
    let mut holders = Vec::new();
    for number in 57..60 {
        let mut holder = Holder::new(number, Blobs::memory(), AllBut::default()).await;
        holder.blobs.import_bytes(content.clone()).await.expect("import");
        links.push(holder.serve(&net).await);
        holders.push(holder);
    }
    let hash = Holder::import(&holders[0], &content).await;
    let piece = size.div_ceil(9);
    let pieces: Vec<_> = (0..9).map(|i| i * piece..((i + 1) * piece).min(size)).collect();
    let changes = blobs.watch(hash).await.expect("watch");
    let mut fetching = tokio::task::JoinSet::new();
    for (i, piece) in pieces.into_iter().enumerate() {
        let (blobs, link) = (blobs.clone(), links[i % 3].clone());
        fetching.spawn(async move { blobs.fetch(&link, hash, &[piece], |_| {}).await });
    }
    while let Some(fetched) = soon(fetching.join_next()).await {
        fetched.expect("no panic").expect("fetch");
    }
    soon(changes.clone().wait_for(|status| status.complete)).await.expect("the store lives");
    assert!(blobs.read(hash, 0..size).await.expect("read") == content);
    let sent: Vec<u64> = holders.iter().map(|holder| holder.blobs.traffic_bytes().0).collect();
    assert!(sent.iter().all(|bytes| *bytes > 2 * MIB), "{sent:?}");
}

impl Holder {
    async fn import(&self, content: &[u8]) -> Hash {
        self.blobs.import_bytes(content.to_vec()).await.expect("import").hash
    }
}

#[tokio::test]
async fn who_may_not_have_a_blob_sees_none() {
    let content = noise(MIB, 5);
    let blobs = Blobs::memory();
    let secret = blobs.import_bytes(content.clone()).await.expect("import");
    let serve = AllBut { secret: Some(secret.hash), ..AllBut::default() };
    let mut holder = Holder::new(61, blobs, serve).await;
    let (net, _) = presence(62).await;
    let asking = holder.serve(&net).await;
    let mine = Blobs::memory();
    for hash in [secret.hash, Hash([7; 32])] {
        let refused = soon(mine.fetch(&asking, hash, &[], |_| {})).await.expect_err("it is secret, or nowhere");
        assert!(matches!(refused, FetchError::NotHeld), "{refused}");
    }
    assert_eq!(mine.status(secret.hash).await.expect("status").held_bytes(), 0);
    let open = holder.import(b"open").await;
    soon(mine.fetch(&asking, open, &[], |_| {})).await.expect("the link lives");
}

#[tokio::test]
async fn a_part_that_the_holder_lacks_is_not_held() {
    let content = noise(4 * MIB, 6);
    let mut source = Holder::new(63, Blobs::memory(), AllBut::default()).await;
    let hash = source.import(&content).await;
    let mut partial = Holder::new(64, Blobs::memory(), AllBut::default()).await;
    let (net, _) = presence(65).await;
    let to_source = source.serve(&partial.net.clone()).await;
    soon(partial.blobs.fetch(&to_source, hash, &[0..MIB], |_| {})).await.expect("fetch");
    assert_eq!(partial.blobs.status(hash).await.expect("status").held, vec![0..MIB]);

    let blobs = Blobs::memory();
    let asking = partial.serve(&net).await;
    soon(blobs.fetch(&asking, hash, &[0..MIB / 2], |_| {})).await.expect("who has fetched, serves");
    assert_eq!(blobs.read(hash, 10..20).await.expect("read"), content[10..20]);
    assert!(matches!(blobs.read(hash, MIB..MIB + 1).await, Err(ReadError::NotHeld)));
    let lacking = soon(blobs.fetch(&asking, hash, &[2 * MIB..3 * MIB], |_| {})).await.expect_err("it is not there");
    assert!(matches!(lacking, FetchError::HolderFailed), "{lacking}");
    assert!(partial.serve.damaged.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn a_changed_source_file_is_said_and_never_served() {
    for (i, change) in [flip as fn(&Path), truncate, remove].into_iter().enumerate() {
        let dir = tempfile::tempdir().expect("a folder");
        let content = noise(2 * MIB, 7);
        let source = write(dir.path(), "source", &content);
        let blobs = open(&dir.path().join("a")).await;
        let pin = blobs.import_file(&source, ImportHow::Reference, |_, _| {}).await.expect("import");
        blobs.protect("it", pin.hash).await.expect("protect");
        blobs.sync().await.expect("sync");
        blobs.close().await;
        change(&source);
        let mut holder = Holder::new(66, reopened(&dir.path().join("a")).await, AllBut::default()).await;
        let (net, _) = presence(67).await;
        let asking = holder.serve(&net).await;
        let mine = Blobs::memory();
        let failed = soon(mine.fetch(&asking, pin.hash, &[], |_| {})).await.expect_err("it was changed");
        assert!(matches!(failed, FetchError::HolderFailed), "{i}: {failed}");
        let read = holder.blobs.read(pin.hash, 0..2 * MIB).await.expect_err("it was changed");
        assert!(matches!(read, ReadError::Damaged | ReadError::NotHeld), "{i}: {read}");
        let target = dir.path().join("target");
        let exported =
            holder.blobs.export(pin.hash, &target, ExportHow::Copy, |_, _| {}).await.expect_err("it was changed");
        assert!(matches!(exported, ExportError::Damaged), "{i}: {exported}");
        assert!(!target.exists(), "{i}");
        soon(async {
            while *holder.serve.damaged.lock().expect("no panic") != vec![pin.hash] {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
        let mut other = Holder::new(68, Blobs::memory(), AllBut::default()).await;
        assert_eq!(other.import(&content).await, pin.hash);
        let asking = other.serve(&holder.net).await;
        holder.blobs.forget(pin.hash);
        assert_eq!(holder.blobs.status(pin.hash).await.expect("status").held_bytes(), 0, "{i}");
        soon(holder.blobs.fetch(&asking, pin.hash, &[0..10], |_| {})).await.expect("it is fetched anew");
        assert!(holder.blobs.read(pin.hash, 0..2 * MIB).await.expect("read") == content, "{i}");
        holder.blobs.export(pin.hash, &target, ExportHow::Reference, |_, _| {}).await.expect("export");
        assert!(std::fs::read(&target).expect("read") == content, "{i}");
        holder.blobs.close().await;
    }
}

fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).expect("read");
    bytes[1_000_000] ^= 1;
    std::fs::write(path, bytes).expect("write");
}

fn truncate(path: &Path) {
    std::fs::OpenOptions::new().write(true).open(path).expect("open").set_len(MIB).expect("truncate");
}

fn remove(path: &Path) {
    std::fs::remove_file(path).expect("remove");
}

#[tokio::test]
async fn a_store_has_one_owner_and_a_broken_one_is_set_aside() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("blobs");
    let blobs = open(&folder).await;
    let pin = blobs.import_bytes(noise(MIB, 8)).await.expect("import");
    assert!(matches!(Blobs::open(&folder).await, Err(OpenError::InUse(_))));
    blobs.close().await;
    reopened(&folder).await.close().await;
    let database = folder.join("blobs.db");
    std::fs::write(&database, noise(10_000, 9)).expect("write");
    let opened = Blobs::open(&folder).await.expect("a new one is made");
    let aside = opened.set_aside.expect("the old one is set aside");
    assert!(aside.join("blobs.db").exists());
    assert!(!opened.blobs.status(pin.hash).await.expect("status").complete);
}

#[tokio::test]
async fn what_cannot_be_imported_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let blobs = open(&dir.path().join("a")).await;
    for path in [dir.path().join("nothing"), dir.path().to_owned()] {
        let error = blobs.import_file(&path, ImportHow::Copy, |_, _| {}).await.expect_err("no file");
        assert!(matches!(error, ImportError::Read { .. }), "{error}");
    }
}
