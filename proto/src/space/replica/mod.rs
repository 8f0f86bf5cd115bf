//! What one peer knows of one space: who is a member, which ops are held, what counts, and what comes next.
//!
//! Ops live in the caller's store; here are only the auth ops' essence and, of each log, the places held. In:
//! [`Replica::ingest`] takes what others send and says what to store. Out: [`Replica::compose`] makes ops; what it
//! returns is to be stored before it is shown to anybody. [`Replica::verdict`] says of a stored op whether it counts;
//! it is to be asked again when [`Ingested::auth`] was true, when a secret became known, when its time comes, and for
//! the logs that [`Ingested::faults`] names.
//!
//! Auth ops may come before what they build upon: they are stored and served, and take effect when all of that is here.
//! All other logs may come newest first and leave holes.

mod compose;
mod ingest;
mod load;
mod lookup;
mod verdict;

use std::sync::Arc;

pub use compose::{AdmitError, ComposeError, Composed, NewSpace, Writer};
pub use ingest::{Await, Fault, FaultKind, Ingested, Refusal};
pub use load::{LoadError, Saved};
pub use lookup::{Known, Lookup};
pub use verdict::{OpenError, Pending, Verdict, Void};

use super::{EpochSecret, Membership, Unwrap};
use crate::{
    id::{EpochId, OpId, PeerId, SpaceId},
    log::{LogKey, Ranges},
    time::Time,
};

/// One peer's knowledge of one space.
#[derive(Debug)]
pub struct Replica {
    space: SpaceId,
    me: PeerId,
}

/// What is held of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub log: LogKey,
    /// The places held; of a log that forks only those below the fork, but for auth logs.
    pub held: Ranges,
    /// The op at the highest of them.
    pub id: OpId,
    /// Its moment.
    pub time: Time,
    /// The lowest place at which two ops are known.
    pub forked: Option<u64>,
}

impl Replica {
    /// Knows nothing yet but the space's id: for a newcomer. The first op it takes is the one that created the space.
    pub fn empty(space: SpaceId, me: PeerId) -> Replica {
        Replica { space, me }
    }

    /// The space.
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    /// The peer whose knowledge this is.
    pub const fn me(&self) -> PeerId {
        self.me
    }

    /// The members by all auth ops held. Nothing before the op that created the space is known.
    pub fn membership(&self) -> Option<&Membership> {
        todo!()
    }

    /// The members as of these auth heads. Nothing if one of them is not known. The latest asked for are remembered.
    pub fn membership_at(&self, _heads: &[OpId]) -> Option<Arc<Membership>> {
        todo!()
    }

    /// The auth ops upon which nothing is built yet, in order of their ids.
    pub fn auth_heads(&self) -> Vec<OpId> {
        todo!()
    }

    /// Whether ops of this log would be taken: its author is, or was, a member by the auth ops held. Auth logs are taken
    /// from authors still unknown, too.
    pub fn takes(&self, _log: &LogKey) -> bool {
        todo!()
    }

    /// Whether this peer is, or ever was, a member's.
    pub fn knows_peer(&self, _peer: &PeerId) -> bool {
        todo!()
    }

    /// What is held of each log, in order of the logs, those after `after`.
    pub fn heads(&self, _after: Option<LogKey>) -> impl Iterator<Item = Head> + '_ {
        std::iter::empty()
    }

    /// What is held of one log.
    pub fn head(&self, _log: &LogKey) -> Option<Head> {
        todo!()
    }

    /// A hash of all that is held. Equal: the same ops.
    pub fn digest(&self) -> [u8; 32] {
        todo!()
    }

    /// Whether the secret of this epoch is known.
    pub fn knows_epoch(&self, _epoch: &EpochId) -> bool {
        todo!()
    }

    /// The secrets known, to be kept.
    pub fn secrets(&self) -> impl Iterator<Item = (EpochId, &EpochSecret)> + '_ {
        std::iter::empty()
    }

    /// Opens what auth ops wrapped for this peer and returns the secrets that became known, to be kept.
    ///
    /// To be called after [`Replica::ingest`] whenever [`Ingested::auth`] was true.
    pub fn unlock(&mut self, _kem: &dyn Unwrap) -> Vec<(EpochId, EpochSecret)> {
        todo!()
    }

    /// The latest moment of all that counts here and is not ahead of `now`: what a hybrid clock should have seen.
    pub fn latest(&self, _now: Time) -> Option<Time> {
        todo!()
    }
}
