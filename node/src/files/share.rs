//! Sharing files and folders of this computer.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use api::{
    Problem,
    files::{Progress, Share},
};
use net::blobs::{Hash, ImportHow, Pin};
use proto::{
    files::{Batcher, Body, Content, FilePath, MAX_REPLACES, Name, Unshare},
    id::{BlobHash, OpId},
    log::Area,
};
use store::files::{BlobState, Origin, OwnSource};
use tokio::sync::mpsc;

use super::{
    Files, FilesError, LOG,
    aside::aside,
    import::{Batch, Import, Imported},
    progress::{Teller, tell},
    scan::{Found, Root, Scan, Stat, scan},
    tag,
};
use crate::spaces::{AppendError, Space};

/// Ops are written once so many bodies have gathered: one sync of the blobs for many files.
const BODIES_AT_ONCE: usize = 16;

/// Ops are written once so many bytes have been imported: whoever stops a long share begins again from there.
const BYTES_AT_ONCE: u64 = 1 << 30;

/// An op names at most so many paths that are no longer shared.
const UNSHARED_AT_ONCE: usize = 256;

/// So many names are tried for a folder whose name another one has.
const MAX_NAMES: u32 = 100;

impl Files {
    /// Shares files and folders of this computer in a space. Sharing a folder again shares what is new or has changed, and
    /// takes back what is gone. Dropping the receiver stops it; the same again goes on where it was.
    pub async fn share(&self, space: &str, ask: Share) -> Result<mpsc::Receiver<Progress>, Problem> {
        let space = self.core.resolve_space(space).await?;
        if !space.may_write(Area::FILES) {
            return Err(AppendError::NotAllowed.into());
        }
        let files = self.clone();
        Ok(tell(|teller| async move { Ok(files.share_all(space, ask, teller).await?) }))
    }

    async fn share_all(&self, space: Space, ask: Share, teller: Arc<Teller>) -> Result<(), FilesError> {
        let sharing = self.sharing(&space);
        let _alone = sharing.lock().await;
        let mut seen = BTreeSet::new();
        for path in ask.paths.iter().map(|path| path.to_path_buf()).filter(|path| seen.insert(path.clone())) {
            let share = ShareOne { files: self, space: &space, copy: ask.copy, teller: &teller };
            share.run(&path).await?;
        }
        Ok(())
    }
}

struct ShareOne<'a> {
    files: &'a Files,
    space: &'a Space,
    copy: bool,
    teller: &'a Arc<Teller>,
}

/// What stands in the space at a path, as far as sharing asks.
#[derive(Default)]
struct Known {
    /// One's own content there.
    own: Option<Content>,
    /// Ops of others with content there.
    others: Vec<OpId>,
}

impl Known {
    fn is_others_alone(&self) -> bool {
        self.own.is_none() && !self.others.is_empty()
    }
}

impl ShareOne<'_> {
    async fn run(&self, path: &Path) -> Result<(), FilesError> {
        self.teller.step("scanning");
        let source = absolute(path).await?;
        let top = self.choose_name(&source)?;
        let (at, name) = (source.clone(), top.clone());
        let scanned = aside(move || scan(&at, &name)).await;
        let (root, found) = scanned.map_err(|error| FilesError::Disk { path: source, error })?;
        for (path, why) in &found.left_out {
            self.teller.note(path, *why).await;
        }
        let known = self.known(&top)?;
        self.take_back(&found, &known).await?;
        self.share_found(root, found, known, &top).await?;
        self.teller.placed(top.to_string());
        Ok(())
    }

    /// What is found that is new or has changed becomes entries.
    async fn share_found(
        &self,
        root: Root,
        found: Scan,
        known: BTreeMap<FilePath, Known>,
        top: &FilePath,
    ) -> Result<(), FilesError> {
        let bytes = found.files.iter().fold(0u64, |sum, file| sum.saturating_add(file.stat.size));
        self.teller.total(found.files.len() as u64, bytes);
        let sources = self.files.core.store.read(|reader| reader.own_sources(&self.space.id(), top))?;
        let sources: BTreeMap<FilePath, OwnSource> =
            sources.into_iter().map(|source| (source.path.clone(), source)).collect();
        let is_same = |file: &Found| self.is_same(&root, file, known.get(&file.path), sources.get(&file.path));
        let (same, new): (Vec<_>, Vec<_>) = found.files.into_iter().partition(is_same);
        for file in same {
            self.teller.add(1, file.stat.size);
        }
        for file in new.iter().filter(|file| known.get(&file.path).is_some_and(Known::is_others_alone)) {
            self.teller.note(&file.path, "it takes the place of what somebody else shared there").await;
        }
        self.teller.step("hashing");
        let how = if self.copy { ImportHow::Copy } else { ImportHow::Reference };
        let blobs = &self.files.core.blobs;
        let mut import = Import::new(blobs, root.clone(), new, how, self.teller.clone());
        let mut gathered = Gathered::new(root, &known);
        for folder in &found.empty {
            gathered.empty_folder(folder);
        }
        while let Some(batch) = import.next().await {
            let batch = batch?;
            for (path, why) in &batch.left_out {
                self.teller.note(path, why.clone()).await;
            }
            gathered.add(batch, self.copy);
            if gathered.is_enough() {
                self.write(gathered.take()).await?;
            }
        }
        self.write(gathered.take()).await
    }

    /// Whether the file was read before and is shared as it is.
    fn is_same(&self, root: &Root, file: &Found, known: Option<&Known>, source: Option<&OwnSource>) -> bool {
        let (Some(own), Some(source)) = (known.and_then(|known| known.own), source) else { return false };
        own == Content::File(source.hash)
            && source.origin != Origin::Fetched
            && (source.origin == Origin::Copied || !self.copy)
            && (source.size, source.modified_ns, source.inode)
                == (file.stat.size, file.stat.modified_ns, file.stat.inode)
            && source.source == bytes_of(&root.absolute.join(&file.relative))
    }

    /// Blobs first, kept and on the disk; then where they come from; then the ops.
    async fn write(&self, ready: Ready) -> Result<(), FilesError> {
        let Ready { bodies, sources, blobs, pins } = ready;
        let core = &self.files.core;
        for blob in blobs.keys() {
            core.blobs.protect(&tag(blob), Hash(blob.0)).await?;
        }
        if !blobs.is_empty() {
            core.blobs.sync().await?;
        }
        let space = self.space.id();
        let noted = core.store.write(move |tx| {
            for (hash, size) in blobs {
                tx.note_blob(&BlobState { hash, size, have: size })?;
            }
            sources.iter().try_for_each(|source| tx.put_own_source(&space, source))
        });
        if !bodies.is_empty() {
            self.space.append_all(LOG, bodies).await?;
        }
        noted.await?;
        drop(pins);
        Ok(())
    }

    /// Takes back what one shared under these names and is gone.
    async fn take_back(&self, found: &Scan, known: &BTreeMap<FilePath, Known>) -> Result<(), FilesError> {
        let here: BTreeSet<&FilePath> = found.files.iter().map(|file| &file.path).chain(&found.empty).collect();
        let is_gone = |(path, known): &(&FilePath, &Known)| {
            let unseen = found.unseen.iter().any(|folder| path.is_within(folder));
            let filled = || found.files.iter().any(|file| file.path.is_within(path));
            let gone = !here.contains(path) && !unseen;
            known.own.is_some_and(|own| gone && (own != Content::Folder || !filled()))
        };
        let gone: Vec<FilePath> = known.iter().filter(is_gone).map(|(path, _)| path.clone()).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let unshare = |paths: &[FilePath]| Body::Unshare(Unshare { paths: paths.to_vec() }).to_bytes();
        self.space.append_all(LOG, gone.chunks(UNSHARED_AT_ONCE).map(unshare).collect()).await?;
        Ok(self.files.let_go(self.space.id(), gone).await?)
    }

    fn known(&self, top: &FilePath) -> Result<BTreeMap<FilePath, Known>, FilesError> {
        let (me, mut known) = (self.files.core.me(), BTreeMap::new());
        self.files.core.store.read(|reader| {
            reader.each_file(&self.space.id(), top, |path, standing| {
                let at: &mut Known = known.entry(path).or_default();
                for entry in standing {
                    if entry.person == me { at.own = Some(entry.content) } else { at.others.push(entry.op) }
                }
                true
            })
        })?;
        Ok(known)
    }

    /// The first part of the paths: the source's own name, unless one shares another source under it.
    fn choose_name(&self, source: &Path) -> Result<FilePath, FilesError> {
        let own = source.file_name().ok_or_else(|| FilesError::NoName(source.to_owned()))?.as_encoded_bytes();
        for count in 1..=MAX_NAMES {
            let name = if count == 1 { own.to_vec() } else { numbered(own, count) };
            let name = Name::new(&name).ok().and_then(|name| FilePath::ROOT.join(name).ok());
            let name = name.ok_or_else(|| FilesError::NoName(source.to_owned()))?;
            if self.is_free_for(&name, source)? {
                return Ok(name);
            }
        }
        Err(FilesError::NoName(source.to_owned()))
    }

    fn is_free_for(&self, name: &FilePath, source: &Path) -> Result<bool, FilesError> {
        let sources = self.files.core.store.read(|reader| reader.own_sources(&self.space.id(), name))?;
        let Some(known) = sources.iter().find(|known| known.origin != Origin::Fetched) else { return Ok(true) };
        let beneath = known.path.beneath(name).unwrap_or_default();
        let slash: &[u8] = if beneath.is_root() { b"" } else { b"/" };
        Ok(known.source == [&bytes_of(source)[..], slash, beneath.as_bytes()].concat())
    }
}

/// What is ready to be written, and what is being gathered.
struct Gathered<'a> {
    root: Root,
    known: &'a BTreeMap<FilePath, Known>,
    batcher: Batcher,
    ready: Ready,
}

#[derive(Default)]
struct Ready {
    bodies: Vec<Vec<u8>>,
    sources: Vec<OwnSource>,
    blobs: BTreeMap<BlobHash, u64>,
    pins: Vec<Pin>,
}

impl<'a> Gathered<'a> {
    fn new(root: Root, known: &'a BTreeMap<FilePath, Known>) -> Self {
        Self { root, known, batcher: Batcher::new(), ready: Ready::default() }
    }

    fn empty_folder(&mut self, folder: &FilePath) {
        if self.known.get(folder).is_none_or(|known| known.own != Some(Content::Folder)) {
            let full = self.batcher.empty_folder(folder);
            self.body(full);
        }
    }

    fn add(&mut self, batch: Batch, copy: bool) {
        self.ready.pins.extend(batch.pins);
        for file in &batch.files {
            self.ready.blobs.extend(file.blob().map(|blob| (blob.hash, blob.size)));
            self.ready.sources.push(self.source(file, copy));
            let known = self.known.get(&file.found.path);
            if known.is_none_or(|known| known.own != Some(Content::File(file.hash))) {
                self.entry(file, known.map(|known| &known.others[..]).unwrap_or_default());
            }
        }
    }

    fn entry(&mut self, file: &Imported, others: &[OpId]) {
        let mut entry = file.entry();
        entry.replaces = (!others.is_empty()).then(|| others.iter().take(MAX_REPLACES).copied().collect());
        let folder = file.found.path.parent().unwrap_or_default();
        let full = self.batcher.file(&folder, entry, file.packed);
        self.body(full);
    }

    fn source(&self, file: &Imported, copy: bool) -> OwnSource {
        let Stat { size, modified_ns, inode, .. } = file.found.stat;
        let copied = copy || file.packed.is_some() || size == 0;
        OwnSource {
            path: file.found.path.clone(),
            source: bytes_of(&self.root.absolute.join(&file.found.relative)),
            size,
            modified_ns,
            inode,
            hash: file.hash,
            origin: if copied { Origin::Copied } else { Origin::Shared },
        }
    }

    fn body(&mut self, share: Option<proto::files::Share>) {
        self.ready.bodies.extend(share.map(|share| Body::Share(share).to_bytes()));
    }

    fn is_enough(&self) -> bool {
        let bytes = self.ready.blobs.values().fold(0u64, |sum, size| sum.saturating_add(*size));
        self.ready.bodies.len() >= BODIES_AT_ONCE || bytes >= BYTES_AT_ONCE
    }

    /// All that was gathered, so that no entry waits for a blob that is let go.
    fn take(&mut self) -> Ready {
        let rest = self.batcher.finish();
        self.body(rest);
        std::mem::take(&mut self.ready)
    }
}

/// The path without links in the folders it is in, so that one source has one name; a link at its end keeps its own name.
async fn absolute(path: &Path) -> Result<PathBuf, FilesError> {
    let failed = |error| FilesError::Disk { path: path.to_owned(), error };
    if !path.is_absolute() {
        return Err(FilesError::NoName(path.to_owned()));
    }
    let given = path.to_owned();
    let found = aside(move || match (given.parent(), given.file_name()) {
        (Some(parent), Some(name)) => Ok(std::fs::canonicalize(parent)?.join(name)),
        _ => std::fs::canonicalize(&given),
    });
    found.await.map_err(failed)
}

fn bytes_of(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// `a.txt` → `a (2).txt`.
fn numbered(name: &[u8], count: u32) -> Vec<u8> {
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|at| *at > 0).unwrap_or(name.len());
    let (stem, extension) = name.split_at(dot);
    [stem, format!(" ({count})").as_bytes(), extension].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_of_a_name_is_numbered_before_its_extension() {
        for (name, expected) in
            [("a.txt", "a (2).txt"), ("docs", "docs (2)"), (".x", ".x (2)"), ("a.tar.gz", "a.tar (2).gz")]
        {
            assert_eq!(numbered(name.as_bytes(), 2), expected.as_bytes());
        }
    }
}
