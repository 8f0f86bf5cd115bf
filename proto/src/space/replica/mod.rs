//! What one peer knows of one space: who is a member, which ops are held, what counts, and what comes next.
//!
//! Ops live in the caller's store; here are only the auth ops' essence and, of each log, the places held. In:
//! [`Replica::ingest`] takes what others send and says what to store. Out: [`Replica::compose`] makes ops; what it
//! returns is to be stored before it is shown to anybody. [`Replica::verdict`] says of a stored op whether it counts;
//! it is to be asked again when [`Ingested::auth`] was true, when a secret became known, when its time comes, and for
//! the logs that [`Ingested::faults`] names.
//!
//! Auth ops travel one by one, each with its signature, and are told apart by their id, as an equivocator may have
//! written several at one place: [`Replica::auth_summaries`] and [`Replica::auth_lacking`]. All other logs travel as
//! runs by place: [`Replica::heads`] and [`Replica::have`].

mod compose;
mod ingest;
mod load;
mod lookup;
mod verdict;

use std::sync::Arc;

pub use compose::{AdmitError, ComposeError, Composed, NewSpace, Writer};
pub use ingest::{Fault, FaultKind, Ingested, Refusal};
pub use load::{LoadError, LogRecord, Saved};
pub use lookup::{Known, Lookup};
pub use verdict::{OpenError, Pending, Verdict, Void};

use super::{EpochSecret, Membership, Unwrap};
use crate::{
    id::{EpochId, OpId, PeerId, SpaceId},
    log::{Have, LogKey},
    time::Time,
};

/// One peer's knowledge of one space.
#[derive(Debug)]
pub struct Replica {
    space: SpaceId,
    me: PeerId,
}

/// The highest op held of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Which log (never an auth log).
    pub log: LogKey,
    /// Its place.
    pub seq: u64,
    /// The op.
    pub id: OpId,
    /// Its moment.
    pub time: Time,
    /// The place from which on the log does not count, as its author wrote two ops there; what is held ends before it.
    pub fork: Option<u64>,
}

/// What is held of one author's auth ops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct AuthSummary {
    /// The author.
    #[n(0)]
    pub peer: PeerId,
    /// The highest place held.
    #[n(1)]
    pub seq: u64,
    /// The op there (of several: the highest id).
    #[n(2)]
    pub id: OpId,
    /// All ids, exclusive-ored.
    #[n(3)]
    pub mix: OpId,
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

    /// How many auth ops are held.
    pub fn auth_ops(&self) -> usize {
        todo!()
    }

    /// What is held of each author's auth ops, in order of the authors.
    pub fn auth_summaries(&self) -> Vec<AuthSummary> {
        todo!()
    }

    /// The auth ops that somebody with these summaries may lack, in an order in which each can be taken.
    pub fn auth_lacking(&self, _theirs: &[AuthSummary]) -> Vec<OpId> {
        todo!()
    }

    /// The heads of all other logs, in order of the logs.
    pub fn heads(&self) -> impl Iterator<Item = Head> + '_ {
        std::iter::empty()
    }

    /// What is held of a log (not an auth log).
    pub fn have(&self, _log: &LogKey) -> Option<&Have> {
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
