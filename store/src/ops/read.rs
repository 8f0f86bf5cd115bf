//! Reading ops: one, a stretch of a log, all auth ops of a space.

use std::ops::RangeInclusive;

use proto::{
    id::{OpId, SpaceId},
    log::{Area, LogKey, Op, Range},
    sync,
};

use super::{
    place::{SEQ_BITS, key_of, seq_of},
    row::{COLUMNS, NOT_IN_REST, any_op_in, op_in, wire_bytes},
};
use crate::{Error, Reader, column::number};

/// At most so many places are outlined at one time: twice a run's ops.
pub const MAX_OUTLINE: usize = 1024;

/// How much to read at one time: until either is reached. One op always fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// At most so many ops.
    pub ops: usize,
    /// At most so many bytes of headers and bodies.
    pub bytes: usize,
}

impl Reader<'_> {
    /// The op with this id, if it is held.
    pub fn op(&self, id: &OpId) -> Result<Option<Op>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ops CROSS JOIN logs ON logs.log = ops.op >> {SEQ_BITS}
             WHERE substr(ops.id, 1, 8) = ?2 AND ops.id = ?1"
        );
        let mut found = None;
        self.each(&sql, (id.0, &id.0[..8]), |row| {
            found = Some(any_op_in(row)?.1);
            Ok(false)
        })?;
        Ok(found)
    }

    /// The op at a place, if it is held.
    pub fn op_at(&self, space: &SpaceId, log: &LogKey, seq: u64) -> Result<Option<Op>, Error> {
        Ok(self.ops_up(space, log, seq..=seq, Limit { ops: 1, bytes: 0 })?.pop())
    }

    /// All held ops within `range`, ascending: for a range that [`Self::outline`] has shown to be small enough.
    pub fn ops(&self, space: &SpaceId, log: &LogKey, range: Range) -> Result<Vec<Op>, Error> {
        self.ops_up(space, log, range.first..=range.last, Limit { ops: usize::MAX, bytes: usize::MAX })
    }

    /// The held places within `range`, ascending, at most [`MAX_OUTLINE`], with sizes never too small; no body is read.
    pub fn outline(&self, space: &SpaceId, log: &LogKey, range: Range) -> Result<Vec<sync::Place>, Error> {
        let Some(key) = self.log_key(space, log)? else { return Ok(Vec::new()) };
        let sql = "SELECT op, length(rest) + ifnull(length(body), 0) + ?4, signature IS NOT NULL FROM ops
                   WHERE op BETWEEN ?1 AND ?2 ORDER BY op LIMIT ?3";
        let (first, last) = (key_of(key, range.first), key_of(key, range.last));
        self.all(sql, (first, last, MAX_OUTLINE as i64, NOT_IN_REST as i64), |row| {
            Ok(sync::Place { seq: seq_of(row.get(0)?), bytes: row.get(1)?, signed: row.get(2)? })
        })
    }

    /// The held ops within `places`, ascending, the lowest of them if there are more than the limit.
    pub fn ops_up(
        &self,
        space: &SpaceId,
        log: &LogKey,
        places: RangeInclusive<u64>,
        limit: Limit,
    ) -> Result<Vec<Op>, Error> {
        self.stretch("ASC", space, log, places, limit)
    }

    /// The held ops within `places`, ascending, the highest of them if there are more than the limit.
    pub fn ops_down(
        &self,
        space: &SpaceId,
        log: &LogKey,
        places: RangeInclusive<u64>,
        limit: Limit,
    ) -> Result<Vec<Op>, Error> {
        let mut ops = self.stretch("DESC", space, log, places, limit)?;
        ops.reverse();
        Ok(ops)
    }

    fn stretch(
        &self,
        direction: &str,
        space: &SpaceId,
        log: &LogKey,
        places: RangeInclusive<u64>,
        limit: Limit,
    ) -> Result<Vec<Op>, Error> {
        let Some(key) = self.log_key(space, log)? else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT op, id, rest, signature, body FROM ops WHERE op BETWEEN ?1 AND ?2 ORDER BY op {direction} LIMIT ?3"
        );
        let (mut ops, mut bytes) = (Vec::new(), 0usize);
        self.each(&sql, (key_of(key, *places.start()), key_of(key, *places.end()), number(limit.ops as u64)), |row| {
            bytes = bytes.saturating_add(wire_bytes(row)?);
            if bytes > limit.bytes && !ops.is_empty() {
                return Ok(false);
            }
            ops.push(op_in(row, *space, *log)?);
            Ok(true)
        })?;
        Ok(ops)
    }

    /// The highest place at or before `seq` whose op is held with its signature: where a run may end.
    pub fn signed_until(&self, space: &SpaceId, log: &LogKey, seq: u64) -> Result<Option<u64>, Error> {
        let sql = "SELECT op FROM ops WHERE op BETWEEN ?1 AND ?2 AND signature IS NOT NULL ORDER BY op DESC LIMIT 1";
        self.signed(sql, space, log, 0, seq)
    }

    /// The lowest place at or after `seq` whose op is held with its signature.
    pub fn signed_from(&self, space: &SpaceId, log: &LogKey, seq: u64) -> Result<Option<u64>, Error> {
        let sql = "SELECT op FROM ops WHERE op BETWEEN ?1 AND ?2 AND signature IS NOT NULL ORDER BY op LIMIT 1";
        self.signed(sql, space, log, seq, u64::MAX)
    }

    fn signed(&self, sql: &str, space: &SpaceId, log: &LogKey, from: u64, to: u64) -> Result<Option<u64>, Error> {
        let Some(key) = self.log_key(space, log)? else { return Ok(None) };
        Ok(self.one(sql, (key_of(key, from), key_of(key, to)), |row| row.get(0))?.map(seq_of))
    }

    /// All auth ops of a space, by (time, id), which is an order in which each comes after what it builds upon.
    pub fn auth_ops(&self, space: &SpaceId) -> Result<Vec<Op>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM logs
             CROSS JOIN ops ON ops.op BETWEEN logs.log << {SEQ_BITS} AND (logs.log + 1 << {SEQ_BITS}) - 1
             WHERE logs.space = ?1 AND logs.area = ?2"
        );
        let mut ops = Vec::new();
        self.each(&sql, (space.0, Area::AUTH.0), |row| {
            ops.push(any_op_in(row)?.1);
            Ok(true)
        })?;
        ops.sort_by_key(Op::order);
        Ok(ops)
    }
}
