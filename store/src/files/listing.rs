//! Reading what stands: by folder, by file, and whether anything still names a blob.

use proto::{
    files::{Content, Entry, FilePath, Unshared, Unshares, standing},
    id::{BlobHash, OpId, PersonId, SpaceId},
};
use rusqlite::Row as SqlRow;

use super::blobs::BlobState;
use crate::{Error, Reader, column::time_in};

/// After the last of all paths: no name is as long.
const BEYOND: [u8; 256] = [0xff; 256];

/// What is known of an entry besides who says it and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Bytes of content.
    pub size: u64,
    /// Whether it may be run as a program.
    pub executable: bool,
    /// When its content was last changed: seconds since 1970, as its owner says.
    pub modified: Option<i64>,
    /// The blob its content is in; none if there is no content.
    pub blob: Option<BlobState>,
    /// Where in that blob it begins, if that is a pack.
    pub offset: Option<u64>,
}

const ENTRY: &str = "SELECT e.path, o.person, o.time, o.op, e.hash, e.size, e.executable, e.modified, e.offset,
    e.replaces, b.hash, b.size, b.have
    FROM file_entries e JOIN file_ops o ON o.no = e.op LEFT JOIN file_blobs b ON b.no = e.blob";

const UNSHARED: &str = "SELECT u.path, o.person, o.time, o.op FROM file_unshares u JOIN file_ops o ON o.no = u.op";

impl Reader<'_> {
    /// What stands at `under` and beneath it, path by path in ascending order: each person's entry, the latest first.
    /// Ends early where `take` says not to go on.
    pub fn each_file(
        &self,
        space: &SpaceId,
        under: &FilePath,
        mut take: impl FnMut(FilePath, Vec<Entry<Row>>) -> bool,
    ) -> Result<(), Error> {
        let Some(space) = self.file_space(space)? else { return Ok(()) };
        let unshares = self.unshares(space, under)?;
        let mut at: Option<(FilePath, Vec<Entry<Row>>)> = None;
        let mut go_on = true;
        let mut end = |path: FilePath, entries| {
            let standing = standing(&path, entries, &unshares);
            standing.is_empty() || take(path, standing)
        };
        self.each_entry(space, under, |path, entry| {
            match &mut at {
                Some((same, entries)) if *same == path => entries.push(entry),
                _ => {
                    if let Some((path, entries)) = at.replace((path, vec![entry])) {
                        go_on = end(path, entries);
                    }
                }
            }
            go_on
        })?;
        if let (true, Some((path, entries))) = (go_on, at) {
            end(path, entries);
        }
        Ok(())
    }

    /// The spaces in which an entry that stands names this blob.
    pub fn spaces_naming(&self, blob: &BlobHash) -> Result<Vec<SpaceId>, Error> {
        let sql = "SELECT s.no, s.space, e.path, o.person, o.op FROM file_blobs b
                   JOIN file_entries e ON e.blob = b.no JOIN file_spaces s ON s.no = e.space
                   JOIN file_ops o ON o.no = e.op WHERE b.hash = ?1 ORDER BY s.no";
        let mut naming: Vec<SpaceId> = Vec::new();
        self.each(sql, [blob.0], |row| {
            let space = SpaceId(row.get(1)?);
            if naming.last() != Some(&space) && self.stands(row.get(0)?, &path_in(row, 2)?, &OpId(row.get(4)?))? {
                naming.push(space);
            }
            Ok(true)
        })?;
        Ok(naming)
    }

    fn stands(&self, space: i64, path: &FilePath, op: &OpId) -> Result<bool, Error> {
        let unshares = self.unshares_above(space, path)?.into_iter().collect();
        let entries =
            self.all(&format!("{ENTRY} WHERE e.space = ?1 AND e.path = ?2"), (space, path.as_bytes()), entry_in)?;
        Ok(standing(path, entries, &unshares).iter().any(|entry| entry.op == *op))
    }

    fn each_entry(
        &self,
        space: i64,
        under: &FilePath,
        mut take: impl FnMut(FilePath, Entry<Row>) -> bool,
    ) -> Result<(), Error> {
        let mut go_on = true;
        let mut each = |sql: String, params: &[&dyn rusqlite::ToSql]| {
            self.each(&sql, params, |row| {
                go_on = go_on && take(path_in(row, 0)?, entry_in(row)?);
                Ok(go_on)
            })
        };
        let (from, to) = under.beneath_range();
        let to = to.unwrap_or_else(|| BEYOND.to_vec());
        each(format!("{ENTRY} WHERE e.space = ?1 AND e.path = ?2"), &[&space, &under.as_bytes()])?;
        let sql = format!("{ENTRY} WHERE e.space = ?1 AND e.path >= ?2 AND e.path < ?3 ORDER BY e.path");
        each(sql, &[&space, &from, &to])
    }

    /// All that was taken back at, above and beneath `under`.
    fn unshares(&self, space: i64, under: &FilePath) -> Result<Unshares, Error> {
        let (from, to) = under.beneath_range();
        let to = to.unwrap_or_else(|| BEYOND.to_vec());
        let sql = format!("{UNSHARED} WHERE u.space = ?1 AND u.path >= ?2 AND u.path < ?3");
        let beneath = self.all(&sql, (space, from, to), unshared_in)?;
        Ok(self.unshares_above(space, under)?.into_iter().chain(beneath).collect())
    }

    fn unshares_above(&self, space: i64, path: &FilePath) -> Result<Vec<Unshared>, Error> {
        let mut above = Vec::new();
        for path in path.ancestors() {
            let sql = format!("{UNSHARED} WHERE u.space = ?1 AND u.path = ?2");
            above.extend(self.all(&sql, (space, path.as_bytes()), unshared_in)?);
        }
        Ok(above)
    }
}

fn entry_in(row: &SqlRow<'_>) -> rusqlite::Result<Entry<Row>> {
    let hash: Option<[u8; 32]> = row.get(4)?;
    let replaces: Option<Vec<u8>> = row.get(9)?;
    let (replaces, _) = replaces.as_deref().unwrap_or_default().as_chunks();
    let blob: Option<[u8; 32]> = row.get(10)?;
    let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let blob = blob
        .map(|hash| Ok::<_, rusqlite::Error>(BlobState { hash: BlobHash(hash), size: count(11)?, have: count(12)? }));
    Ok(Entry {
        person: PersonId(row.get(1)?),
        time: time_in(row, 2)?,
        op: OpId(row.get(3)?),
        content: hash.map_or(Content::Folder, |hash| Content::File(BlobHash(hash))),
        replaces: replaces.iter().copied().map(OpId).collect(),
        extra: Row {
            size: count(5)?,
            executable: row.get(6)?,
            modified: row.get(7)?,
            blob: blob.transpose()?,
            offset: row.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
        },
    })
}

fn unshared_in(row: &SqlRow<'_>) -> rusqlite::Result<Unshared> {
    let path = path_in(row, 0)?;
    Ok(Unshared { path, person: PersonId(row.get(1)?), time: time_in(row, 2)?, op: OpId(row.get(3)?) })
}

pub(super) fn path_in(row: &SqlRow<'_>, column: usize) -> rusqlite::Result<FilePath> {
    let bytes = row.get_ref(column)?.as_blob()?;
    FilePath::from_bytes(bytes)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Blob, error.into()))
}
