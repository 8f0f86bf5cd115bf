//! What a replica asks when it starts and while it takes ops: no signatures, no bodies.

use proto::{
    id::{OpId, SpaceId},
    log::LogKey,
    space::{Await, Known},
};

use super::{
    place::{SEQ_BITS, key_of, log_in, seq_of},
    row::{any_op_in, op_in},
};
use crate::{Error, Reader, column::time_in};

impl Reader<'_> {
    /// The essence of the op with this id, if it is held and of this space.
    pub fn known(&self, space: &SpaceId, id: &OpId) -> Result<Option<Known>, Error> {
        let sql = format!(
            "SELECT op, id, rest, NULL, NULL, space, peer, area, instance
             FROM ops CROSS JOIN logs ON log = op >> {SEQ_BITS}
             WHERE substr(id, 1, 8) = ?2 AND id = ?1 AND space = ?3"
        );
        let mut found = None;
        self.each(&sql, (id.0, &id.0[..8], space.0), |row| {
            found = Some(Known::of(&any_op_in(row)?.1));
            Ok(false)
        })?;
        Ok(found)
    }

    /// The essence of the op at a place, if it is held.
    pub fn known_at(&self, space: &SpaceId, log: &LogKey, seq: u64) -> Result<Option<Known>, Error> {
        let Some(key) = self.log_key(space, log)? else { return Ok(None) };
        let mut found = None;
        self.each("SELECT op, id, rest, NULL, NULL FROM ops WHERE op = ?1", [key_of(key, seq)], |row| {
            found = Some(Known::of(&op_in(row, *space, *log)?));
            Ok(false)
        })?;
        Ok(found)
    }

    /// All that waits in a space for ops not seen yet (see [`Tx::await_op`](crate::Tx::await_op)).
    pub fn awaits(&self, space: &SpaceId) -> Result<Vec<Await>, Error> {
        let sql = format!(
            "SELECT awaiting.id, ops.op, ops.id, time, peer, area, instance FROM logs
             CROSS JOIN awaiting ON awaiting.op BETWEEN log << {SEQ_BITS} AND (log + 1 << {SEQ_BITS}) - 1
             CROSS JOIN ops ON ops.op = awaiting.op
             WHERE space = ?1 ORDER BY time, ops.id, awaiting.id"
        );
        self.all(&sql, [space.0], |row| {
            Ok(Await {
                unseen: OpId(row.get(0)?),
                seq: seq_of(row.get(1)?),
                by: OpId(row.get(2)?),
                time: time_in(row, 3)?,
                log: log_in(row, 4)?,
            })
        })
    }
}
