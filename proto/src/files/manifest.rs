//! A list of files that stands by itself: what is sent to somebody with whom one shares no space.

use minicbor::{Decode, Encode};

use super::body::{BodyError, Share};

/// A manifest is at most so many bytes long: some 200,000 files.
pub const MAX_MANIFEST_BYTES: usize = 16 * 1024 * 1024;

/// Shares, one after the other, of one sender.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Manifest(#[n(0)] pub Vec<Share>);

/// Why bytes are no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Longer than [`MAX_MANIFEST_BYTES`].
    #[error("the list of files is longer than {MAX_MANIFEST_BYTES} bytes")]
    TooLong,
    /// Not a list of shares.
    #[error(transparent)]
    Body(#[from] BodyError),
}

impl Manifest {
    /// As it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a stranger's bytes; what it returns keeps every limit of a share.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLong);
        }
        let manifest: Self = minicbor::decode(bytes).map_err(|_| BodyError::Malformed)?;
        manifest.0.iter().try_for_each(Share::check)?;
        Ok(manifest)
    }

    /// Files in all.
    pub fn files(&self) -> u64 {
        self.0.iter().flat_map(|share| &share.folders).map(|folder| folder.files.len() as u64).sum()
    }

    /// Bytes of content in all.
    pub fn bytes(&self) -> u64 {
        let sizes =
            self.0.iter().flat_map(|share| &share.folders).flat_map(|folder| &folder.files).map(|file| file.size);
        sizes.fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        files::{Batcher, File, FilePath, Source},
        id::BlobHash,
    };

    fn manifest(size: u64) -> Manifest {
        let file = File {
            name: b"a".to_vec(),
            size,
            hash: BlobHash([1; 32]),
            source: Source::Whole,
            executable: false,
            modified: None,
            replaces: None,
        };
        let mut batcher = Batcher::new();
        assert_eq!(batcher.file(&FilePath::ROOT, file, None), None);
        Manifest(batcher.finish().into_iter().collect())
    }

    #[test]
    fn what_is_written_is_read() {
        let manifest = manifest(7);
        assert_eq!(Manifest::from_bytes(&manifest.to_bytes()), Ok(manifest.clone()));
        assert_eq!((manifest.files(), manifest.bytes()), (1, 7));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(Manifest::from_bytes(&manifest(u64::MAX).to_bytes()), Err(BodyError::Size.into()));
        assert_eq!(Manifest::from_bytes(b"\x81\x00"), Err(BodyError::Malformed.into()));
        assert_eq!(Manifest::from_bytes(&vec![0x80; MAX_MANIFEST_BYTES + 1]), Err(ManifestError::TooLong));
    }
}
