//! Logs that count only up to some place, and the proofs of it.

use proto::{id::SpaceId, log::LogKey};

use super::place::{SEQ_BITS, key_of, log_in, seq_of};
use crate::{Error, Reader, Tx};

/// A log counts only below this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The log.
    pub log: LogKey,
    /// The place.
    pub seq: u64,
    /// The proof that its author wrote two ops for this place, in the caller's form; empty if it is for another reason.
    pub proof: Vec<u8>,
}

impl Reader<'_> {
    /// All forks known in a space, by log and place.
    pub fn forks(&self, space: &SpaceId) -> Result<Vec<Fork>, Error> {
        let sql = format!(
            "SELECT op, proof, peer, area, instance FROM logs
             CROSS JOIN forks ON op BETWEEN log << {SEQ_BITS} AND (log + 1 << {SEQ_BITS}) - 1
             WHERE space = ?1 ORDER BY peer, area, instance, op, proven"
        );
        self.all(&sql, [space.0], |row| Ok(Fork { seq: seq_of(row.get(0)?), proof: row.get(1)?, log: log_in(row, 2)? }))
    }
}

impl Tx<'_> {
    /// Keeps a fork, unless one is kept for the place already: one with a proof and one without may stand side by side.
    /// Returns whether it was kept.
    pub fn put_fork(&mut self, space: &SpaceId, fork: &Fork) -> Result<bool, Error> {
        let log = self.log_key_or_new(space, &fork.log)?;
        let sql = "INSERT OR IGNORE INTO forks (op, proven, proof) VALUES (?1, ?2, ?3)";
        Ok(self.run(sql, (key_of(log, fork.seq), !fork.proof.is_empty(), fork.proof.as_slice()))? > 0)
    }
}
