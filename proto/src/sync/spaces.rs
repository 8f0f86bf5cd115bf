//! What sync needs to know about the spaces held here, and what it is told of the ops it fetched.

use minicbor::{Decode, Encode};

use super::{Head, Part};
use crate::{
    id::{OpId, PeerId, SpaceId},
    log::{LogKey, Range},
    space::{self, Fault, FaultKind, Ingested, Refusal},
    time::Time,
};

/// A hash of all that is held of one part of a space: equal digests, equal holdings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Digest(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 32],
);

impl Digest {
    /// Of nothing: equal to no digest of anything.
    pub const NOTHING: Digest = Digest([0; 32]);

    /// Of heads in ascending order of log: BLAKE3 (keyed by context) over what each says. Of a log that forks only the
    /// part below the fork matters.
    pub fn of(heads: impl IntoIterator<Item = Head>) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key("peerage sync digest 1");
        for mut head in heads {
            if let Some(fork) = head.forked {
                head.held.remove(fork, u64::MAX - 1);
                (head.last, head.time) = (OpId([0; 32]), Time::default());
            }
            hasher.update(&minicbor::to_vec(head).expect("writing to memory cannot fail"));
        }
        Digest(*hasher.finalize().as_bytes())
    }
}

/// What a partner is to a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A member by our view: is told everything.
    Member,
    /// Was one: is told nothing, but what it still has of before is taken.
    Former,
    /// Neither: to it the space does not exist.
    Stranger,
    /// We cannot say: we do not hold the space, or are no member (any more) by what we hold, which may be old.
    Unknown,
}

/// The spaces held here, as sync sees them. Implemented over the replicas of the caller.
pub trait Spaces {
    /// The spaces in which `peer` is a member or former member by our view.
    fn shared_with(&self, peer: PeerId) -> Vec<SpaceId>;

    /// What `peer` is to `space`.
    fn standing(&self, space: SpaceId, peer: PeerId) -> Standing;

    /// What is held of a part: [`Digest::of`] all its heads.
    fn digest(&self, space: SpaceId, part: Part) -> Digest;

    /// The heads of a part, ascending by log, those after `after`, at most `limit`.
    fn heads(&self, space: SpaceId, part: Part, after: Option<LogKey>, limit: usize) -> Vec<Head>;

    /// What is held of one log.
    fn head(&self, space: SpaceId, log: &LogKey) -> Option<Head>;

    /// Whether ops of this log would be taken: its author is, or was, a member by the auth logs held. Auth logs are
    /// taken from authors still unknown, too.
    fn takes(&self, space: SpaceId, log: &LogKey) -> bool;

    /// Whether a space may be introduced by `from`, which is [`Standing::Unknown`] to it and says that we are a member.
    fn welcomes(&self, space: SpaceId, from: PeerId) -> bool;
}

/// What became of a run that was handed over for ingestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its ops are durable here (or were already).
    Taken {
        /// Of which log.
        log: LogKey,
        /// Which places.
        range: Range,
        /// The first op's moment: what is older in this log is no later than that.
        oldest: Time,
        /// Whether an op names auth ops that are not held.
        lacks_auth: bool,
    },
    /// It does not continue, or contradicts, what is held of its log.
    Conflict {
        /// Of which log.
        log: LogKey,
        /// If the log is not proven to fork by this run: the two histories part below this place.
        below: Option<u64>,
    },
    /// It is not taken (now), which an honest partner could not know: too many holes, a member we have not heard of.
    Refused,
    /// It is not one that an honest partner would have sent: broken, badly signed, of another space.
    Broken,
    /// We could not, through no fault of the partner: the disk is full, the space is gone.
    Failed,
}

impl Outcome {
    /// What sync is to know of an ingestion. (Once what is to be stored is durable.)
    pub fn of(ingested: &Result<Ingested, Refusal>) -> Outcome {
        let ingested = match ingested {
            Ok(ingested) => ingested,
            Err(Refusal::Run(_) | Refusal::OtherSpace | Refusal::NotWhole) => return Outcome::Broken,
            Err(Refusal::Conflict { log, below }) => return Outcome::Conflict { log: *log, below: Some(*below) },
            Err(_) => return Outcome::Refused,
        };
        let forks = |fault: &Fault| fault.log == ingested.log && matches!(fault.kind, FaultKind::Fork { .. });
        if ingested.faults.iter().any(forks) {
            return Outcome::Conflict { log: ingested.log, below: None };
        }
        let Ingested { log, range, oldest, lacks_auth, .. } = *ingested;
        Outcome::Taken { log, range, oldest, lacks_auth }
    }
}

impl From<space::Head> for Head {
    fn from(head: space::Head) -> Head {
        Head { log: head.log, held: head.held, last: head.id, time: head.time, forked: head.forked }
    }
}
