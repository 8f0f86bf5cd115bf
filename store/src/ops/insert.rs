//! Putting ops in, and the spans that say which places are held.

use proto::{
    id::{OpId, SpaceId},
    log::{MAX_SEQ, Op},
};

use super::{State, place::key_of, row::rest_of};
use crate::{Error, Tx, column::column};

/// What became of an op that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// It is kept.
    New,
    /// It was there already; a signature that was missing has been added, its state is as it was.
    Known,
    /// Another op, this one, has its place and keeps it: its author has written two.
    Taken(OpId),
}

impl Tx<'_> {
    /// Keeps an op of `space`, in `state` if it is new. Whether it belongs there is the caller's to know.
    pub fn insert_op(&mut self, space: &SpaceId, op: &Op, state: State) -> Result<Inserted, Error> {
        Ok(self.insert_ops(space, std::slice::from_ref(op), state)?[0])
    }

    /// Keeps many, best in the order of their log; one answer for each.
    pub fn insert_ops(&mut self, space: &SpaceId, ops: &[Op], state: State) -> Result<Vec<Inserted>, Error> {
        if !ops.iter().all(|op| (1..=MAX_SEQ).contains(&op.header.seq)) {
            return Err(Error::Refused("an op's place is beyond the highest"));
        }
        let mut answers = Vec::with_capacity(ops.len());
        for same in ops.chunk_by(|a, b| a.header.key() == b.header.key()) {
            let log = self.log_key_or_new(space, &same[0].header.key())?;
            let mut spans: Vec<(i64, i64)> = Vec::new();
            for op in same {
                let key = key_of(log, op.header.seq);
                let answer = self.insert_one(key, op, state)?;
                match spans.last_mut() {
                    _ if answer != Inserted::New => {}
                    Some((_, last)) if *last + 1 == key => *last = key,
                    _ => spans.push((key, key)),
                }
                answers.push(answer);
            }
            spans.into_iter().try_for_each(|(first, last)| self.add_span(first, last))?;
        }
        Ok(answers)
    }

    fn insert_one(&mut self, key: i64, op: &Op, state: State) -> Result<Inserted, Error> {
        let sql = "INSERT OR IGNORE INTO ops (op, id, time, rest, signature, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let signature = op.signature.map(|signature| signature.0);
        let new =
            self.run(sql, (key, op.id.0, column(op.header.time), rest_of(&op.header), signature, op.body.as_deref()))?;
        if new == 0 {
            return self.insert_again(key, op);
        }
        if state != State::Applied {
            self.set_state_of(key, state)?;
        }
        Ok(Inserted::New)
    }

    fn insert_again(&mut self, key: i64, op: &Op) -> Result<Inserted, Error> {
        let there = self.one("SELECT id FROM ops WHERE op = ?1", [key], |row| row.get(0).map(OpId))?;
        if let Some(there) = there.filter(|there| *there != op.id) {
            return Ok(Inserted::Taken(there));
        }
        if let Some(signature) = op.signature {
            self.run("UPDATE ops SET signature = ?2 WHERE op = ?1 AND signature IS NULL", (key, signature.0))?;
        }
        Ok(Inserted::Known)
    }

    /// Notes that `first..=last`, which were not held, now are.
    fn add_span(&mut self, first: i64, mut last: i64) -> Result<(), Error> {
        let above = "DELETE FROM spans WHERE first = ?1 RETURNING last";
        if let Some(further) = self.one(above, [last + 1], |row| row.get(0))? {
            last = further;
        }
        let below = "UPDATE spans SET last = ?2 WHERE last = ?1 - 1
                     AND first = (SELECT max(first) FROM spans WHERE first < ?1)";
        if self.run(below, (first, last))? == 0 {
            self.run("INSERT INTO spans (first, last) VALUES (?1, ?2)", (first, last))?;
        }
        Ok(())
    }

    /// Puts an op's body in its place, where it was never fetched or was let go; false if the op is not held.
    pub fn put_body(&mut self, id: &OpId, body: &[u8]) -> Result<bool, Error> {
        let Some(key) = self.op_key(id)? else { return Ok(false) };
        Ok(self.run("UPDATE ops SET body = ?2 WHERE op = ?1", (key, body))? > 0)
    }

    /// Lets an op's body go; the op stays provable. False if the op is not held.
    pub fn drop_body(&mut self, id: &OpId) -> Result<bool, Error> {
        let Some(key) = self.op_key(id)? else { return Ok(false) };
        Ok(self.run("UPDATE ops SET body = NULL WHERE op = ?1", [key])? > 0)
    }
}
