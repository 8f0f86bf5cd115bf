//! The store: opening, looking, reading, protecting, collecting.

use std::{
    fmt::Display,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use iroh_blobs::{
    HashAndFormat,
    api::{
        Store,
        blobs::{Bitfield, BlobStatus, EncodedItem},
    },
    store::{
        GcConfig,
        fs::{FsStore, options::Options},
        mem::{self, MemStore},
    },
};
use n0_future::StreamExt;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Hash, mend::Mending, ranges};

/// How often blobs that nothing protects are deleted.
pub const COLLECT_EVERY: Duration = Duration::from_secs(10 * 60);

/// How often it is looked whether the store still works.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The most bytes that [`Blobs::read`] returns at once.
pub const MAX_READ_BYTES: u64 = 64 << 20;

/// The store's database within its folder.
const DATABASE: &str = "blobs.db";

/// What the database says when another process, or this one, has it open.
const LOCKED: &str = "already open";

/// How many set-aside stores may lie beside one.
const MAX_SET_ASIDE: u32 = 1000;

/// A store of blobs. Clones are the same store; only [`Blobs::close`] closes it.
#[derive(Clone, Debug)]
pub struct Blobs {
    /// The library's store: another one after it had to be opened again.
    store: Arc<RwLock<Store>>,
    /// Its folder; none in memory.
    pub(super) dir: Option<Arc<Path>>,
    pub(super) traffic: Arc<Traffic>,
    pub(super) mending: Arc<Mending>,
    closed: CancellationToken,
}

/// Bytes that crossed the network.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    pub(super) sent: AtomicU64,
    pub(super) received: AtomicU64,
}

/// What opening a store gave.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub blobs: Blobs,
    /// Where the old store was set aside to because it could not be opened; this one is new and empty then.
    pub set_aside: Option<PathBuf>,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("the blob store at {0} is in use by another program")]
    InUse(PathBuf),
    /// Neither could it be opened nor a new one be made.
    #[error("the blob store at {dir} cannot be opened: {why}")]
    Failed {
        /// The folder.
        dir: PathBuf,
        /// What went wrong.
        why: String,
    },
}

/// The store failed: the disk is full or broken, or the store is closed.
#[derive(Debug, thiserror::Error)]
#[error("the blob store failed: {0}")]
pub struct StoreError(pub(super) String);

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The asked part is not held.
    #[error("that part of the blob is not here")]
    NotHeld,
    /// What is on the disk is no longer the blob: the file that was imported by reference was changed, or the disk failed.
    #[error("the bytes on the disk are no longer the blob's: the source file was changed")]
    Damaged,
    /// More than [`MAX_READ_BYTES`] were asked for.
    #[error("{0} bytes at once are too many")]
    TooMuch(u64),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is held of a blob.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Its size, in bytes, once it is certain.
    pub size: Option<u64>,
    /// The byte ranges that are held, ascending and apart.
    pub held: Vec<Range<u64>>,
    /// Whether all of it is held.
    pub complete: bool,
}

impl Status {
    /// How many bytes are held.
    pub fn held_bytes(&self) -> u64 {
        self.held.iter().map(|range| range.end - range.start).sum()
    }

    /// Whether all of this byte range, as far as the blob goes, is held.
    pub fn holds(&self, range: &Range<u64>) -> bool {
        let end = range.end.min(self.size.unwrap_or(u64::MAX));
        range.start >= end || self.held.iter().any(|held| held.start <= range.start && end <= held.end)
    }
}

impl From<&Bitfield> for Status {
    fn from(bitfield: &Bitfield) -> Self {
        let complete = bitfield.is_complete();
        Self { size: bitfield.validated_size(), held: ranges::held(bitfield), complete }
    }
}

impl Blobs {
    /// Opens the store in this folder, or makes one. A store that cannot be opened is renamed and a new one made.
    pub async fn open(dir: &Path) -> Result<Opened, OpenError> {
        Self::open_collecting(dir, COLLECT_EVERY).await
    }

    async fn open_collecting(dir: &Path, every: Duration) -> Result<Opened, OpenError> {
        let hopeless = |why: String| OpenError::Failed { dir: dir.to_owned(), why };
        let dir = std::path::absolute(dir).map_err(|error| hopeless(error.to_string()))?;
        let why = match load(&dir, every).await {
            Ok(blobs) => return Ok(Opened { blobs, set_aside: None }),
            Err(why) if why.contains(LOCKED) => return Err(OpenError::InUse(dir)),
            Err(why) => why,
        };
        let Some(set_aside) = set_aside(&dir) else { return Err(hopeless(why)) };
        tracing::warn!(%why, set_aside = %set_aside.display(), "the blob store cannot be opened and is set aside");
        let blobs = load(&dir, every).await.map_err(hopeless)?;
        Ok(Opened { blobs, set_aside: Some(set_aside) })
    }

    /// A store in memory, with nothing in it. It runs on the caller's runtime, also in virtual time.
    pub fn memory() -> Self {
        Self::memory_collecting(COLLECT_EVERY)
    }

    fn memory_collecting(every: Duration) -> Self {
        let store = MemStore::new_with_opts(mem::Options { gc_config: Some(collecting(every)) });
        Self::of(store.into(), None)
    }

    fn of(store: Store, dir: Option<&Path>) -> Self {
        let store = Arc::new(RwLock::new(store));
        Self {
            store,
            dir: dir.map(Arc::from),
            traffic: Arc::default(),
            mending: Arc::default(),
            closed: CancellationToken::new(),
        }
    }

    pub(super) fn store(&self) -> Store {
        self.store.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes everything down and closes the store. Every later call fails.
    pub async fn close(&self) {
        self.closed.cancel();
        let _ = self.store().sync_db().await;
        let _ = self.store().shutdown().await;
    }

    /// Returns once everything acknowledged so far is durable.
    pub async fn sync(&self) -> Result<(), StoreError> {
        self.store().sync_db().await.map_err(failed)
    }

    /// What is held of a blob; nothing if it is unknown, forgotten, or lost with the file that it was imported from.
    pub async fn status(&self, hash: Hash) -> Result<Status, StoreError> {
        if self.mending.is_forgotten(hash) {
            return Ok(Status::default());
        }
        match self.store().observe(hash).await {
            Ok(bitfield) => Ok(Status::from(&bitfield)),
            Err(_) if self.claims_all(hash).await => Ok(Status::default()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether anything is known of a blob.
    pub(super) async fn has_any(&self, hash: Hash) -> bool {
        let known =
            matches!(self.store().status(hash).await, Ok(BlobStatus::Partial { .. } | BlobStatus::Complete { .. }));
        known && !self.mending.is_forgotten(hash)
    }

    /// Whether our books say that all of a blob is here, which may be wrong.
    pub(super) async fn claims_all(&self, hash: Hash) -> bool {
        let complete = matches!(self.store().status(hash).await, Ok(BlobStatus::Complete { .. }));
        complete && !self.mending.is_forgotten(hash)
    }

    /// The same as [`Blobs::status`], with notice of every change, until the receiver is dropped.
    pub async fn watch(&self, hash: Hash) -> Result<watch::Receiver<Status>, StoreError> {
        let (changes, status) = watch::channel(self.status(hash).await?);
        let mut bitfields = Box::pin(self.store().observe(hash).stream().await.map_err(failed)?);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    bitfield = bitfields.next() => match bitfield {
                        Some(bitfield) => drop(changes.send_replace(Status::from(&bitfield))),
                        None => return,
                    },
                    () = changes.closed() => return,
                }
            }
        });
        Ok(status)
    }

    /// Reads a part of a blob, verified. A range that ends behind the blob is cut to it.
    pub async fn read(&self, hash: Hash, range: Range<u64>) -> Result<Vec<u8>, ReadError> {
        let status = self.status(hash).await?;
        let range = range.start..range.end.min(status.size.unwrap_or(u64::MAX));
        if range.is_empty() {
            return Ok(Vec::new());
        }
        if !status.holds(&range) {
            return Err(if self.claims_all(hash).await { ReadError::Damaged } else { ReadError::NotHeld });
        }
        if range.end - range.start > MAX_READ_BYTES {
            return Err(ReadError::TooMuch(range.end - range.start));
        }
        self.read_held(hash, range).await
    }

    async fn read_held(&self, hash: Hash, range: Range<u64>) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
        let mut items = Box::pin(self.store().export_bao(hash, ranges::chunks(std::slice::from_ref(&range))).stream());
        while let Some(item) = items.next().await {
            match item {
                EncodedItem::Leaf(leaf) => {
                    let wanted = |at: u64| at.saturating_sub(leaf.offset).min(leaf.data.len() as u64) as usize;
                    bytes.extend_from_slice(&leaf.data[wanted(range.start)..wanted(range.end)]);
                }
                EncodedItem::Error(error) => {
                    tracing::debug!(%hash, %error, "a blob cannot be read");
                    return Err(ReadError::Damaged);
                }
                _ => {}
            }
        }
        if bytes.len() as u64 == range.end - range.start { Ok(bytes) } else { Err(ReadError::Damaged) }
    }

    /// Whether a blob that ought to be complete cannot be read to its end. Reads all of it.
    pub(super) async fn is_damaged(&self, hash: Hash) -> bool {
        let mut items = Box::pin(self.store().export_bao(hash, ranges::chunks(&[])).stream());
        while let Some(item) = items.next().await {
            if matches!(item, EncodedItem::Error(_)) {
                return true;
            }
        }
        false
    }

    /// Keeps a blob, held or yet to be fetched, under this name, which then stands for it alone.
    pub async fn protect(&self, name: &str, hash: Hash) -> Result<(), StoreError> {
        self.store().tags().set(name, HashAndFormat::raw(hash.into())).await.map_err(failed)
    }

    /// Takes a name away; the blob is deleted within [`COLLECT_EVERY`] when nothing else keeps it.
    pub async fn unprotect(&self, name: &str) -> Result<(), StoreError> {
        self.store().tags().delete(name).await.map(drop).map_err(failed)
    }

    /// The names that begin so, with their blobs, by name.
    pub async fn protected(&self, prefix: &str) -> Result<Vec<(String, Hash)>, StoreError> {
        let mut tags = Box::pin(self.store().tags().list_prefix(prefix).await.map_err(failed)?);
        let mut names = Vec::new();
        while let Some(tag) = tags.next().await {
            let tag = tag.map_err(failed)?;
            names.push((String::from_utf8_lossy(tag.name.as_ref()).into_owned(), tag.hash.into()));
        }
        Ok(names)
    }

    /// Bytes of blobs sent to others and received from them since the store was opened, the hashes that prove them included.
    pub fn traffic_bytes(&self) -> (u64, u64) {
        (self.traffic.sent.load(Ordering::Relaxed), self.traffic.received.load(Ordering::Relaxed))
    }
}

/// The library's store stops for good when it cannot write, as on a full disk: then it is opened again, once that is possible.
async fn watch_over(store: Weak<RwLock<Store>>, closed: CancellationToken, dir: PathBuf, every: Duration) {
    while closed.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
        let Some(current) = store.upgrade() else { return };
        let now = current.read().unwrap_or_else(PoisonError::into_inner).clone();
        if now.sync_db().await.is_ok() || closed.is_cancelled() {
            continue;
        }
        let _ = now.shutdown().await;
        match open(&dir, every).await {
            Ok(again) => *current.write().unwrap_or_else(PoisonError::into_inner) = again,
            Err(why) => tracing::warn!(%why, "the blob store has stopped and cannot be opened again yet"),
        }
    }
}

async fn open(dir: &Path, every: Duration) -> Result<Store, String> {
    let options = Options { gc: Some(collecting(every)), ..Options::new(dir) };
    let store = FsStore::load_with_opts(dir.join(DATABASE), options).await.map_err(|error| format!("{error:#}"))?;
    Ok(store.into())
}

async fn load(dir: &Path, every: Duration) -> Result<Blobs, String> {
    let store = open(dir, every).await?;
    let blobs = Blobs::of(store, Some(dir));
    tokio::spawn(watch_over(Arc::downgrade(&blobs.store), blobs.closed.clone(), dir.to_owned(), every));
    Ok(blobs)
}

fn collecting(every: Duration) -> GcConfig {
    GcConfig { interval: every, add_protected: None }
}

/// Renames a store's folder to the first free name beside it.
fn set_aside(dir: &Path) -> Option<PathBuf> {
    let name = dir.file_name()?.to_string_lossy().into_owned();
    let free =
        (1..MAX_SET_ASIDE).map(|n| dir.with_file_name(format!("{name}-set-aside-{n}"))).find(|to| !to.exists())?;
    std::fs::rename(dir, &free).ok()?;
    Some(free)
}

/// The library's errors name their causes only in the long form.
pub(super) fn failed(error: impl Display) -> StoreError {
    StoreError(format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often these tests collect.
    const OFTEN: Duration = Duration::from_millis(50);

    async fn keeps_what_is_protected(blobs: Blobs) {
        let import = |fill: u8| {
            let blobs = blobs.clone();
            async move { blobs.import_bytes(vec![fill; 100_000]).await.expect("import") }
        };
        let pin = import(1).await;
        let named = pin.hash;
        blobs.protect("kept", named).await.expect("protect");
        drop(pin);
        let (pinned, loose) = (import(2).await, import(3).await.hash);
        let gone = async |hash| {
            while blobs.has_any(hash).await {
                tokio::time::sleep(OFTEN).await;
            }
        };
        tokio::time::timeout(200 * OFTEN, gone(loose)).await.expect("nothing keeps it");
        assert!(blobs.has_any(named).await && blobs.has_any(pinned.hash).await);
        blobs.unprotect("kept").await.expect("unprotect");
        tokio::time::timeout(200 * OFTEN, gone(named)).await.expect("nothing keeps it any more");
        assert!(blobs.has_any(pinned.hash).await);
        blobs.close().await;
    }

    #[tokio::test]
    async fn a_store_in_memory_collects_what_nothing_keeps() {
        keeps_what_is_protected(Blobs::memory_collecting(OFTEN)).await;
    }

    #[tokio::test]
    async fn a_store_that_stopped_is_opened_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let Opened { blobs, .. } = Blobs::open(&dir.path().join("blobs")).await.expect("a new folder");
        let pin = blobs.import_bytes(vec![7; 100_000]).await.expect("import");
        blobs.protect("kept", pin.hash).await.expect("protect");
        blobs.store().shutdown().await.expect("as if it could not write");
        assert!(blobs.sync().await.is_err());
        let works = async {
            while blobs.sync().await.is_err() {
                tokio::time::sleep(OFTEN).await;
            }
        };
        tokio::time::timeout(4 * LOOK_EVERY, works).await.expect("it is opened again");
        assert_eq!(blobs.read(pin.hash, 0..3).await.expect("it is still there"), [7; 3]);
        blobs.close().await;
    }

    #[tokio::test]
    async fn a_store_on_disk_collects_what_nothing_keeps() {
        let dir = tempfile::tempdir().expect("a folder");
        let opened = Blobs::open_collecting(&dir.path().join("blobs"), OFTEN).await.expect("a new folder");
        keeps_what_is_protected(opened.blobs).await;
    }
}
