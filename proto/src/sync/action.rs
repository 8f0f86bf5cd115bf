//! What sync asks its caller to do.

use super::{Message, Place};
use crate::{
    id::SpaceId,
    log::{LogKey, Range, Run},
};

/// Names a hand-over of runs within one [`Sync`](super::Sync), until its outcome is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub(super) u64);

/// What the caller is to do, in the given order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send this to the partner, in this order.
    Send(Message),
    /// Read a run and call [`Sync::handle_read`](super::Sync::handle_read).
    Read(Read),
    /// Check and store these runs (one; two if they are to prove a fork), then call
    /// [`Sync::handle_ingested`](super::Sync::handle_ingested) with the ticket. Once durable, tell the other sessions
    /// ([`Sync::handle_changed`](super::Sync::handle_changed)).
    Ingest {
        /// What to call back with.
        ticket: Ticket,
        /// The space it is said to be of.
        space: SpaceId,
        /// As received, unchecked.
        runs: Vec<Run>,
    },
    /// A space not held here, or of which we were no member by what is held, with all auth ops of the partner's that
    /// are not held, unchecked; no runs if it has none for us, or too much. If they verify and we are a member, take
    /// them in; then, or if not, call [`Sync::handle_introduced`](super::Sync::handle_introduced).
    Introduce {
        /// The space it is said to be.
        space: SpaceId,
        /// All auth logs, each in ascending order.
        runs: Vec<Run>,
    },
    /// All that the partner holds of this space is held here (or was refused).
    Synced(SpaceId),
    /// End the session: the partner broke the protocol.
    Close(Fault),
}

/// A run to be read from the store: call [`Read::window`] for what to look at, [`Read::cut`] for what to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// What to call back with.
    pub id: u32,
    /// From which space.
    pub space: SpaceId,
    /// From which log.
    pub log: LogKey,
    /// What is still wanted. Auth logs are read from the lower end, all others from the upper.
    pub range: Range,
    /// Read the proof that the log forks instead: two runs.
    pub proof: bool,
}

impl Read {
    /// The places whose outline ([`Place`]) decides what is sent: at most twice a run's ops.
    pub fn window(&self) -> Range {
        super::cut::window(self.range, self.log.log.area)
    }

    /// Which ops to send as one run, given an outline of the held ones in the window, ascending. Nothing if the wanted
    /// end is not held.
    pub fn cut(&self, outline: &[Place]) -> Option<Range> {
        super::cut::cut(outline, self.range, self.log.log.area)
    }
}

/// How a partner broke the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An answer to nothing.
    #[error("it answers what nobody asked")]
    Unasked,
    /// More at once than agreed.
    #[error("it asks for more at once than agreed")]
    TooMuch,
    /// A page out of order, too many heads, or a page without end.
    #[error("its list of heads is not in order")]
    Disorder,
    /// Nothing for a long time, although it was asked.
    #[error("it does not answer")]
    Silent,
    /// A run that does not verify, or is not of the log that was asked for.
    #[error("it sent ops that are broken")]
    BrokenRun,
}
