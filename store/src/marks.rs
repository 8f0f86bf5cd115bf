//! How far others have said to hold the logs.

use proto::{
    id::{PeerId, SpaceId},
    log::LogKey,
};

use crate::{Error, Reader, Tx, column::number};

pub(crate) const TABLES: &str = "
CREATE TABLE delivered (
    log INTEGER NOT NULL,
    peer BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (log, peer)
) STRICT, WITHOUT ROWID;
";

impl Reader<'_> {
    /// Who has said to hold a log, and up to which place, by peer.
    pub fn delivered(&self, space: &SpaceId, log: &LogKey) -> Result<Vec<(PeerId, u64)>, Error> {
        let Some(log) = self.log_key(space, log)? else { return Ok(Vec::new()) };
        let sql = "SELECT peer, seq FROM delivered WHERE log = ?1 ORDER BY peer";
        self.all(sql, [log], |row| Ok((PeerId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned())))
    }
}

impl Tx<'_> {
    /// Notes that a peer holds a log up to this place; returns whether that was news, as it never goes back.
    pub fn put_delivered(&mut self, space: &SpaceId, log: &LogKey, peer: &PeerId, seq: u64) -> Result<bool, Error> {
        let log = self.log_key_or_new(space, log)?;
        let sql = "INSERT INTO delivered (log, peer, seq) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq";
        Ok(self.run(sql, (log, peer.0, number(seq)))? > 0)
    }
}
