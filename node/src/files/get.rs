//! Fetching files of a space into a folder of this computer.

use std::{path::PathBuf, sync::Arc};

use api::{
    AnyPath, Problem,
    files::{Get, Progress},
};
use data_encoding::HEXLOWER;
use proto::{
    files::{Content, Entry, FilePath, Pack, Resolved},
    id::{PeerId, SpaceId},
};
use store::files::Row;
use tokio::sync::mpsc;

use super::{
    Files, FilesError, TAG, Writing,
    aside::aside,
    asked_path,
    bring::{Bring, Wanted},
    fetch::{Fetcher, Holder, Holders},
    progress::{Teller, tell},
    writer::{Marks, Writer},
};
use crate::spaces::Space;

/// What is to be fetched.
#[derive(Default)]
struct Order {
    files: Vec<Wanted>,
    folders: Vec<FilePath>,
    conflicts: Vec<FilePath>,
}

impl Files {
    /// Fetches files and folders of a space into a folder of this computer. What stands there already and is equal is left;
    /// what stands there and is not equal stays, and the fetched is put beside it. Dropping the receiver stops it; the
    /// same again goes on where it was.
    pub async fn get(&self, space: &str, ask: Get) -> Result<mpsc::Receiver<Progress>, Problem> {
        let space = self.core.resolve_space(space).await?;
        let mut order = Order::default();
        for asked in &ask.paths {
            self.resolve(&space, asked, &mut order)?;
        }
        let (files, writing) = (self.clone(), self.writing(space.id(), &ask)?);
        let to = ask.to.to_path_buf();
        Ok(tell(|teller| async move { Ok(files.get_all(space, order, (to, writing), teller).await?) }))
    }

    /// Fetches what a space names elsewhere (in a message) into a folder of this computer; the blobs are kept under `tag`.
    pub(crate) fn get_wanted(
        &self,
        space: Space,
        tag: &'static str,
        wanted: Vec<Wanted>,
        to: PathBuf,
    ) -> Result<mpsc::Receiver<Progress>, FilesError> {
        let hashes = wanted.iter().map(|wanted| &wanted.hash.0[..]);
        let writing = self.named_writing(space.id(), hashes.chain([to.as_os_str().as_encoded_bytes()]))?;
        let (files, holders) = (self.clone(), self.holders(space.clone()));
        Ok(tell(move |teller| async move {
            let fetcher = Fetcher { blobs: files.core.blobs.clone(), links: files.links.clone(), holders, teller };
            Ok(files.bring(space.id(), tag, fetcher, (wanted, Vec::new()), (to, writing)).await?)
        }))
    }

    async fn get_all(
        &self,
        space: Space,
        order: Order,
        to: (PathBuf, Writing),
        teller: Arc<Teller>,
    ) -> Result<(), FilesError> {
        for path in &order.conflicts {
            teller.note(path, "several have different files here: all of them are fetched").await;
        }
        let id = space.id();
        let fetcher =
            Fetcher { blobs: self.core.blobs.clone(), links: self.links.clone(), holders: self.holders(space), teller };
        self.bring(id, TAG, fetcher, (order.files, order.folders), to).await
    }

    /// Brings files into the folder `to`, and says so if some could not be brought.
    pub(crate) async fn bring(
        &self,
        space: SpaceId,
        tag: &str,
        fetcher: Fetcher,
        (wanted, folders): (Vec<Wanted>, Vec<FilePath>),
        (to, writing): (PathBuf, Writing),
    ) -> Result<(), FilesError> {
        let (at, name) = (to.clone(), writing.name.clone());
        let opened = aside(move || Writer::open(&at, &name)).await;
        let writer = opened.map_err(|error| FilesError::Disk { path: to.clone(), error })?;
        let (of, teller) = (wanted.len(), fetcher.teller.clone());
        let bring = Bring { fetcher, writer, store: self.core.store.clone(), space, tag: tag.to_owned() };
        let failures = bring.run(wanted, folders).await.map_err(|error| FilesError::bringing(error, to))?;
        let Some((_, why)) = failures.first().cloned() else { return Ok(()) };
        for (path, why) in &failures {
            teller.note(path, why.clone()).await;
        }
        let unreachable = why == super::fetch::GetError::Nobody.to_string();
        Err(FilesError::Some { failed: failures.len(), of, why, unreachable })
    }

    /// All files at a path and beneath it; they will stand beneath the target as they stand beneath the path's own folder.
    fn resolve(&self, space: &Space, asked: &AnyPath, order: &mut Order) -> Result<(), FilesError> {
        let path = asked_path(asked)?;
        let found = self.add(space, &path, order)?;
        if found || (asked.display().contains('\u{fffd}') && self.add_shown_as(space, &path, order)?) {
            return Ok(());
        }
        Err(FilesError::NotFound(path.to_string()))
    }

    fn add(&self, space: &Space, path: &FilePath, order: &mut Order) -> Result<bool, FilesError> {
        let (above, mut found) = (path.parent().unwrap_or_default(), false);
        self.core.store.read(|reader| {
            reader.each_file(&space.id(), path, |path, standing| {
                found = true;
                order.add(&path, &above, standing);
                true
            })
        })?;
        Ok(found)
    }

    /// Names that are not text are asked for as they are shown.
    fn add_shown_as(&self, space: &Space, shown: &FilePath, order: &mut Order) -> Result<bool, FilesError> {
        let (shown, mut found) = (shown.to_string(), false);
        self.core.store.read(|reader| {
            reader.each_file(&space.id(), &FilePath::ROOT, |path, standing| {
                let same = path.ancestors().find(|ancestor| !ancestor.is_root() && ancestor.to_string() == shown);
                if let Some(asked) = same {
                    found = true;
                    order.add(&path, &asked.parent().unwrap_or_default(), standing);
                }
                true
            })
        })?;
        Ok(found)
    }

    /// The same files to the same folder are one work, by whatever name it is found again.
    fn writing(&self, space: SpaceId, ask: &Get) -> Result<Writing, FilesError> {
        self.named_writing(space, std::iter::once(&ask.to).chain(&ask.paths).map(AnyPath::as_bytes))
    }

    fn named_writing<'a>(&self, space: SpaceId, what: impl Iterator<Item = &'a [u8]>) -> Result<Writing, FilesError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&space.0);
        for part in what {
            hasher.update(part).update(b"\0");
        }
        let name = HEXLOWER.encode(&hasher.finalize().as_bytes()[..8]);
        self.begin_writing(name).ok_or(FilesError::UnderWay)
    }

    /// Members who may give: those one has a session with, nearest first, then those of whom an address is known.
    pub(super) fn holders(&self, space: Space) -> Holders {
        let core = self.core.clone();
        Arc::new(move || {
            let mut peers: Vec<PeerId> = space.online_peers();
            let members = space.members();
            let others = members.iter().flat_map(|member| &member.peers).filter(|peer| **peer != core.peer());
            let others: Vec<PeerId> = others.filter(|peer| !peers.contains(peer)).copied().collect();
            peers.extend(others.into_iter().filter(|peer| core.sessions.is_online(peer)));
            let name = |peer: &PeerId| {
                let person = space.person_of(peer);
                person.map_or_else(|| peer.short(), |person| core.name_of(Some(space.id()), person))
            };
            let holder = |peer: &PeerId| {
                let known = core.store.read(|reader| reader.addresses(peer)).unwrap_or_default();
                let addrs = known.iter().filter_map(|known| known.address.parse().ok()).collect();
                Holder { key: net::Key(peer.0), addrs, name: name(peer) }
            };
            peers.iter().map(holder).collect()
        })
    }
}

impl Order {
    fn add(&mut self, path: &FilePath, above: &FilePath, standing: Vec<Entry<Row>>) {
        let Some(at) = path.beneath(above) else { return };
        let Some(Resolved { shown, conflicts, .. }) = Resolved::of(standing) else { return };
        if !conflicts.is_empty() {
            self.conflicts.push(path.clone());
        }
        for entry in std::iter::once(shown).chain(conflicts) {
            match entry.content {
                Content::Folder => self.folders.push(at.clone()),
                Content::File(hash) => self.files.push(Wanted {
                    path: at.clone(),
                    hash,
                    size: entry.extra.size,
                    marks: Marks { executable: entry.extra.executable, modified: entry.extra.modified },
                    blob: entry.extra.blob.map(|blob| Pack { hash: blob.hash, size: blob.size }),
                    offset: entry.extra.offset,
                }),
            }
        }
    }
}
