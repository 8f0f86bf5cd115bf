//! From files on the disk into blobs: large ones by reference or copy, small ones in packs.
//!
//! Groups of files are imported several at once; each comes back as a batch with the pins that keep its blobs until
//! somebody has protected them.

use std::{
    collections::VecDeque,
    io::{self, Read},
    sync::Arc,
};

use net::blobs::{Blobs, ImportError, ImportHow, Pin};
use proto::{
    files::{File, MAX_PACKED_FILE_BYTES, PACK_BYTES, Pack, Packer, Ready, Source},
    id::BlobHash,
};
use tokio::task::JoinSet;

use super::{
    aside::aside,
    progress::Teller,
    scan::{Found, Root, Stat},
};

/// So many groups are imported at once: enough that reading, hashing and the blobs' own store do not wait for each other.
const AT_ONCE: usize = 4;

/// A file that was imported.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What was found; its stat is of the moment it was read.
    pub found: Found,
    /// BLAKE3 of its content.
    pub hash: BlobHash,
    /// The pack it is in and where, if it is small.
    pub packed: Option<(Pack, u64)>,
}

/// Files imported together.
#[derive(Default)]
pub struct Batch {
    /// The files.
    pub files: Vec<Imported>,
    /// What keeps their blobs, for now.
    pub pins: Vec<Pin>,
    /// What could not be read and why, by path.
    pub left_out: Vec<(String, String)>,
}

/// An import under way. Dropping it stops it.
pub struct Import {
    blobs: Blobs,
    root: Root,
    how: ImportHow,
    teller: Arc<Teller>,
    waiting: VecDeque<Group>,
    running: JoinSet<Result<Batch, ImportError>>,
}

enum Group {
    /// Files without content: nothing to import.
    Empty(Vec<Found>),
    Small(Vec<Found>),
    Large(Found),
}

impl Imported {
    /// As an entry; its source is set by the [`Batcher`](proto::files::Batcher).
    pub fn entry(&self) -> File {
        let Stat { size, executable, .. } = self.found.stat;
        let name = self.found.path.split().map(|(_, name)| name.as_bytes().to_vec()).unwrap_or_default();
        let modified = Some(self.found.stat.modified_s());
        File { name, size, hash: self.hash, source: Source::Whole, executable, modified, replaces: None }
    }

    /// The blob its content is in; none if it has no content.
    pub fn blob(&self) -> Option<Pack> {
        let whole = Pack { hash: self.hash, size: self.found.stat.size };
        let own = (self.found.stat.size > 0).then_some(whole);
        self.packed.map(|(pack, _)| pack).or(own)
    }
}

impl Import {
    /// Imports `files`, found beneath `root`, as batches come to be asked for.
    pub fn new(blobs: &Blobs, root: Root, files: Vec<Found>, how: ImportHow, teller: Arc<Teller>) -> Self {
        let waiting = grouped(files);
        Self { blobs: blobs.clone(), root, how, teller, waiting, running: JoinSet::new() }
    }

    /// The next batch; nothing once all files are in.
    pub async fn next(&mut self) -> Option<Result<Batch, ImportError>> {
        while self.running.len() < AT_ONCE {
            let Some(group) = self.waiting.pop_front() else { break };
            let (blobs, root, how, teller) = (self.blobs.clone(), self.root.clone(), self.how, self.teller.clone());
            self.running.spawn(async move {
                match group {
                    Group::Empty(files) => Ok(empty(files, &teller)),
                    Group::Small(files) => small(&blobs, root, files, &teller).await,
                    Group::Large(file) => large(&blobs, &root, file, how, &teller).await,
                }
            });
        }
        let done = self.running.join_next().await?;
        Some(done.unwrap_or_else(|error| Err(ImportError::Store(io::Error::other(error)))))
    }
}

/// Small files in groups of about a pack, each large one by itself.
fn grouped(files: Vec<Found>) -> VecDeque<Group> {
    let (mut groups, mut empty, mut small, mut bytes) = (VecDeque::new(), Vec::new(), Vec::new(), 0);
    for file in files {
        match file.stat.size {
            0 => empty.push(file),
            size if size > MAX_PACKED_FILE_BYTES => groups.push_back(Group::Large(file)),
            size => {
                bytes += size;
                small.push(file);
                if bytes >= PACK_BYTES as u64 {
                    groups.push_back(Group::Small(std::mem::take(&mut small)));
                    bytes = 0;
                }
            }
        }
    }
    groups.extend((!small.is_empty()).then_some(Group::Small(small)));
    groups.extend((!empty.is_empty()).then_some(Group::Empty(empty)));
    groups
}

fn empty(files: Vec<Found>, teller: &Teller) -> Batch {
    teller.add(files.len() as u64, 0);
    let hash = BlobHash(*blake3::hash(b"").as_bytes());
    let files = files.into_iter().map(|found| Imported { found, hash, packed: None }).collect();
    Batch { files, ..Batch::default() }
}

async fn small(blobs: &Blobs, root: Root, files: Vec<Found>, teller: &Teller) -> Result<Batch, ImportError> {
    let (packs, left_out) = aside(move || Ok(pack(&root, files))).await.map_err(ImportError::Store)?;
    let mut batch = Batch { left_out, ..Batch::default() };
    for Ready { bytes, files } in packs {
        let pin = blobs.import_bytes(bytes).await?;
        let pack = Pack { hash: BlobHash(pin.hash.0), size: pin.size };
        teller.add(files.len() as u64, pack.size);
        batch.files.extend(files.into_iter().map(|file| {
            let mut found = file.what;
            found.stat.size = file.size;
            let packed = (file.size > 0).then_some((pack, file.offset));
            Imported { found, hash: file.hash, packed }
        }));
        batch.pins.push(pin);
    }
    Ok(batch)
}

/// Reads the files, in their order, into packs.
fn pack(root: &Root, files: Vec<Found>) -> (Vec<Ready<Found>>, Vec<(String, String)>) {
    let (mut packer, mut packs, mut left_out) = (Packer::new(), Vec::new(), Vec::new());
    let mut content = Vec::with_capacity(MAX_PACKED_FILE_BYTES as usize + 1);
    for mut file in files {
        match read(root, &mut file, &mut content) {
            Ok(()) => packs.extend(packer.push(file, &content)),
            Err(error) => left_out.push((file.path.to_string(), error.to_string())),
        }
    }
    packs.extend(packer.finish());
    (packs, left_out)
}

fn read(root: &Root, file: &mut Found, content: &mut Vec<u8>) -> io::Result<()> {
    let open = root.dir.open(&file.relative)?;
    file.stat = Stat::of(&open.metadata()?);
    content.clear();
    open.take(MAX_PACKED_FILE_BYTES + 1).read_to_end(content)?;
    let grew = content.len() as u64 > MAX_PACKED_FILE_BYTES;
    if grew { Err(io::Error::other("it grew while it was read")) } else { Ok(()) }
}

async fn large(blobs: &Blobs, root: &Root, file: Found, how: ImportHow, teller: &Teller) -> Result<Batch, ImportError> {
    let (size, mut told) = (file.stat.size, 0);
    // What is there already is said to be done before it is said how much it is.
    let progress = |done: u64, of: u64| {
        let share = u128::from(size) * u128::from(done) / u128::from(of.max(done).max(1));
        let bytes = u64::try_from(share).unwrap_or(size);
        teller.add(0, bytes.saturating_sub(told));
        told = told.max(bytes);
    };
    let pin = match blobs.import_file(&root.absolute.join(&file.relative), how, progress).await {
        Ok(pin) => pin,
        Err(ImportError::Read { source, .. }) => return Ok(left_out(&file, &source.to_string())),
        Err(error) => return Err(error),
    };
    let now = root.dir.symlink_metadata(&file.relative).map(|metadata| Stat::of(&metadata));
    if now.ok() != Some(file.stat) || pin.size != size {
        return Ok(left_out(&file, "it was changed while it was read"));
    }
    teller.add(1, 0);
    let imported = Imported { found: file, hash: BlobHash(pin.hash.0), packed: None };
    Ok(Batch { files: vec![imported], pins: vec![pin], ..Batch::default() })
}

fn left_out(file: &Found, why: &str) -> Batch {
    Batch { left_out: vec![(file.path.to_string(), why.into())], ..Batch::default() }
}
