//! The log: signed, append-only, one per peer, per area (and instance), per space.
//!
//! Promises: an op's place is the same everywhere; a copy can be checked by whoever holds it, whether or not it can
//! read the bodies; nobody can change what was said before. It never decides who may write: that is `space`.
//! The wire format is in `docs/spec/log.md`.

mod have;
mod header;
mod op;
mod ranges;
mod run;
#[cfg(test)]
mod tests;

pub use have::{Have, HaveError, MAX_SPANS, Span};
pub use header::{
    Area, Header, LogId, LogKey, MAX_AFTER, MAX_AUTH_HEADS, MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_SEQ, MAX_TIME,
    VERSION,
};
pub use op::{Op, OpError};
pub use ranges::{MAX_RANGES, Range, Ranges};
pub use run::{MAX_RUN_BYTES, MAX_RUN_OPS, Run, RunError};
