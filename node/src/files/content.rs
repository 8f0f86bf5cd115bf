//! The bytes of a shared file, or of an attachment, wherever they are: what is not here is fetched piece by piece, as it is
//! asked for.
//!
//! What was fetched for looking at stays a while, for looking again, and then goes: see [`Previews`].

use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use api::{Problem, files::ListFiles};
use data_encoding::HEXLOWER;
use net::blobs::{Hash, ReadError, StoreError};
use proto::{
    files::{Content as EntryContent, FilePath, MAX_PACKED_FILE_BYTES, Pack},
    id::BlobHash,
};

use super::{
    Files, FilesError,
    fetch::{Fetcher, GetError},
    list::under,
    progress::Teller,
};
use crate::spaces::Space;

/// At most so many bytes are read at a time.
pub const MAX_PIECE_BYTES: u64 = 1 << 20;

/// So many blobs that were only looked at are kept; those looked at earliest go first.
const PREVIEWS: usize = 64;

/// As long as they are no more bytes than this, all together. The latest one stays however large it is.
const PREVIEW_BYTES: u64 = 2 << 30;

/// The blob store keeps and proves whole blocks of so many bytes: less than one cannot be read again.
const BLOCK_BYTES: u64 = 16 << 10;

/// Blobs that are only looked at are kept under this and their hash.
const TAG: &str = "preview";

/// What can be read: where it is, and who has it.
#[derive(Clone)]
pub struct Content {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    hash: BlobHash,
    blob: Option<Pack>,
    offset: u64,
    fetcher: Fetcher,
}

/// What was only looked at, the latest last.
#[derive(Default)]
pub(super) struct Previews(Mutex<VecDeque<(Hash, u64)>>);

impl Files {
    /// The file at a path of a space.
    pub async fn content(&self, space: &str, ask: ListFiles) -> Result<Content, Problem> {
        Ok(self.find_content(space, under(&ask)?).await?)
    }

    /// Forgets what was looked at before this start.
    pub(crate) async fn forget_previews(&self) -> Result<(), StoreError> {
        for (name, _) in self.core.blobs.protected(&format!("{TAG}/")).await? {
            self.core.blobs.unprotect(&name).await?;
        }
        Ok(())
    }

    async fn find_content(&self, space: &str, path: FilePath) -> Result<Content, FilesError> {
        let space = self.core.resolve_space(space).await?;
        let shown = self.standing_at(&space, &path)?.shown;
        let EntryContent::File(hash) = shown.content else { return Err(FilesError::NotFound(path.to_string())) };
        let blob = shown.extra.blob.map(|blob| Pack { hash: blob.hash, size: blob.size });
        let name =
            path.split().map(|(_, name)| String::from_utf8_lossy(name.as_bytes()).into_owned()).unwrap_or_default();
        self.content_of(&space, (name, shown.extra.size, hash), blob, shown.extra.offset).await
    }

    /// Content that a space names: its name, size and hash, the blob it is in, and where in that, if it is a pack.
    pub(crate) async fn content_of(
        &self,
        space: &Space,
        (name, size, hash): (String, u64, BlobHash),
        blob: Option<Pack>,
        offset: Option<u64>,
    ) -> Result<Content, FilesError> {
        let (blobs, links) = (self.core.blobs.clone(), self.links.clone());
        let holders = self.holders(space.clone());
        let fetcher = Fetcher { blobs, links, holders, teller: Arc::new(Teller::silent()) };
        if let Some(blob) = blob {
            self.keep_a_while(blob).await?;
        }
        let content = Content { name, size, hash, blob, offset: offset.unwrap_or(0), fetcher };
        if offset.is_some() && size <= MAX_PACKED_FILE_BYTES {
            content.check().await?;
        }
        Ok(content)
    }

    async fn keep_a_while(&self, blob: Pack) -> Result<(), StoreError> {
        let (blobs, hash) = (&self.core.blobs, Hash(blob.hash.0));
        if blobs.status(hash).await?.complete {
            return Ok(());
        }
        blobs.protect(&tag(hash), hash).await?;
        for gone in self.previews().seen(hash, blob.size) {
            blobs.unprotect(&tag(gone)).await?;
        }
        Ok(())
    }
}

impl Content {
    /// BLAKE3 of it, hex.
    pub fn hash(&self) -> String {
        HEXLOWER.encode(&self.hash.0)
    }

    /// A part of it: at most [`MAX_PIECE_BYTES`] from the beginning of the range.
    pub async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Problem> {
        let end = range.end.min(self.size).min(range.start.saturating_add(MAX_PIECE_BYTES));
        Ok(self.piece(range.start..end).await?)
    }

    async fn piece(&self, range: Range<u64>) -> Result<Vec<u8>, FilesError> {
        let Some(blob) = self.blob.filter(|_| !range.is_empty()) else { return Ok(Vec::new()) };
        let (hash, at) = (Hash(blob.hash.0), self.offset);
        let within = at.saturating_add(range.start)..at.saturating_add(range.end);
        let blocks = blocks(&within, blob.size);
        let bytes = match self.fetched(hash, blocks.clone()).await {
            // The books said that it is here, and the file they refer to was changed: what others have is fetched anew.
            Err(FilesError::Changed(_)) if self.fetcher.blobs.status(hash).await?.complete => {
                self.fetcher.blobs.forget(hash);
                self.fetched(hash, blocks.clone()).await?
            }
            result => result?,
        };
        let from = usize::try_from(within.start - blocks.start).unwrap_or(usize::MAX);
        let len = usize::try_from(within.end - within.start).unwrap_or(usize::MAX);
        bytes.get(from..from.saturating_add(len)).map(<[u8]>::to_vec).ok_or_else(|| self.changed())
    }

    async fn fetched(&self, hash: Hash, range: Range<u64>) -> Result<Vec<u8>, FilesError> {
        self.fetch(hash, &range).await.map_err(|error| match error {
            GetError::Store(error) => error.into(),
            error => FilesError::Some {
                failed: 1,
                of: 1,
                unreachable: matches!(error, GetError::Nobody),
                why: error.to_string(),
            },
        })?;
        match self.fetcher.blobs.read(hash, range).await {
            Ok(bytes) => Ok(bytes),
            Err(ReadError::Store(error)) => Err(error.into()),
            Err(_) => Err(self.changed()),
        }
    }

    /// Whoever looks at something does not want to wait for somebody to come: that is what fetching is for.
    async fn fetch(&self, hash: Hash, range: &Range<u64>) -> Result<(), GetError> {
        let status = self.fetcher.blobs.status(hash).await?;
        if status.complete || status.holds(range) {
            return Ok(());
        }
        if (self.fetcher.holders)().is_empty() {
            return Err(GetError::Nobody);
        }
        self.fetcher.fetch(hash, std::slice::from_ref(range)).await
    }

    /// A pack proves only itself: what an entry says is in it is looked at.
    async fn check(&self) -> Result<(), FilesError> {
        let bytes = self.piece(0..self.size).await?;
        if *blake3::hash(&bytes).as_bytes() == self.hash.0 { Ok(()) } else { Err(self.changed()) }
    }

    fn changed(&self) -> FilesError {
        FilesError::Changed(self.name.clone())
    }
}

impl Previews {
    /// Notes that a blob is looked at; those that have to go for it.
    fn seen(&self, hash: Hash, size: u64) -> Vec<Hash> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| *other != hash);
        kept.push_back((hash, size));
        let mut bytes = kept.iter().fold(0u64, |sum, (_, size)| sum.saturating_add(*size));
        let mut gone = Vec::new();
        while kept.len() > PREVIEWS || (bytes > PREVIEW_BYTES && kept.len() > 1) {
            let Some((hash, size)) = kept.pop_front() else { break };
            bytes = bytes.saturating_sub(size);
            gone.push(hash);
        }
        gone
    }
}

/// The blocks a range lies in, as far as the blob goes.
fn blocks(range: &Range<u64>, size: u64) -> Range<u64> {
    let start = (range.start / BLOCK_BYTES * BLOCK_BYTES).min(size);
    start..range.end.div_ceil(BLOCK_BYTES).saturating_mul(BLOCK_BYTES).clamp(start, size)
}

fn tag(hash: Hash) -> String {
    format!("{TAG}/{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u8) -> Hash {
        Hash([n; 32])
    }

    #[test]
    fn ranges_are_widened_to_blocks_of_the_blob() {
        assert_eq!(blocks(&(1..2), 100_000), 0..16_384);
        assert_eq!(blocks(&(16_384..32_769), 100_000), 16_384..49_152);
        assert_eq!(blocks(&(99_999..100_000), 100_000), 98_304..100_000);
        assert_eq!(blocks(&(200_000..200_001), 100_000), 100_000..100_000);
    }

    #[test]
    fn what_was_looked_at_earliest_goes_first() {
        let previews = Previews::default();
        assert!((0..PREVIEWS as u8).all(|n| previews.seen(hash(n), 1).is_empty()));
        assert!(previews.seen(hash(0), 1).is_empty(), "looked at again");
        assert_eq!(previews.seen(hash(200), 1), [hash(1)]);
        let all_but_the_latest = previews.seen(hash(201), PREVIEW_BYTES + 1);
        assert_eq!(all_but_the_latest.len(), PREVIEWS);
        assert_eq!(previews.seen(hash(202), 1), [hash(201)]);
    }
}
