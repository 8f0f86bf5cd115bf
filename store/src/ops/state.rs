//! What has become of an op since it was stored: applied to its area's view, waiting for something, or void.

use proto::{
    id::{OpId, SpaceId},
    log::{MAX_SEQ, Op},
    time::Time,
};

use super::{
    place::SEQ_BITS,
    row::{COLUMNS, any_op_in},
};
use crate::{
    Error, Reader, Tx,
    column::{column, maybe_time_in, number},
};

/// What has become of an op.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is in its area's view.
    Applied,
    /// It waits; the reason is a number of the caller's. With `due` it is also found by that moment.
    Pending {
        /// Why it waits.
        reason: u8,
        /// When to look again.
        due: Option<Time>,
    },
    /// It does not count.
    Void,
}

impl Reader<'_> {
    /// What has become of the op, if it is held.
    pub fn state(&self, id: &OpId) -> Result<Option<State>, Error> {
        let Some(key) = self.op_key(id)? else { return Ok(None) };
        let held = self.one("SELECT reason, due FROM held WHERE op = ?1", [key], |row| {
            Ok(match row.get(0)? {
                Some(reason) => State::Pending { reason, due: maybe_time_in(row, 1)? },
                None => State::Void,
            })
        })?;
        Ok(Some(held.unwrap_or(State::Applied)))
    }

    /// Up to `limit` ops of a space that wait for this reason, by (time, id), from beyond `after` on.
    pub fn pending(
        &self,
        space: &SpaceId,
        reason: u8,
        after: Option<(Time, OpId)>,
        limit: usize,
    ) -> Result<Vec<Op>, Error> {
        self.held(space, Some(reason), after, limit)
    }

    /// Up to `limit` void ops of a space, by (time, id), from beyond `after` on.
    pub fn void(&self, space: &SpaceId, after: Option<(Time, OpId)>, limit: usize) -> Result<Vec<Op>, Error> {
        self.held(space, None, after, limit)
    }

    fn held(
        &self,
        space: &SpaceId,
        reason: Option<u8>,
        after: Option<(Time, OpId)>,
        limit: usize,
    ) -> Result<Vec<Op>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM logs
             CROSS JOIN held ON held.op BETWEEN logs.log << {SEQ_BITS} AND (logs.log << {SEQ_BITS} | {MAX_SEQ})
             CROSS JOIN ops ON ops.op = held.op
             WHERE logs.space = ?1 AND held.reason IS ?2 AND (ops.time, ops.id) > (?3, ?4)
             ORDER BY ops.time, ops.id LIMIT ?5"
        );
        let (time, id) = after.map_or((-1, [0; 32]), |(time, id)| (column(time), id.0));
        let mut found = Vec::new();
        self.each(&sql, (space.0, reason, time, id, number(limit as u64)), |row| {
            found.push(any_op_in(row)?.1);
            Ok(true)
        })?;
        Ok(found)
    }

    /// Up to `limit` waiting ops whose moment has come by `now`, the longest due first.
    pub fn due(&self, now: Time, limit: usize) -> Result<Vec<(SpaceId, Op)>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM held CROSS JOIN ops ON ops.op = held.op
             CROSS JOIN logs ON logs.log = ops.op >> {SEQ_BITS}
             WHERE held.due <= ?1 ORDER BY held.due, ops.time, ops.id LIMIT ?2"
        );
        self.several(&sql, (column(now), number(limit as u64)))
    }

    /// When the first waiting op is due, if any has a moment.
    pub fn next_due(&self) -> Result<Option<Time>, Error> {
        let first = self.one("SELECT min(due) FROM held WHERE due IS NOT NULL", [], |row| maybe_time_in(row, 0))?;
        Ok(first.flatten())
    }

    /// The ops that wait for the op with this id to be seen (see [`Tx::await_op`]), by (time, id).
    pub fn awaiting(&self, unseen: &OpId) -> Result<Vec<(SpaceId, Op)>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM awaiting CROSS JOIN ops ON ops.op = awaiting.op
             CROSS JOIN logs ON logs.log = ops.op >> {SEQ_BITS}
             WHERE awaiting.id = ?1 ORDER BY ops.time, ops.id"
        );
        self.several(&sql, [unseen.0])
    }

    fn several(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<(SpaceId, Op)>, Error> {
        let mut found = Vec::new();
        self.each(sql, params, |row| {
            found.push(any_op_in(row)?);
            Ok(true)
        })?;
        Ok(found)
    }
}

impl Tx<'_> {
    /// Notes what has become of an op; false if it is not held.
    pub fn set_state(&mut self, id: &OpId, state: State) -> Result<bool, Error> {
        let Some(key) = self.op_key(id)? else { return Ok(false) };
        self.set_state_of(key, state)?;
        Ok(true)
    }

    pub(super) fn set_state_of(&mut self, key: i64, state: State) -> Result<(), Error> {
        let (reason, due) = match state {
            State::Applied => return self.run("DELETE FROM held WHERE op = ?1", [key]).map(|_| ()),
            State::Pending { reason, due } => (Some(reason), due.map(column)),
            State::Void => (None, None),
        };
        let sql = "INSERT INTO held (op, reason, due) VALUES (?1, ?2, ?3)
                   ON CONFLICT (op) DO UPDATE SET reason = excluded.reason, due = excluded.due";
        self.run(sql, (key, reason, due)).map(|_| ())
    }

    /// Notes that `waiting`, which is held, waits for an op that has not been seen.
    pub fn await_op(&mut self, waiting: &OpId, unseen: &OpId) -> Result<(), Error> {
        let Some(key) = self.op_key(waiting)? else { return Ok(()) };
        self.run("INSERT OR IGNORE INTO awaiting (id, op) VALUES (?1, ?2)", (unseen.0, key)).map(|_| ())
    }

    /// The ops that waited for this id, which has arrived: they wait for it no more. By (time, id).
    pub fn arrived(&mut self, id: &OpId) -> Result<Vec<(SpaceId, Op)>, Error> {
        let waiting = self.awaiting(id)?;
        if !waiting.is_empty() {
            self.run("DELETE FROM awaiting WHERE id = ?1", [id.0])?;
        }
        Ok(waiting)
    }
}
