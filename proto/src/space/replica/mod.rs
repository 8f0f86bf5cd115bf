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

mod admit;
mod author;
mod compose;
mod content;
mod epochs;
mod ingest;
mod load;
mod logs;
mod lookup;
mod shown;
mod verdict;
mod views;
mod waiting;

#[cfg(test)]
mod tests;

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

pub use admit::AdmitError;
pub use compose::{ComposeError, Composed, NewSpace, Writer};
pub use ingest::{Await, Fault, FaultKind, Ingested, Refusal};
pub use load::{LoadError, Saved};
pub use lookup::{Known, Lookup};
pub use verdict::{OpenError, Pending, Verdict, Void};

use self::{
    epochs::Secrets,
    logs::Logs,
    shown::Shown,
    views::Views,
    waiting::{Frontier, Waiting},
};
use super::{EpochSecret, Membership, Unwrap, WrapContext, auth::fold::Fold};
use crate::{
    id::{EpochId, OpId, PeerId, SpaceId},
    log::{Area, LogId, LogKey, Ranges},
    time::{MAX_AHEAD, Time},
};

/// One peer's knowledge of one space.
#[derive(Debug)]
pub struct Replica {
    space: SpaceId,
    me: PeerId,
    auth: Fold,
    logs: Logs,
    waiting: Waiting,
    frontiers: BTreeMap<LogId, Frontier>,
    secrets: Secrets,
    views: RefCell<Views>,
    shown: RefCell<Shown>,
    /// The epoch last written under, and the auth heads at which that was right.
    writing: Option<(Vec<OpId>, EpochId)>,
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
        Replica {
            space,
            me,
            auth: Fold::default(),
            logs: Logs::default(),
            waiting: Waiting::default(),
            frontiers: BTreeMap::new(),
            secrets: Secrets::default(),
            views: RefCell::default(),
            shown: RefCell::default(),
            writing: None,
        }
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
    pub const fn membership(&self) -> Option<&Membership> {
        self.auth.membership()
    }

    /// The members as of these auth heads. Nothing if one of them is not known. The latest asked for are remembered.
    pub fn membership_at(&self, heads: &[OpId]) -> Option<Arc<Membership>> {
        self.views.borrow_mut().membership(&self.auth, heads)
    }

    /// The auth ops upon which nothing is built yet, in order of their ids.
    pub fn auth_heads(&self) -> Vec<OpId> {
        self.auth.graph().heads().iter().copied().collect()
    }

    /// How many auth ops are held whose past is held.
    pub fn auth_ops(&self) -> usize {
        self.auth.graph().len()
    }

    /// Whether ops of this log would be taken: its author is, or was, a member by the auth ops held. Auth logs are taken
    /// from authors still unknown, too.
    pub fn takes(&self, log: &LogKey) -> bool {
        log.log.area == Area::AUTH || self.knows_peer(&log.peer)
    }

    /// Whether this peer is, or ever was, a member's.
    pub fn knows_peer(&self, peer: &PeerId) -> bool {
        self.auth.graph().names(peer)
    }

    /// What is held of each log, in order of the logs, those after `after`.
    pub fn heads(&self, after: Option<LogKey>) -> impl Iterator<Item = Head> + '_ {
        self.logs.heads(after)
    }

    /// What is held of one log.
    pub fn head(&self, log: &LogKey) -> Option<Head> {
        self.logs.get(log)?.head(*log)
    }

    /// A hash of all that is held. Equal: the same ops.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("peerage 1 replica digest");
        for head in self.heads(None) {
            let said = (head.log, head.held, head.id, head.forked);
            hasher.update(&minicbor::to_vec(said).expect("writing to memory cannot fail"));
        }
        *hasher.finalize().as_bytes()
    }

    /// Whether the secret of this epoch is known.
    pub fn knows_epoch(&self, epoch: &EpochId) -> bool {
        self.secrets.get(epoch).is_some()
    }

    /// The secrets known, to be kept.
    pub fn secrets(&self) -> impl Iterator<Item = (EpochId, &EpochSecret)> + '_ {
        self.secrets.iter()
    }

    /// Opens what auth ops wrapped for this peer and returns the secrets that became known, to be kept.
    ///
    /// To be called after [`Replica::ingest`] whenever [`Ingested::auth`] was true.
    pub fn unlock(&mut self, kem: &dyn Unwrap) -> Vec<(EpochId, EpochSecret)> {
        let space = self.space;
        self.secrets.unlock(|epoch, wrap| kem.unwrap(&WrapContext { space, epoch }, wrap))
    }

    /// The latest moment of all heads that are not ahead of `now`: what a hybrid clock should have seen.
    pub fn latest(&self, now: Time) -> Option<Time> {
        self.heads(None).map(|head| head.time).filter(|time| !time.is_ahead_of(now)).max()
    }

    /// Up to where ops are not ahead of `now`.
    fn due(now: Time) -> Time {
        now + MAX_AHEAD
    }
}
