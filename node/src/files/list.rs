//! Listing what is shared in a space, with how it stands on this device.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::ffi::OsStrExt,
    path::Path,
};

use api::{
    Code, Problem,
    files::{File, FileState, ListFiles},
};
use data_encoding::{BASE64, HEXLOWER};
use net::blobs::Hash;
use proto::{
    files::{Content, FilePath, Resolved},
    id::{BlobHash, PersonId},
    time::Time,
};
use store::files::{BlobState, Origin, OwnSource, Row};

use super::{Files, FilesError, TAG, asked_path};
use crate::{clock::rfc3339, spaces::Space};

/// A file of a space, as it stands.
type Listed = (FilePath, Resolved<Row>);

impl Files {
    /// The files of a space, by path.
    pub async fn list(&self, space: &str, ask: ListFiles) -> Result<Vec<File>, Problem> {
        Ok(self.list_all(space, under(&ask)?).await?)
    }

    async fn list_all(&self, space: &str, under: FilePath) -> Result<Vec<File>, FilesError> {
        let space = self.core.resolve_space(space).await?;
        let (listed, sources) = self.core.store.read(|reader| {
            let mut listed: Vec<Listed> = Vec::new();
            reader.each_file(&space.id(), &under, |path, standing| {
                listed.extend(Resolved::of(standing).map(|resolved| (path, resolved)));
                true
            })?;
            Ok((listed, reader.own_sources(&space.id(), &under)?))
        })?;
        if listed.is_empty() && !under.is_root() {
            return Err(FilesError::NotFound(under.to_string()));
        }
        let partial = self.partial(&listed).await?;
        let sources = sources.into_iter().map(|source| (source.path.clone(), source)).collect();
        let mut lister = Lister { files: self, space: &space, sources, partial, names: BTreeMap::new() };
        Ok(listed.into_iter().filter_map(|file| lister.file(file)).collect())
    }

    /// What is held of the blobs that are here in part.
    async fn partial(&self, listed: &[Listed]) -> Result<BTreeMap<BlobHash, net::blobs::Status>, FilesError> {
        let blobs = listed.iter().filter_map(|(_, resolved)| resolved.shown.extra.blob);
        let wanting: BTreeSet<BlobHash> = blobs.filter(|blob| !blob.is_whole()).map(|blob| blob.hash).collect();
        if wanting.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut partial = BTreeMap::new();
        for (_, Hash(hash)) in self.core.blobs.protected(&format!("{TAG}/")).await? {
            if wanting.contains(&BlobHash(hash)) {
                partial.insert(BlobHash(hash), self.core.blobs.status(Hash(hash)).await?);
            }
        }
        Ok(partial)
    }
}

struct Lister<'a> {
    files: &'a Files,
    space: &'a Space,
    sources: BTreeMap<FilePath, OwnSource>,
    partial: BTreeMap<BlobHash, net::blobs::Status>,
    names: BTreeMap<PersonId, String>,
}

impl Lister<'_> {
    /// Nothing for an empty folder.
    fn file(&mut self, (path, resolved): Listed) -> Option<File> {
        let Resolved { shown, conflicts, by } = resolved;
        let Content::File(hash) = shown.content else { return None };
        let have = self.have(&shown.extra);
        Some(File {
            path: path.to_string(),
            path_bytes: (!path.is_text()).then(|| BASE64.encode(path.as_bytes())),
            size: shown.extra.size,
            hash: HEXLOWER.encode(&hash.0),
            state: self.state(&path, &hash, shown.extra.size, have),
            have,
            executable: shown.extra.executable,
            modified: shown
                .extra
                .modified
                .and_then(|s| u64::try_from(s).ok())
                .map(|s| rfc3339(Time::from_millis(s.saturating_mul(1000)))),
            by: self.name(shown.person),
            by_id: shown.person.to_string(),
            holders: by.into_iter().map(|person| self.name(person)).collect(),
            conflicts: u32::try_from(conflicts.len()).unwrap_or(u32::MAX),
        })
    }

    /// Bytes of a file that are at hand.
    fn have(&self, row: &Row) -> u64 {
        let Some(BlobState { hash, size, have }) = row.blob else { return row.size };
        if have >= size {
            return row.size;
        }
        self.partial.get(&hash).map_or(0, |status| held(row, status))
    }

    fn state(&self, path: &FilePath, hash: &BlobHash, size: u64, have: u64) -> FileState {
        let source = self.sources.get(path).filter(|source| source.hash == *hash);
        match source.map(|source| (source.origin, is_unchanged(source))) {
            Some((Origin::Copied, _) | (Origin::Shared, true)) => FileState::Shared,
            Some((Origin::Shared, false)) => FileState::Changed,
            Some((Origin::Fetched, false)) if have >= size => FileState::Remote,
            _ if have >= size => FileState::Here,
            _ if have > 0 => FileState::Partial,
            _ => FileState::Remote,
        }
    }

    fn name(&mut self, person: PersonId) -> String {
        let (core, space) = (&self.files.core, self.space.id());
        self.names.entry(person).or_insert_with(|| core.name_of(Some(space), person)).clone()
    }
}

/// Bytes of a file among what is held of the blob it is in.
pub(super) fn held(row: &Row, status: &net::blobs::Status) -> u64 {
    let from = row.offset.unwrap_or(0);
    let to = from.saturating_add(row.size);
    status.held.iter().map(|range| range.end.min(to).saturating_sub(range.start.max(from))).sum()
}

/// Whether the file on the disk is the one that was read, as far as the disk tells; only asked of references.
fn is_unchanged(source: &OwnSource) -> bool {
    if source.origin == Origin::Copied {
        return true;
    }
    let path = Path::new(std::ffi::OsStr::from_bytes(&source.source));
    let stat = super::scan::Stat::at(path);
    stat.is_some_and(|stat| {
        (stat.size, stat.modified_ns, stat.inode) == (source.size, source.modified_ns, source.inode)
    })
}

/// The path asked for.
pub(super) fn under(ask: &ListFiles) -> Result<FilePath, Problem> {
    let bytes = match (&ask.path, &ask.path_bytes) {
        (_, Some(base64)) => BASE64
            .decode(base64.as_bytes())
            .map_err(|_| Problem::new(Code::Usage, "the path's bytes are not base64"))?,
        (Some(text), None) => text.clone().into_bytes(),
        (None, None) => return Ok(FilePath::ROOT),
    };
    Ok(asked_path(&bytes.into())?)
}
