//! Consecutive ops of one log, as they travel: each names the one before by its hash, so the last one's signature
//! holds for all.
//!
//! Whoever receives a run checks one signature and keeps it with the run's last op, so that every copy of a log is
//! signed at least once in [`MAX_RUN_OPS`] ops and its end always is: any holder can cut runs for others.

use minicbor::{Decode, Encode};

use super::{Op, OpError};
use crate::key::{Signature, Verify};

/// A run has at most so many ops.
pub const MAX_RUN_OPS: usize = 512;

/// A run's headers and bodies are at most so many bytes in all (one op always fits).
pub const MAX_RUN_BYTES: usize = 1024 * 1024;

/// Consecutive ops of one log as they travel.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Run {
    #[n(0)]
    items: Vec<Item>,
    #[n(1)]
    signature: Signature,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Item {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    header: Vec<u8>,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    body: Option<Vec<u8>>,
}

/// Why bytes are no run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// No op, or more than [`MAX_RUN_OPS`].
    #[error("a run has 1 to {MAX_RUN_OPS} ops")]
    Length,
    /// An op in it is none.
    #[error(transparent)]
    Op(#[from] OpError),
    /// An op does not follow the one before it.
    #[error("an op in a run does not follow the one before it")]
    Broken,
}

impl Run {
    /// Wraps consecutive ops; the last one carries its signature.
    ///
    /// Returns nothing if there is no op, too many, or the last is unsigned. Whether they follow each other is the caller's to know.
    pub fn new(ops: &[Op]) -> Option<Run> {
        if ops.len() > MAX_RUN_OPS {
            return None;
        }
        let signature = ops.last()?.signature?;
        let items = ops.iter().map(|op| Item { header: op.header_bytes(), body: op.body.clone() }).collect();
        Some(Run { items, signature })
    }

    /// How many ops it has.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The bytes of its headers and bodies: what [`MAX_RUN_BYTES`] bounds.
    pub fn bytes(&self) -> usize {
        self.items.iter().map(|item| item.header.len() + item.body.as_ref().map_or(0, Vec::len)).sum()
    }

    /// Whether it has none, as a stranger's may.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The ops: each well-formed, each following the one before (place, hash, time), bodies those named, the last
    /// one's signature its author's. Whether the first follows what the receiver has is the receiver's to check.
    pub fn open(self, verify: &dyn Verify) -> Result<Vec<Op>, RunError> {
        if self.items.is_empty() || self.items.len() > MAX_RUN_OPS {
            return Err(RunError::Length);
        }
        let mut ops: Vec<Op> = Vec::with_capacity(self.items.len());
        for item in self.items {
            let mut op = Op::from_header_bytes(&item.header)?;
            if let Some(body) = item.body {
                op = op.with_body(body)?;
            }
            if ops.last().is_some_and(|before| !follows(before, &op)) {
                return Err(RunError::Broken);
            }
            ops.push(op);
        }
        let last = ops.pop().expect("a run is not empty");
        ops.push(last.with_signature(self.signature, verify)?);
        Ok(ops)
    }
}

/// Whether `op` is the next of the same log after `before`.
pub(crate) fn follows(before: &Op, op: &Op) -> bool {
    op.header.key() == before.header.key()
        && op.header.space == before.header.space_of(before.id)
        && op.header.seq == before.header.seq + 1
        && op.header.previous == Some(before.id)
        && op.header.time > before.header.time
}
