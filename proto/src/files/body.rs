//! What the ops of a space's files say: shared, or no longer.

use minicbor::{Decode, Encode};

use super::{name::Name, pack::MAX_PACK_BYTES, path::FilePath};
use crate::id::{BlobHash, OpId};

/// A body is filled up to about so many bytes: small enough that a listing grows while it arrives, large enough that
/// a thousand files are one op.
pub const TARGET_BODY_BYTES: usize = 96 * 1024;

/// A share names at most so many packs.
pub const MAX_PACKS: usize = 1024;

/// A file says at most so many entries of others that it takes the place of.
pub const MAX_REPLACES: usize = 8;

/// No file is larger than this (1 PiB): sums of sizes stay far from overflowing.
pub const MAX_FILE_BYTES: u64 = 1 << 50;

/// The body of an op of a space's files.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Body {
    /// Here is content.
    #[n(0)]
    Share(#[n(0)] Share),
    /// These are no longer shared by me.
    #[n(1)]
    Unshare(#[n(0)] Unshare),
}

/// Files and empty folders, by folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Share {
    /// Blobs of several small files each, which [`Source::Packed`] counts from 0.
    #[n(0)]
    pub packs: Vec<Pack>,
    /// Folders, ascending by path.
    #[n(1)]
    pub folders: Vec<Folder>,
}

/// A blob of small files, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Pack {
    /// Its hash.
    #[n(0)]
    pub hash: BlobHash,
    /// Its bytes.
    #[n(1)]
    pub size: u64,
}

/// A folder and files in it; without any, an empty folder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Folder {
    /// Its path.
    #[n(0)]
    pub path: FilePath,
    /// Its files, ascending by name.
    #[n(1)]
    pub files: Vec<File>,
}

/// A file, as its owner says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct File {
    /// Its name in the folder: bytes that [`Name`] takes.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub name: Vec<u8>,
    /// Bytes of content.
    #[n(1)]
    pub size: u64,
    /// BLAKE3 of the content.
    #[n(2)]
    pub hash: BlobHash,
    /// Where the content is.
    #[n(3)]
    pub source: Source,
    /// Whether it may be run as a program.
    #[n(4)]
    pub executable: bool,
    /// When the content was last changed: seconds since 1970, as the owner's computer says.
    #[n(5)]
    pub modified: Option<i64>,
    /// Ops of others at this path which the author saw and takes the place of: at most [`MAX_REPLACES`].
    #[n(6)]
    pub replaces: Option<Vec<OpId>>,
}

/// Where a file's content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub enum Source {
    /// A blob of its own, named by the file's hash; also of a file without content, which needs no blob.
    #[n(0)]
    Whole,
    /// Within a pack.
    #[n(1)]
    Packed {
        /// Which of the share's packs, from 0.
        #[n(0)]
        pack: u32,
        /// Where in it the file begins.
        #[n(1)]
        offset: u64,
    },
}

/// What somebody takes back.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Unshare {
    /// Each path, and everything beneath it, that its author shared before.
    #[n(0)]
    pub paths: Vec<FilePath>,
}

/// Why bytes are no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Not of a form known here.
    #[error("the bytes are no entry of files known here")]
    Malformed,
    /// A name that is none, names or folders out of order or twice, a path too long.
    #[error("a name or its place is not as it must be")]
    Name,
    /// A size, a pack or a place in it that cannot be.
    #[error("a file's size or place in a pack cannot be")]
    Size,
}

impl Body {
    /// As it is sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a stranger's bytes; what it returns keeps every limit of this page.
    pub fn from_bytes(bytes: &[u8]) -> Result<Body, BodyError> {
        let body: Body = minicbor::decode(bytes).map_err(|_| BodyError::Malformed)?;
        if let Body::Share(share) = &body {
            share.check()?;
        }
        Ok(body)
    }
}

impl Share {
    /// Whether it keeps every limit.
    pub fn check(&self) -> Result<(), BodyError> {
        if self.packs.len() > MAX_PACKS || self.packs.iter().any(|pack| pack.size > MAX_PACK_BYTES) {
            return Err(BodyError::Size);
        }
        if !self.folders.is_sorted_by(|a, b| a.path < b.path) {
            return Err(BodyError::Name);
        }
        self.folders.iter().try_for_each(|folder| folder.check(&self.packs))
    }

    /// Files, with the paths they stand at.
    pub fn files(&self) -> impl Iterator<Item = (FilePath, &File)> {
        let of = |folder: &Folder, file: &File| {
            let name = Name::new(&file.name).ok()?;
            folder.path.join(name).ok()
        };
        self.folders
            .iter()
            .flat_map(move |folder| folder.files.iter().filter_map(move |file| Some((of(folder, file)?, file))))
    }

    /// Paths of folders that are said to be empty.
    pub fn empty_folders(&self) -> impl Iterator<Item = &FilePath> {
        self.folders
            .iter()
            .filter(|folder| folder.files.is_empty() && !folder.path.is_root())
            .map(|folder| &folder.path)
    }
}

impl Folder {
    fn check(&self, packs: &[Pack]) -> Result<(), BodyError> {
        if !self.files.is_sorted_by(|a, b| a.name < b.name) {
            return Err(BodyError::Name);
        }
        self.files.iter().try_for_each(|file| {
            let name = Name::new(&file.name).map_err(|_| BodyError::Name)?;
            self.path.join(name).map_err(|_| BodyError::Name)?;
            file.check(packs)
        })
    }
}

impl File {
    fn check(&self, packs: &[Pack]) -> Result<(), BodyError> {
        let fits = match self.source {
            Source::Whole => self.size <= MAX_FILE_BYTES,
            Source::Packed { pack, offset } => {
                let pack = packs.get(pack as usize).ok_or(BodyError::Size)?;
                self.size > 0 && offset.checked_add(self.size).is_some_and(|end| end <= pack.size)
            }
        };
        let replaces = self.replaces.as_ref().map_or(0, Vec::len);
        if fits && replaces <= MAX_REPLACES { Ok(()) } else { Err(BodyError::Size) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(name: &[u8], source: Source) -> File {
        let hash = BlobHash([3; 32]);
        File { name: name.to_vec(), size: 10, hash, source, executable: true, modified: Some(-1), replaces: None }
    }

    fn share(files: Vec<File>) -> Body {
        let packs = vec![Pack { hash: BlobHash([9; 32]), size: 30 }];
        let folders = vec![Folder { path: "docs".parse().unwrap(), files }];
        Body::Share(Share { packs, folders })
    }

    fn read(body: &Body) -> Result<Body, BodyError> {
        Body::from_bytes(&body.to_bytes())
    }

    #[test]
    fn what_is_written_is_read() {
        let packed = Source::Packed { pack: 0, offset: 20 };
        let body = share(vec![file(b"a", Source::Whole), file(b"caf\xe9", packed)]);
        assert_eq!(read(&body), Ok(body.clone()));
        let unshare = Body::Unshare(Unshare { paths: vec![FilePath::ROOT, "a/b".parse().unwrap()] });
        assert_eq!(read(&unshare), Ok(unshare.clone()));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let packed = |pack, offset| share(vec![file(b"a", Source::Packed { pack, offset })]);
        for body in [packed(1, 0), packed(0, 21), packed(0, u64::MAX), packed(u32::MAX, 0)] {
            assert_eq!(read(&body), Err(BodyError::Size));
        }
        for name in [&b".."[..], b"", b"a/b", b"a\0"] {
            assert_eq!(read(&share(vec![file(name, Source::Whole)])), Err(BodyError::Name));
        }
        let whole = |name: &[u8]| file(name, Source::Whole);
        assert_eq!(read(&share(vec![whole(b"b"), whole(b"a")])), Err(BodyError::Name));
        assert_eq!(read(&share(vec![whole(b"a"), whole(b"a")])), Err(BodyError::Name));
        let huge = File { size: MAX_FILE_BYTES + 1, ..whole(b"a") };
        assert_eq!(read(&share(vec![huge])), Err(BodyError::Size));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_body_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(Body::Share(share)) = Body::from_bytes(&bytes) {
                prop_assert_eq!(share.check(), Ok(()));
            }
        }
    }
}
