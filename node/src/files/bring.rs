//! Bringing files here: what stands already is left, what is missing is fetched, checked, and written in its place.
//!
//! The unit is the blob: small files share packs, so that ten thousand of them are a few fetches and a few syncs. A large
//! file that was fetched becomes the blob store's own copy of it, so that it takes its room once; whoever changes it
//! later takes it out of the store, no more.

use std::{collections::BTreeMap, io, ops::Range, sync::Arc};

use net::blobs::{ExportError, ExportHow, Hash, ReadError};
use proto::{
    files::{FilePath, Item, Pack, Placed, Trouble, Why, beside, lay_out},
    id::{BlobHash, SpaceId},
};
use store::{
    Store,
    files::{BlobState, Origin, OwnSource},
};
use tokio::task::JoinSet;

use super::{
    aside::aside,
    fetch::{Fetcher, GetError},
    scan::Stat,
    writer::{Content, Marks, Standing, Writer},
};
use crate::home::is_full;

/// So many blobs are fetched and written at once, so that fetching, checking and writing do not wait for each other.
const AT_ONCE: usize = 4;

/// Blobs up to this size are read into memory and written; larger ones become the file itself.
const MAX_READ_BYTES: u64 = 1024 * 1024;

/// A file to be brought here.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Where it is to stand, beneath the target folder, if the disk takes such a name.
    pub path: FilePath,
    /// BLAKE3 of its content.
    pub hash: BlobHash,
    /// Bytes of its content.
    pub size: u64,
    /// How it is marked.
    pub marks: Marks,
    /// The blob its content is in; none without content.
    pub blob: Option<Pack>,
    /// Where in that blob, if that is a pack.
    pub offset: Option<u64>,
}

/// Brings files into a folder.
#[derive(Clone)]
pub struct Bring {
    /// Gets blobs.
    pub fetcher: Fetcher,
    /// Writes files.
    pub writer: Writer,
    /// Notes what is here.
    pub store: Store,
    /// Under which space it is noted where files went.
    pub space: SpaceId,
    /// Blobs are kept under this and their hash.
    pub tag: String,
}

/// What could not be brought, by path, and why.
pub type Failures = Vec<(String, String)>;

/// Why nothing more is brought at all.
#[derive(Debug, thiserror::Error)]
pub enum BringError {
    /// The target folder cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// The store of ops fails.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store of blobs fails.
    #[error(transparent)]
    Blobs(#[from] net::blobs::StoreError),
    /// Nobody who has it is online, or those who are do not give it.
    #[error(transparent)]
    Get(GetError),
}

impl From<GetError> for BringError {
    fn from(error: GetError) -> Self {
        match error {
            GetError::Store(error) => Self::Blobs(error),
            error => Self::Get(error),
        }
    }
}

/// A file with the place it goes to.
#[derive(Debug, Clone)]
struct Target {
    wanted: Wanted,
    at: FilePath,
}

impl Bring {
    /// Brings files and makes folders; returns what could not be brought for reasons of its own.
    pub async fn run(&self, wanted: Vec<Wanted>, folders: Vec<FilePath>) -> Result<Failures, BringError> {
        self.fetcher.teller.step("scanning");
        let bytes = wanted.iter().fold(0u64, |sum, file| sum.saturating_add(file.size));
        self.fetcher.teller.total(wanted.len() as u64, bytes);
        let mut failures = Failures::new();
        let targets = self.place(wanted, folders, &mut failures).await?;
        let missing = self.missing(targets, &mut failures).await?;
        let mut waiting = by_blob(missing).into_iter();
        let mut running = JoinSet::new();
        loop {
            while running.len() < AT_ONCE {
                let Some((blob, targets)) = waiting.next() else { break };
                let bring = self.clone();
                running.spawn(async move { bring.blob(blob, targets).await });
            }
            let Some(done) = running.join_next().await else { break };
            failures.extend(done.map_err(io::Error::other)??);
        }
        let writer = self.writer.clone();
        aside(move || writer.finish()).await?;
        Ok(failures)
    }

    /// Finds a place for everything and makes the folders.
    async fn place(
        &self,
        wanted: Vec<Wanted>,
        folders: Vec<FilePath>,
        failures: &mut Failures,
    ) -> Result<Vec<Target>, BringError> {
        let mut items: Vec<Item> =
            wanted.iter().map(|file| Item { path: file.path.clone(), content: Some(file.hash) }).collect();
        items.extend(folders.iter().map(|folder| Item { path: folder.clone(), content: None }));
        let writer = self.writer.clone();
        let (placed, made) = aside(move || {
            let placed = lay_out(&items, writer.disk()?);
            let folders = placed.iter().zip(&items).filter(|(_, item)| item.content.is_none());
            let made = folders.filter_map(|(placed, _)| Some(writer.folder(&placed.as_ref()?.path).map(drop)));
            let made: Vec<io::Result<()>> = made.collect();
            Ok((placed, made))
        })
        .await?;
        for (folder, made) in folders.iter().zip(made) {
            if let Err(error) = made {
                failures.push((folder.to_string(), error.to_string()));
            }
        }
        let mut targets = Vec::with_capacity(wanted.len());
        for (wanted, placed) in wanted.into_iter().zip(placed) {
            match placed {
                Some(Placed { path: at, why }) => {
                    if let Some(why) = why {
                        self.fetcher.teller.note(&wanted.path, format!("{}; it is written as {at}", said(why))).await;
                    }
                    targets.push(Target { wanted, at });
                }
                None => failures.push((wanted.path.to_string(), "this disk takes no such name".into())),
            }
        }
        Ok(targets)
    }

    /// Those that do not stand in their place yet. Where something else stands, a place beside it is found.
    async fn missing(&self, targets: Vec<Target>, failures: &mut Failures) -> Result<Vec<Target>, BringError> {
        let known = self.store.read(|reader| reader.own_sources(&self.space, &FilePath::ROOT))?;
        let known: BTreeMap<Vec<u8>, OwnSource> = known.into_iter().map(|own| (own.source.clone(), own)).collect();
        let writer = self.writer.clone();
        let looked: Vec<(Target, Found)> =
            aside(move || Ok(targets.into_iter().map(|target| look(&writer, &known, target)).collect())).await?;
        let mut missing = Vec::new();
        for (target, found) in looked {
            match found {
                Found::Missing => missing.push(target),
                Found::Here => {
                    self.fetcher.teller.here(target.wanted.size);
                    self.fetcher.teller.add(1, target.wanted.size);
                }
                Found::Beside(at) => {
                    let text = format!("another file stands there and stays; this one is written as {at}");
                    self.fetcher.teller.note(&target.at, text).await;
                    missing.push(Target { at, ..target });
                }
                Found::Blocked(why) => failures.push((target.at.to_string(), why)),
            }
        }
        Ok(missing)
    }

    /// Brings all files that are in one blob.
    async fn blob(&self, blob: Option<Pack>, targets: Vec<Target>) -> Result<Failures, BringError> {
        let Some(blob) = blob else { return self.write(Vec::new(), targets).await };
        let hash = Hash(blob.hash.0);
        let ranges = ranges(blob, &targets);
        self.fetcher.blobs.protect(&format!("{}/{hash}", self.tag), hash).await?;
        match self.fetched(blob, &ranges, &targets).await {
            Err(BringError::Get(error)) => Ok(all_failed(&targets, &error.to_string())),
            result => result,
        }
    }

    async fn fetched(&self, blob: Pack, ranges: &[Range<u64>], targets: &[Target]) -> Result<Failures, BringError> {
        self.fetch(blob, ranges).await?;
        match self.write_out(blob, ranges, targets).await? {
            Outcome::Written(failures) => Ok(failures),
            // The books said that it is here, and the file they refer to was changed: what others have is fetched anew.
            Outcome::Damaged => {
                self.forget(blob).await?;
                self.fetch(blob, ranges).await?;
                match self.write_out(blob, ranges, targets).await? {
                    Outcome::Written(failures) => Ok(failures),
                    Outcome::Damaged => Ok(all_failed(targets, "it cannot be read here")),
                }
            }
        }
    }

    async fn fetch(&self, blob: Pack, ranges: &[Range<u64>]) -> Result<(), BringError> {
        let hash = Hash(blob.hash.0);
        self.fetcher.fetch(hash, ranges).await?;
        let status = self.fetcher.blobs.status(hash).await?;
        if let (true, Some(size)) = (status.complete, status.size) {
            self.note_blob(BlobState { hash: blob.hash, size, have: size }).await?;
        }
        Ok(())
    }

    async fn forget(&self, blob: Pack) -> Result<(), BringError> {
        self.fetcher.blobs.forget(Hash(blob.hash.0));
        Ok(self.note_blob(BlobState { hash: blob.hash, size: blob.size, have: 0 }).await?)
    }

    async fn note_blob(&self, state: BlobState) -> Result<(), store::Error> {
        self.store.write(move |tx| tx.note_blob(&state)).await
    }

    async fn write_out(&self, blob: Pack, ranges: &[Range<u64>], targets: &[Target]) -> Result<Outcome, BringError> {
        let is_file = targets.iter().all(|target| target.wanted.offset.is_none());
        if is_file && blob.size > MAX_READ_BYTES {
            return self.export(blob, targets).await;
        }
        match self.read(blob, ranges, targets).await {
            Ok(contents) => Ok(Outcome::Written(self.write(contents, targets.to_vec()).await?)),
            Err(ReadError::Damaged) => Ok(Outcome::Damaged),
            Err(ReadError::Store(error)) => Err(error.into()),
            Err(error) => Ok(Outcome::Written(all_failed(targets, &error.to_string()))),
        }
    }

    /// The targets' contents, in their order: what was fetched whole is read at once.
    async fn read(
        &self,
        blob: Pack,
        ranges: &[Range<u64>],
        targets: &[Target],
    ) -> Result<Vec<(Arc<Vec<u8>>, Range<usize>)>, ReadError> {
        let hash = Hash(blob.hash.0);
        if let [range] = ranges {
            let all = Arc::new(self.fetcher.blobs.read(hash, range.clone()).await?);
            let within = |place: Range<u64>| (place.start - range.start) as usize..(place.end - range.start) as usize;
            return Ok(targets.iter().map(|target| (all.clone(), within(place(target)))).collect());
        }
        let mut contents = Vec::with_capacity(targets.len());
        for target in targets {
            let bytes = self.fetcher.blobs.read(hash, place(target)).await?;
            let len = bytes.len();
            contents.push((Arc::new(bytes), 0..len));
        }
        Ok(contents)
    }

    /// Writes files whose contents are in memory (none: files without content), after checking each.
    async fn write(
        &self,
        contents: Vec<(Arc<Vec<u8>>, Range<usize>)>,
        targets: Vec<Target>,
    ) -> Result<Failures, BringError> {
        let writer = self.writer.clone();
        let written = aside(move || {
            let contents = contents.iter().map(|(bytes, range)| bytes.get(range.clone()).unwrap_or_default());
            let contents: Vec<&[u8]> = contents.chain(std::iter::repeat(&[][..])).take(targets.len()).collect();
            let right = |(target, bytes): &(&Target, &[u8])| *blake3::hash(bytes).as_bytes() == target.wanted.hash.0;
            let (good, bad): (Vec<_>, Vec<_>) = targets.iter().zip(contents).partition(right);
            let files: Vec<Content<'_>> = good
                .iter()
                .map(|(target, bytes)| Content { path: &target.at, bytes, marks: target.wanted.marks })
                .collect();
            let done = writer.write(&files)?;
            let mut outcome: Vec<(FilePath, u64, Result<(), String>)> = good
                .iter()
                .zip(done)
                .map(|((target, _), done)| (target.at.clone(), target.wanted.size, done.map_err(|e| e.to_string())))
                .collect();
            let lie = || Err("its content is not what its entry says".to_string());
            outcome.extend(bad.iter().map(|(target, _)| (target.at.clone(), 0, lie())));
            Ok(outcome)
        })
        .await?;
        let mut failures = Failures::new();
        for (at, size, done) in written {
            match done {
                Ok(()) => self.fetcher.teller.add(1, size),
                Err(why) => failures.push((at.to_string(), why)),
            }
        }
        Ok(failures)
    }

    /// Puts a large blob in the place of each file that it is.
    async fn export(&self, blob: Pack, targets: &[Target]) -> Result<Outcome, BringError> {
        let mut failures = Failures::new();
        for target in targets {
            match self.export_one(blob, target).await {
                Ok(()) => self.fetcher.teller.add(1, target.wanted.size),
                Err(Unwritten::Damaged) => return Ok(Outcome::Damaged),
                Err(Unwritten::Why(why)) => failures.push((target.at.to_string(), why)),
                Err(Unwritten::Never(error)) => return Err(error),
            }
        }
        Ok(Outcome::Written(failures))
    }

    async fn export_one(&self, blob: Pack, target: &Target) -> Result<(), Unwritten> {
        let (writer, at) = (self.writer.clone(), target.at.clone());
        let folder = aside(move || at.parent().map_or(Ok(()), |folder| writer.folder(&folder).map(drop)));
        folder.await.map_err(|error| Unwritten::Why(error.to_string()))?;
        // Noted before it is begun: should this be killed on the way, what stands there then is known to be ours.
        self.note(target, None).await?;
        let path = self.writer.absolute(&target.at);
        let exported = self.fetcher.blobs.export(Hash(blob.hash.0), &path, ExportHow::Reference, |_, _| {}).await;
        if exported.is_err() {
            // Half a file under its name would be taken for the whole by people and programs.
            let (writer, at) = (self.writer.clone(), target.at.clone());
            let _ = aside(move || writer.remove(&at)).await;
        }
        match exported {
            Ok(size) if size == target.wanted.size => {}
            Ok(_) => return Err(Unwritten::Why("its size is not what its entry says".into())),
            Err(ExportError::Damaged) => return Err(Unwritten::Damaged),
            Err(ExportError::Store(error)) => return Err(Unwritten::Never(error.into())),
            Err(ExportError::Write { source, .. }) if is_full(&source) => {
                let full = io::Error::from(io::ErrorKind::StorageFull);
                return Err(Unwritten::Never(BringError::Write(full)));
            }
            Err(error) => return Err(Unwritten::Why(error.to_string())),
        }
        let (writer, at, marks) = (self.writer.clone(), target.at.clone(), target.wanted.marks);
        let stat = aside(move || writer.finish_file(&at, marks)).await?;
        self.note(target, Some(stat)).await?;
        Ok(())
    }

    /// Notes where a file is being put (no stat) or stands.
    async fn note(&self, target: &Target, stat: Option<Stat>) -> Result<(), store::Error> {
        let own = OwnSource {
            path: target.wanted.path.clone(),
            source: self.writer.absolute(&target.at).as_os_str().as_encoded_bytes().to_vec(),
            size: target.wanted.size,
            modified_ns: stat.map_or(0, |stat| stat.modified_ns),
            inode: stat.map_or(UNFINISHED, |stat| stat.inode),
            hash: target.wanted.hash,
            origin: Origin::Fetched,
        };
        let space = self.space;
        self.store.write(move |tx| tx.put_own_source(&space, &own)).await
    }
}

/// What came of writing a blob's files.
enum Outcome {
    /// All but these.
    Written(Failures),
    /// The blob is not what the books say.
    Damaged,
}

/// Why a file was not written.
enum Unwritten {
    Damaged,
    Why(String),
    /// Nothing more can be written at all.
    Never(BringError),
}

impl<E: Into<BringError>> From<E> for Unwritten {
    fn from(error: E) -> Self {
        Self::Never(error.into())
    }
}

fn all_failed(targets: &[Target], why: &str) -> Failures {
    targets.iter().map(|target| (target.at.to_string(), why.to_owned())).collect()
}

/// In place of an inode: the file is being put there.
const UNFINISHED: u64 = 0;

/// What was found where a file is to go.
enum Found {
    Missing,
    Here,
    Beside(FilePath),
    Blocked(String),
}

fn look(writer: &Writer, known: &BTreeMap<Vec<u8>, OwnSource>, target: Target) -> (Target, Found) {
    let found = look_at(writer, known, &target).unwrap_or_else(|error| Found::Blocked(error.to_string()));
    (target, found)
}

fn look_at(writer: &Writer, known: &BTreeMap<Vec<u8>, OwnSource>, target: &Target) -> io::Result<Found> {
    let Wanted { hash, size, .. } = &target.wanted;
    let known = known.get(writer.absolute(&target.at).as_os_str().as_encoded_bytes());
    let stat = known.filter(|own| own.hash == *hash && own.inode != UNFINISHED).map(|own| Stat {
        size: own.size,
        modified_ns: own.modified_ns,
        inode: own.inode,
        executable: false,
    });
    match writer.standing(&target.at, hash, *size, stat)? {
        Standing::Nothing => return Ok(Found::Missing),
        Standing::Same(_) => return Ok(Found::Here),
        Standing::Other if known.is_some_and(|own| own.inode == UNFINISHED) => {
            writer.remove(&target.at)?;
            return Ok(Found::Missing);
        }
        Standing::Other => {}
    }
    let Some(other) = beside(&target.at, hash) else {
        return Ok(Found::Blocked("another file stands there and stays".into()));
    };
    match writer.standing(&other, hash, *size, None)? {
        Standing::Nothing => Ok(Found::Beside(other)),
        Standing::Same(_) => Ok(Found::Here),
        Standing::Other => Ok(Found::Blocked("other files stand there and stay".into())),
    }
}

/// The targets by the blob they are in, in the order of each blob's first.
fn by_blob(targets: Vec<Target>) -> Vec<(Option<Pack>, Vec<Target>)> {
    let mut groups: Vec<(Option<Pack>, Vec<Target>)> = Vec::new();
    let mut places: BTreeMap<Option<BlobHash>, usize> = BTreeMap::new();
    for target in targets {
        let blob = target.wanted.blob;
        let at = *places.entry(blob.map(|blob| blob.hash)).or_insert_with(|| {
            groups.push((blob, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(target);
    }
    groups
}

/// What of the blob is needed: all of it where that is most of it anyway. Never more than its entry says that there is.
fn ranges(blob: Pack, targets: &[Target]) -> Vec<Range<u64>> {
    let needed: u64 = targets.iter().map(|target| target.wanted.size).sum();
    if needed >= blob.size / 2 {
        let all = 0..blob.size;
        return vec![all];
    }
    targets.iter().map(place).collect()
}

/// Where in its blob a file is.
fn place(target: &Target) -> Range<u64> {
    let from = target.wanted.offset.unwrap_or(0);
    from..from.saturating_add(target.wanted.size)
}

fn said(why: Why) -> &'static str {
    match why {
        Why::Collides => "this disk takes its name and another one's for the same",
        Why::Conflict => "another file or folder stands at the same path",
        Why::Trouble(Trouble::NotText) => "its name is not text",
        Why::Trouble(Trouble::Reserved) => "its name is a device's on this system",
        Why::Trouble(_) => "this disk takes no such name",
    }
}
