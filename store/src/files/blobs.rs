//! How much of each blob is at hand, as far as was noted; the bytes themselves are in the blobs' own store.

use proto::id::BlobHash;

use crate::{Error, Reader, Tx};

/// A blob that entries name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobState {
    /// Its hash.
    pub hash: BlobHash,
    /// Its bytes, as the first entry that named it says.
    pub size: u64,
    /// Bytes of it at hand.
    pub have: u64,
}

impl BlobState {
    /// Whether all of it is at hand.
    pub const fn is_whole(&self) -> bool {
        self.have >= self.size
    }
}

impl Reader<'_> {
    /// A blob that was named or noted.
    pub fn blob(&self, hash: &BlobHash) -> Result<Option<BlobState>, Error> {
        let sql = "SELECT size, have FROM file_blobs WHERE hash = ?1";
        self.one(sql, [hash.0], |row| {
            let (size, have): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(BlobState { hash: *hash, size: size.cast_unsigned(), have: have.cast_unsigned() })
        })
    }
}

impl Tx<'_> {
    /// Notes how much of a blob is at hand. All of it, `have` being `size`, corrects a size that somebody had wrong.
    pub fn note_blob(&mut self, blob: &BlobState) -> Result<(), Error> {
        let BlobState { hash, size, have } = blob;
        self.number_blob(hash, *size)?;
        let (size, have) = (i64::try_from(*size).unwrap_or(i64::MAX), i64::try_from(*have).unwrap_or(i64::MAX));
        self.run("UPDATE file_blobs SET size = ?2, have = ?3 WHERE hash = ?1", (hash.0, size, have))?;
        Ok(())
    }

    /// Notes that nothing of a blob is at hand any more.
    pub fn lose_blob(&mut self, hash: &BlobHash) -> Result<(), Error> {
        self.run("UPDATE file_blobs SET have = 0 WHERE hash = ?1", [hash.0])?;
        Ok(())
    }

    /// Notes that nothing of any blob is at hand, as after their store was lost.
    pub fn forget_blobs(&mut self) -> Result<(), Error> {
        self.run("UPDATE file_blobs SET have = 0 WHERE have != 0", [])?;
        Ok(())
    }
}
