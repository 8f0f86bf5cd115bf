//! Where an op stands: its log, its place in it, and the integer that says both.

use proto::{
    id::{OpId, PeerId, SpaceId},
    log::{Area, LogId, LogKey, MAX_SEQ},
    time::Time,
};
use rusqlite::Row;

use crate::{Error, Reader, Tx, column::time_in};

/// An op's key has so many bits for its place, the rest for its log.
pub(super) const SEQ_BITS: u32 = (MAX_SEQ + 1).trailing_zeros();

/// So many logs are kept in all.
const MAX_LOGS: i64 = 1 << (63 - SEQ_BITS);

/// Where an op stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The space.
    pub space: SpaceId,
    /// The log.
    pub log: LogKey,
    /// The place in the log.
    pub seq: u64,
    /// The op's moment.
    pub time: Time,
}

/// The integer key of a place in a log.
pub(super) fn key_of(log: i64, seq: u64) -> i64 {
    log << SEQ_BITS | i64::try_from(seq.min(MAX_SEQ)).expect("far fewer bits")
}

/// The place in the log that a key names.
pub(super) fn seq_of(key: i64) -> u64 {
    u64::try_from(key).expect("keys are positive") & MAX_SEQ
}

/// The instance's bytes, none for none.
fn instance(log: &LogKey) -> &[u8] {
    log.log.instance.as_ref().map_or(&[], |id| id.as_bytes())
}

/// The log in the columns `peer`, `area`, `instance` from column `at` on.
pub(super) fn log_in(row: &Row<'_>, at: usize) -> rusqlite::Result<LogKey> {
    let instance: Vec<u8> = row.get(at + 2)?;
    let log = LogId { area: Area(row.get(at + 1)?), instance: instance.try_into().ok().map(OpId) };
    Ok(LogKey { peer: PeerId(row.get(at)?), log })
}

impl Reader<'_> {
    /// Where the op with this id stands, if it is held.
    pub fn place(&self, id: &OpId) -> Result<Option<Place>, Error> {
        let sql = "SELECT op & ?2, time, space, peer, area, instance FROM ops JOIN logs ON log = op >> ?3
                   WHERE substr(id, 1, 8) = ?4 AND id = ?1";
        self.one(sql, (id.0, MAX_SEQ as i64, SEQ_BITS, &id.0[..8]), |row| {
            let seq = row.get::<_, i64>(0)?.cast_unsigned();
            Ok(Place { space: SpaceId(row.get(2)?), log: log_in(row, 3)?, seq, time: time_in(row, 1)? })
        })
    }

    /// The integer by which tables of this store name the op, if it is held.
    pub(crate) fn op_key(&self, id: &OpId) -> Result<Option<i64>, Error> {
        let sql = "SELECT op FROM ops WHERE substr(id, 1, 8) = ?2 AND id = ?1";
        self.one(sql, (id.0, &id.0[..8]), |row| row.get(0))
    }

    /// The integer by which tables of this store name the log, if anything was ever kept of it.
    pub(crate) fn log_key(&self, space: &SpaceId, log: &LogKey) -> Result<Option<i64>, Error> {
        let sql = "SELECT log FROM logs WHERE space = ?1 AND area = ?2 AND peer = ?3 AND instance = ?4";
        self.one(sql, (space.0, log.log.area.0, log.peer.0, instance(log)), |row| row.get(0))
    }
}

impl Tx<'_> {
    /// The integer by which tables of this store name the log, given to it now if it has none.
    pub(crate) fn log_key_or_new(&mut self, space: &SpaceId, log: &LogKey) -> Result<i64, Error> {
        if let Some(key) = self.log_key(space, log)? {
            return Ok(key);
        }
        let sql = "INSERT INTO logs (space, area, peer, instance) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, (space.0, log.log.area.0, log.peer.0, instance(log)))?;
        let key = self.last_key();
        if key >= MAX_LOGS { Err(Error::Refused("there are too many logs")) } else { Ok(key) }
    }
}
