//! What two peers say to each other about what they hold. The wire form is in `docs/spec/sync.md`.

use minicbor::{Decode, Encode};

use super::Digest;
use crate::{
    id::{OpId, SpaceId},
    log::{Area, LogKey, Range, Ranges, Run},
    time::Time,
};

/// A page of heads, and a hint, has at most so many: about 40 KiB.
pub const MAX_HEADS: usize = 256;

/// A peer keeps at most so many unfinished [`Get`]s with one partner; one more ends the session.
pub const MAX_GETS: usize = 32;

/// A peer asks at most so often between two [ticks](super::Sync::tick) of its partner: once more ends the session.
pub const MAX_ASKS: u32 = 1024;

/// At most so many runs are asked for and not yet durable, over all a session's [`Get`]s: the bound on memory, times
/// [`MAX_RUN_BYTES`](crate::log::MAX_RUN_BYTES), on both sides.
pub const WINDOW: u32 = 16;

/// A run of at most so many bytes may travel in a hint.
pub const MAX_EAGER_BYTES: usize = 32 * 1024;

/// Which logs of a space are spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Part {
    /// The auth logs: fetched first, whole, oldest first.
    #[n(0)]
    Auth,
    /// All others: newest first.
    #[n(1)]
    Rest,
}

impl Part {
    /// The part that a log belongs to.
    pub fn of(log: &LogKey) -> Part {
        if log.log.area == Area::AUTH { Part::Auth } else { Part::Rest }
    }
}

/// What somebody holds of one log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Head {
    /// Whose log, and which.
    #[n(0)]
    pub log: LogKey,
    /// The places held (the newest [`MAX_RANGES`](crate::log::MAX_RANGES) ranges); in a hint: those that are new.
    #[n(1)]
    pub held: Ranges,
    /// The op at the highest place held.
    #[n(2)]
    pub last: OpId,
    /// That op's moment.
    #[n(3)]
    pub time: Time,
    /// The lowest place at which two ops are known, should this log be proven to fork.
    #[n(4)]
    pub forked: Option<u64>,
}

/// "Tell me what you hold, unless it is what I hold."
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Ask {
    /// Of which space.
    #[n(0)]
    pub space: SpaceId,
    /// Of which logs.
    #[n(1)]
    pub part: Part,
    /// What the asker holds; [`Digest::NOTHING`] asks for heads whatever they are.
    #[n(2)]
    pub digest: Digest,
    /// Continue after this log: the last of the page before.
    #[n(3)]
    pub after: Option<LogKey>,
}

/// A page of what somebody holds: the answer to an [`Ask`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Heads {
    /// Of which space.
    #[n(0)]
    pub space: SpaceId,
    /// Of which logs.
    #[n(1)]
    pub part: Part,
    /// Ascending by log, at most [`MAX_HEADS`].
    #[n(2)]
    pub heads: Vec<Head>,
    /// Whether there are more pages.
    #[n(3)]
    pub more: bool,
}

/// "Send me these ops", in as many runs as it takes, one for every credit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Get {
    /// The asker's name for it, not in use by another unfinished one.
    #[n(0)]
    pub id: u32,
    /// From which space.
    #[n(1)]
    pub space: SpaceId,
    /// From which log.
    #[n(2)]
    pub log: LogKey,
    /// Which places. Runs may reach above it, up to the next signature.
    #[n(3)]
    pub range: Range,
    /// How many runs may be sent now: at most [`WINDOW`] over all of a session.
    #[n(4)]
    pub credit: u32,
    /// Not the ops but the proof that the log forks at `range.first`: two runs, each with an op of that place.
    #[n(5)]
    pub proof: bool,
}

/// One run of what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Ops {
    /// The [`Get`] it answers.
    #[n(0)]
    pub get: u32,
    /// The run; absent only if there is nothing (any more) to send.
    #[n(1)]
    pub run: Option<Run>,
    /// Whether this ends the answer.
    #[n(2)]
    pub done: bool,
}

/// "There is something new": what the sender has just made or learned.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hint {
    /// In which space.
    #[n(0)]
    pub space: SpaceId,
    /// Which places of which logs, at most [`MAX_HEADS`]. With a run: exactly the one it is of.
    #[n(1)]
    pub heads: Vec<Head>,
    /// The ops themselves, if they take no more than [`MAX_EAGER_BYTES`].
    #[n(2)]
    pub run: Option<Run>,
}

/// All that is said. Order between messages of one direction is kept by the session.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Message {
    /// See [`Ask`].
    #[n(0)]
    Ask(#[n(0)] Ask),
    /// The answer to an [`Ask`] whose digest is the answerer's too.
    #[n(1)]
    Same(#[n(0)] SpaceId, #[n(1)] Part),
    /// See [`Heads`].
    #[n(2)]
    Heads(#[n(0)] Heads),
    /// The answer to an [`Ask`] about a space that the asker is not (by the answerer's view) a member of,
    /// or that the answerer does not have: the asker cannot tell which.
    #[n(3)]
    Unshared(#[n(0)] SpaceId, #[n(1)] Part),
    /// See [`Get`].
    #[n(4)]
    Get(#[n(0)] Get),
    /// So many runs more for an unfinished [`Get`].
    #[n(5)]
    Credit(#[n(0)] u32, #[n(1)] u32),
    /// The asker wants no more of a [`Get`]; it is still answered with `done`.
    #[n(6)]
    Stop(#[n(0)] u32),
    /// See [`Ops`].
    #[n(7)]
    Ops(#[n(0)] Ops),
    /// See [`Hint`].
    #[n(8)]
    Hint(#[n(0)] Hint),
}

impl Message {
    /// Whether no list in it is longer, and no eager run larger, than allowed. (A frame's length bounds the rest.)
    pub fn is_within_limits(&self) -> bool {
        match self {
            Message::Heads(heads) => heads.heads.len() <= MAX_HEADS,
            Message::Hint(hint) => {
                let eager = hint.run.as_ref();
                hint.heads.len() <= MAX_HEADS && eager.is_none_or(|run| hint.heads.len() == 1 && is_eager(run))
            }
            _ => true,
        }
    }
}

/// Whether a run is small enough to travel in a hint.
pub(super) fn is_eager(run: &Run) -> bool {
    run.bytes() <= MAX_EAGER_BYTES
}
