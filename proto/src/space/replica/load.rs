//! A replica from what was stored.

use super::{Await, Fault, Lookup, Replica};
use crate::{
    id::{EpochId, PeerId, SpaceId},
    key::Verify,
    log::{LogKey, Op, Ranges},
    space::EpochSecret,
};

/// What was stored of a space.
#[derive(Debug, Default)]
pub struct Saved {
    /// All auth ops, in any order, with signature and body.
    pub auth: Vec<Op>,
    /// The places held of all other logs.
    pub logs: Vec<(LogKey, Ranges)>,
    /// All faults ever reported. (A rival may be left out, but for auth logs.)
    pub faults: Vec<Fault>,
    /// What still waits.
    pub awaits: Vec<Await>,
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
