//! Many small files in few blobs, many entries in few ops.

use std::collections::{BTreeMap, btree_map};

use super::{
    body::{File, Folder, MAX_PACKS, Pack, Share, Source, TARGET_BODY_BYTES},
    path::FilePath,
};
use crate::id::{BlobHash, OpId};

/// Files up to this size travel in packs.
pub const MAX_PACKED_FILE_BYTES: u64 = 64 * 1024;

/// A pack is closed once it is at least this large.
pub const PACK_BYTES: usize = 4 * 1024 * 1024;

/// A stranger's pack is at most this large.
pub const MAX_PACK_BYTES: u64 = 64 * 1024 * 1024;

/// Lays small files one after the other into packs. `T` is what the caller knows each by.
#[derive(Debug)]
pub struct Packer<T> {
    bytes: Vec<u8>,
    files: Vec<Packed<T>>,
}

/// A file's place in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed<T> {
    /// The caller's.
    pub what: T,
    /// BLAKE3 of the content.
    pub hash: BlobHash,
    /// Bytes of content.
    pub size: u64,
    /// Where in the pack it begins.
    pub offset: u64,
}

/// A pack ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready<T> {
    /// The pack's content.
    pub bytes: Vec<u8>,
    /// What is in it.
    pub files: Vec<Packed<T>>,
}

impl<T> Packer<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), files: Vec::new() }
    }

    /// Adds a file; returns a pack when one is full.
    pub fn push(&mut self, what: T, content: &[u8]) -> Option<Ready<T>> {
        let hash = BlobHash(*blake3::hash(content).as_bytes());
        self.files.push(Packed { what, hash, size: content.len() as u64, offset: self.bytes.len() as u64 });
        self.bytes.extend_from_slice(content);
        if self.bytes.len() >= PACK_BYTES { self.finish() } else { None }
    }

    /// What is left.
    pub fn finish(&mut self) -> Option<Ready<T>> {
        let files = std::mem::take(&mut self.files);
        let bytes = std::mem::take(&mut self.bytes);
        if files.is_empty() { None } else { Some(Ready { bytes, files }) }
    }
}

impl<T> Default for Packer<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Gathers entries into shares of about [`TARGET_BODY_BYTES`].
#[derive(Debug, Default)]
pub struct Batcher {
    packs: Vec<Pack>,
    folders: BTreeMap<FilePath, BTreeMap<Vec<u8>, File>>,
    bytes: usize,
}

/// What a file takes in a body besides its name and what it replaces.
const FILE_BYTES: usize = 68;

impl Batcher {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file of `folder`; its source is set from `packed`, the pack it is in and where. Returns a share when one
    /// is full.
    pub fn file(&mut self, folder: &FilePath, mut file: File, packed: Option<(Pack, u64)>) -> Option<Share> {
        file.source = match packed {
            None => Source::Whole,
            Some((pack, offset)) => Source::Packed { pack: self.pack(pack), offset },
        };
        let replaces = file.replaces.as_ref().map_or(0, |ops| ops.len() * (size_of::<OpId>() + 2));
        self.bytes += FILE_BYTES + file.name.len() + replaces;
        self.folder_mut(folder).insert(file.name.clone(), file);
        self.full()
    }

    /// Adds an empty folder.
    pub fn empty_folder(&mut self, folder: &FilePath) -> Option<Share> {
        self.folder_mut(folder);
        self.full()
    }

    /// What is left.
    pub fn finish(&mut self) -> Option<Share> {
        let Self { packs, folders, .. } = std::mem::take(self);
        let files = |files: BTreeMap<_, File>| files.into_values().collect();
        let folders: Vec<Folder> =
            folders.into_iter().map(|(path, inside)| Folder { path, files: files(inside) }).collect();
        if folders.is_empty() { None } else { Some(Share { packs, folders }) }
    }

    fn full(&mut self) -> Option<Share> {
        let full = self.bytes >= TARGET_BODY_BYTES || self.packs.len() == MAX_PACKS;
        if full { self.finish() } else { None }
    }

    fn pack(&mut self, pack: Pack) -> u32 {
        let known = self.packs.iter().rposition(|known| *known == pack);
        let at = known.unwrap_or_else(|| {
            self.packs.push(pack);
            self.bytes += size_of::<Pack>() + 4;
            self.packs.len() - 1
        });
        u32::try_from(at).expect("at most MAX_PACKS")
    }

    fn folder_mut(&mut self, folder: &FilePath) -> &mut BTreeMap<Vec<u8>, File> {
        match self.folders.entry(folder.clone()) {
            btree_map::Entry::Occupied(known) => known.into_mut(),
            btree_map::Entry::Vacant(new) => {
                self.bytes += folder.as_bytes().len() + 8;
                new.insert(BTreeMap::new())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Body;

    #[test]
    fn every_file_is_where_its_pack_says() {
        let contents: Vec<Vec<u8>> = (0..2000u32).map(|n| n.to_le_bytes().repeat(1 + n as usize)).collect();
        let mut packer = Packer::new();
        let mut packs: Vec<Ready<usize>> =
            contents.iter().enumerate().filter_map(|(at, content)| packer.push(at, content)).collect();
        packs.extend(packer.finish());
        assert_eq!(packs.len(), 2);
        for pack in &packs {
            for file in &pack.files {
                let content = &pack.bytes[file.offset as usize..][..file.size as usize];
                assert_eq!((content, file.hash), (&contents[file.what][..], hash(content)));
            }
        }
        assert_eq!(packs.iter().map(|pack| pack.files.len()).sum::<usize>(), contents.len());
    }

    fn hash(content: &[u8]) -> BlobHash {
        BlobHash(*blake3::hash(content).as_bytes())
    }

    #[test]
    fn shares_are_well_formed_and_within_their_size() {
        let mut batcher = Batcher::new();
        let mut shares = Vec::new();
        for at in (0..10_000u64).rev() {
            let folder: FilePath = format!("docs/{}", at % 70).parse().unwrap();
            let file = File {
                name: format!("a file with a name {at}").into_bytes(),
                size: 4096,
                hash: hash(&at.to_le_bytes()),
                source: Source::Whole,
                executable: false,
                modified: Some(1_700_000_000),
                replaces: (at % 10 == 0).then(|| vec![OpId([1; 32]); 8]),
            };
            let pack = Pack { hash: hash(&[(at / 1024) as u8]), size: 1 << 22 };
            shares.extend(batcher.file(&folder, file, Some((pack, (at % 1024) * 4096))));
        }
        shares.extend(batcher.empty_folder(&"docs/empty".parse().unwrap()));
        shares.extend(batcher.finish());
        for share in &shares {
            assert_eq!(share.check(), Ok(()));
            let len = Body::Share(share.clone()).to_bytes().len();
            assert!(len < TARGET_BODY_BYTES + 4096, "{len}");
        }
        assert_eq!(shares.iter().map(|share| share.files().count()).sum::<usize>(), 10_000);
        assert_eq!(shares.iter().map(|share| share.empty_folders().count()).sum::<usize>(), 1);
    }
}
