//! How far the user has read each space, and how far others have said to hold its logs.

use proto::{
    id::{OpId, PeerId, SpaceId},
    log::LogKey,
    time::Time,
};

use crate::{
    Error, Reader, Tx,
    column::{column, number, time_in},
};

pub(crate) const TABLES: &str = "
CREATE TABLE read_marks (
    space BLOB PRIMARY KEY,
    time INTEGER NOT NULL,
    op BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE delivered (
    log INTEGER NOT NULL,
    peer BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (log, peer)
) STRICT, WITHOUT ROWID;
";

impl Reader<'_> {
    /// Up to where, in the order (time, id), the user has read a space.
    pub fn read_mark(&self, space: &SpaceId) -> Result<Option<(Time, OpId)>, Error> {
        let sql = "SELECT time, op FROM read_marks WHERE space = ?1";
        self.one(sql, [space.0], |row| Ok((time_in(row, 0)?, OpId(row.get(1)?))))
    }

    /// Who has said to hold a log, and up to which place, by peer.
    pub fn delivered(&self, space: &SpaceId, log: &LogKey) -> Result<Vec<(PeerId, u64)>, Error> {
        let Some(log) = self.log_key(space, log)? else { return Ok(Vec::new()) };
        let sql = "SELECT peer, seq FROM delivered WHERE log = ?1 ORDER BY peer";
        self.all(sql, [log], |row| Ok((PeerId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned())))
    }
}

impl Tx<'_> {
    /// Moves the read mark of a space forward; returns whether it moved, as it never goes back.
    pub fn mark_read(&mut self, space: &SpaceId, up_to: (Time, OpId)) -> Result<bool, Error> {
        let sql = "INSERT INTO read_marks (space, time, op) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET time = excluded.time, op = excluded.op
                   WHERE (excluded.time, excluded.op) > (time, op)";
        Ok(self.run(sql, (space.0, column(up_to.0), up_to.1.0))? > 0)
    }

    /// Notes that a peer holds a log up to this place; returns whether that was news, as it never goes back.
    pub fn put_delivered(&mut self, space: &SpaceId, log: &LogKey, peer: &PeerId, seq: u64) -> Result<bool, Error> {
        let log = self.log_key_or_new(space, log)?;
        let sql = "INSERT INTO delivered (log, peer, seq) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq";
        Ok(self.run(sql, (log, peer.0, number(seq)))? > 0)
    }
}
