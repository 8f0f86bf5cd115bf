//! Where the files that this peer shares, or has written out, stand on its own disk.

use proto::{
    files::FilePath,
    id::{BlobHash, SpaceId},
};
use rusqlite::Row as SqlRow;

use super::listing::path_in;
use crate::{Error, Reader, Tx, column::number};

/// A file on this device's disk that is, or was, what an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSource {
    /// The entry's path in its space.
    pub path: FilePath,
    /// The absolute path on the disk: the system's bytes.
    pub source: Vec<u8>,
    /// Its bytes when it was read.
    pub size: u64,
    /// When it had been changed, nanoseconds since 1970, when it was read.
    pub modified_ns: i64,
    /// Its number in the file system when it was read; 0 where there is none.
    pub inode: u64,
    /// BLAKE3 of what was read.
    pub hash: BlobHash,
    /// What keeps its content.
    pub origin: Origin,
}

/// What keeps the content of a file on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A copy of it, its own or in a pack: the original may change.
    Copied,
    /// The file itself, which one shares.
    Shared,
    /// The file itself, as one has fetched it.
    Fetched,
}

impl Origin {
    const ALL: [Origin; 3] = [Origin::Copied, Origin::Shared, Origin::Fetched];
}

const SOURCE: &str = "SELECT path, source, size, modified_ns, inode, hash, origin FROM file_sources";

impl Reader<'_> {
    /// The own sources of entries at `under` and beneath it, by path.
    pub fn own_sources(&self, space: &SpaceId, under: &FilePath) -> Result<Vec<OwnSource>, Error> {
        let Some(space) = self.file_space(space)? else { return Ok(Vec::new()) };
        let (from, to) = under.beneath_range();
        let to = to.unwrap_or_else(|| vec![0xff; 256]);
        let itself =
            self.all(&format!("{SOURCE} WHERE space = ?1 AND path = ?2"), (space, under.as_bytes()), source_in)?;
        let sql = format!("{SOURCE} WHERE space = ?1 AND path >= ?2 AND path < ?3 ORDER BY path");
        let beneath = self.all(&sql, (space, from, to), source_in)?;
        Ok(itself.into_iter().chain(beneath).collect())
    }

    /// The files on the disk that are the only keepers of this blob.
    pub fn references_of(&self, blob: &BlobHash) -> Result<Vec<OwnSource>, Error> {
        self.all(&format!("{SOURCE} WHERE hash = ?1 AND origin != 0"), [blob.0], source_in)
    }
}

impl Tx<'_> {
    /// Notes where an entry comes from, in place of what was noted before.
    pub fn put_own_source(&mut self, space: &SpaceId, own: &OwnSource) -> Result<(), Error> {
        let space = self.number_file_space(space)?;
        let OwnSource { path, source, size, modified_ns, inode, hash, origin } = own;
        let origin = Origin::ALL.iter().position(|known| known == origin).expect("ALL has every origin") as i64;
        let sql = "INSERT OR REPLACE INTO file_sources (space, path, source, size, modified_ns, inode, hash, origin)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let inode = inode.cast_signed();
        self.run(sql, (space, path.as_bytes(), source, number(*size), modified_ns, inode, hash.0, origin))?;
        Ok(())
    }

    /// Forgets where the entry at this path comes from.
    pub fn drop_own_source(&mut self, space: &SpaceId, path: &FilePath) -> Result<(), Error> {
        let space = self.number_file_space(space)?;
        self.run("DELETE FROM file_sources WHERE space = ?1 AND path = ?2", (space, path.as_bytes()))?;
        Ok(())
    }
}

fn source_in(row: &SqlRow<'_>) -> rusqlite::Result<OwnSource> {
    let origin: u8 = row.get(6)?;
    Ok(OwnSource {
        path: path_in(row, 0)?,
        source: row.get(1)?,
        size: row.get::<_, i64>(2)?.cast_unsigned(),
        modified_ns: row.get(3)?,
        inode: row.get::<_, i64>(4)?.cast_unsigned(),
        hash: BlobHash(row.get(5)?),
        origin: *Origin::ALL
            .get(usize::from(origin))
            .ok_or(rusqlite::Error::IntegralValueOutOfRange(6, origin.into()))?,
    })
}
