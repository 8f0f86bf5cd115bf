//! Putting ops of files into the view and taking them out.

use proto::{
    files::{Body, File, FilePath, Share, Source, Unshare},
    id::{BlobHash, OpId, PersonId, SpaceId},
    time::Time,
};

use crate::{Error, Reader, Tx, column::column};

impl Tx<'_> {
    /// Adds what an op says to the view; adding it twice is adding it once.
    pub fn put_files(
        &mut self,
        space: &SpaceId,
        (op, person, time): (&OpId, &PersonId, Time),
        body: &Body,
    ) -> Result<(), Error> {
        let space = self.number_file_space(space)?;
        let sql = "INSERT OR IGNORE INTO file_ops (op, person, time) VALUES (?1, ?2, ?3)";
        self.run(sql, (op.0, person.0, column(time)))?;
        let op = self.file_op(op)?.expect("it has just been put in");
        match body {
            Body::Share(share) => self.put_share(space, op, share),
            Body::Unshare(unshare) => self.put_unshare(space, op, unshare),
        }
    }

    /// Takes out what an op, with this body, had added.
    pub fn drop_files(&mut self, space: &SpaceId, op: &OpId, body: &Body) -> Result<(), Error> {
        let (Some(space), Some(op)) = (self.file_space(space)?, self.file_op(op)?) else {
            return Ok(());
        };
        match body {
            Body::Share(share) => {
                let files = share.files().map(|(path, _)| path);
                for path in files.chain(share.empty_folders().cloned()) {
                    let sql = "DELETE FROM file_entries WHERE space = ?1 AND path = ?2 AND op = ?3";
                    self.run(sql, (space, path.as_bytes(), op))?;
                }
            }
            Body::Unshare(unshare) => {
                for path in &unshare.paths {
                    let sql = "DELETE FROM file_unshares WHERE space = ?1 AND path = ?2 AND op = ?3";
                    self.run(sql, (space, path.as_bytes(), op))?;
                }
            }
        }
        Ok(())
    }

    fn put_share(&mut self, space: i64, op: i64, share: &Share) -> Result<(), Error> {
        let mut packs = Vec::with_capacity(share.packs.len());
        for pack in &share.packs {
            packs.push(self.number_blob(&pack.hash, pack.size)?);
        }
        for (path, file) in share.files() {
            let (blob, offset) = match file.source {
                Source::Whole if file.size == 0 => (None, None),
                Source::Whole => (Some(self.number_blob(&file.hash, file.size)?), None),
                Source::Packed { pack, offset } => {
                    (Some(packs[pack as usize]), Some(i64::try_from(offset).unwrap_or(i64::MAX)))
                }
            };
            self.put_file(space, op, &path, file, (blob, offset))?;
        }
        let sql = "INSERT OR IGNORE INTO file_entries (space, path, op, size, executable) VALUES (?1, ?2, ?3, 0, 0)";
        for folder in share.empty_folders() {
            self.run(sql, (space, folder.as_bytes(), op))?;
        }
        Ok(())
    }

    fn put_file(
        &mut self,
        space: i64,
        op: i64,
        path: &FilePath,
        file: &File,
        (blob, offset): (Option<i64>, Option<i64>),
    ) -> Result<(), Error> {
        let sql = "INSERT OR IGNORE INTO file_entries
                   (space, path, op, hash, size, executable, modified, blob, offset, replaces)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let replaces = file.replaces.as_ref().map(|ops| ops.iter().flat_map(|op| op.0).collect::<Vec<u8>>());
        let File { hash, size, executable, modified, .. } = file;
        let size = i64::try_from(*size).unwrap_or(i64::MAX);
        self.run(sql, (space, path.as_bytes(), op, hash.0, size, executable, modified, blob, offset, replaces))?;
        Ok(())
    }

    fn put_unshare(&mut self, space: i64, op: i64, unshare: &Unshare) -> Result<(), Error> {
        let sql = "INSERT OR IGNORE INTO file_unshares (space, path, op) VALUES (?1, ?2, ?3)";
        for path in &unshare.paths {
            self.run(sql, (space, path.as_bytes(), op))?;
        }
        Ok(())
    }

    pub(super) fn number_file_space(&mut self, space: &SpaceId) -> Result<i64, Error> {
        if let Some(known) = self.file_space(space)? {
            return Ok(known);
        }
        self.run("INSERT INTO file_spaces (space) VALUES (?1)", [space.0])?;
        Ok(self.last_key())
    }

    pub(super) fn number_blob(&mut self, hash: &BlobHash, size: u64) -> Result<i64, Error> {
        if let Some(known) = self.one("SELECT no FROM file_blobs WHERE hash = ?1", [hash.0], |row| row.get(0))? {
            return Ok(known);
        }
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        self.run("INSERT INTO file_blobs (hash, size, have) VALUES (?1, ?2, 0)", (hash.0, size))?;
        Ok(self.last_key())
    }
}

impl Reader<'_> {
    pub(super) fn file_space(&self, space: &SpaceId) -> Result<Option<i64>, Error> {
        self.one("SELECT no FROM file_spaces WHERE space = ?1", [space.0], |row| row.get(0))
    }

    fn file_op(&self, op: &OpId) -> Result<Option<i64>, Error> {
        self.one("SELECT no FROM file_ops WHERE op = ?1", [op.0], |row| row.get(0))
    }
}
