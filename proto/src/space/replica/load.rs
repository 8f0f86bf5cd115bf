//! A replica from what was stored.

use super::{Fault, Lookup, Replica};
use crate::{
    id::{EpochId, PeerId, SpaceId},
    key::Verify,
    log::{LogKey, Op},
    space::EpochSecret,
};

/// What is to be remembered of a log besides its ops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// The log (not an auth log).
    pub log: LogKey,
    /// The places held as (first, last), lowest first.
    pub ranges: Vec<(u64, u64)>,
}

/// What was stored of a space.
#[derive(Debug, Default)]
pub struct Saved {
    /// All auth ops, in any order, with signature and body.
    pub auth: Vec<Op>,
    /// All other logs of which something is held.
    pub logs: Vec<LogRecord>,
    /// The latest fault of each log that has one (a rival run may be left empty).
    pub faults: Vec<Fault>,
    /// The secrets known.
    pub secrets: Vec<(EpochId, EpochSecret)>,
}

/// Why what was stored is no replica.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Auth ops are missing, or are none.
    #[error("the stored auth ops are not whole")]
    Auth,
    /// An op at the end of a range is missing, or does not fit.
    #[error("the stored ops of a log are not whole: {0:?}")]
    Log(LogKey),
}

impl Replica {
    /// From what was stored.
    pub fn load(
        _space: SpaceId,
        _me: PeerId,
        _saved: Saved,
        _verify: &dyn Verify,
        _lookup: &dyn Lookup,
    ) -> Result<Replica, LoadError> {
        todo!()
    }
}
