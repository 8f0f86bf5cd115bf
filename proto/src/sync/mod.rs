//! Sync: two peers bring each other up to date, whoever they are and whoever wrote what they hold.
//!
//! One [`Sync`] per session. Each side asks and pulls; nobody pushes, but for small new ops that ride in a hint. It
//! works from what is held and nothing else, so it may stop and begin anew at any point. Auth logs come first and
//! whole; everything else newest first over all logs, several spaces in turn. Memory is bounded on both sides by
//! [`WINDOW`] runs. It never decides what counts or who may write: that is `space`; never what is durable: that is
//! the caller's. The wire form is in `docs/spec/sync.md`.
//!
//! The caller's loop: hand in messages, clock and what became of its own work; do what the [`Action`]s say, in order.
//!
//! ```text
//!  session up    -> start            partner's message -> handle         store read    -> handle_read
//!  ops stored    -> handle_ingested  ops from elsewhere -> handle_changed  every second -> tick
//! ```

mod action;
mod claims;
mod cut;
mod message;
mod spaces;

pub use action::{Action, Fault, Read, Ticket};
pub use claims::{Claims, PATIENCE};
pub use cut::Place;
pub use message::{Ask, Get, Head, Heads, Hint, MAX_EAGER_BYTES, MAX_GETS, MAX_HEADS, Message, Ops, Part, WINDOW};
pub use spaces::{Digest, Outcome, Spaces, Standing};

use crate::{
    id::{PeerId, SpaceId},
    log::{Range, Run},
    time::Time,
};

/// What every step may look at: the moment, the spaces held here, and what the peer's other sessions are fetching.
pub struct Context<'a> {
    /// Our clock.
    pub now: Time,
    /// The spaces held here.
    pub spaces: &'a dyn Spaces,
    /// Shared by all sessions of this peer.
    pub claims: &'a mut Claims,
}

/// Sync with one partner: both halves, what we fetch and what we serve.
#[derive(Debug)]
pub struct Sync {
    partner: PeerId,
    session: u64,
}

impl Sync {
    /// With `partner`, in the session of that number (unique among this peer's sessions).
    pub fn new(partner: PeerId, session: u64) -> Self {
        Self { partner, session }
    }

    /// The session is up: asks about all shared spaces.
    pub fn start(&mut self, cx: &mut Context<'_>) -> Vec<Action> {
        todo!()
    }

    /// The partner said something.
    pub fn handle(&mut self, message: Message, cx: &mut Context<'_>) -> Vec<Action> {
        todo!()
    }

    /// A [`Read`] was done: the runs and the places they cover; none if there is nothing (a proof is two).
    pub fn handle_read(&mut self, id: u32, runs: Vec<(Range, Run)>, cx: &mut Context<'_>) -> Vec<Action> {
        todo!()
    }

    /// What became of runs handed over for ingestion, once durable.
    pub fn handle_ingested(&mut self, ticket: Ticket, outcome: Outcome, cx: &mut Context<'_>) -> Vec<Action> {
        todo!()
    }

    /// What became of a space that was introduced: taken in (and so in `cx.spaces`), or not.
    pub fn handle_introduced(&mut self, space: SpaceId, cx: &mut Context<'_>) -> Vec<Action> {
        todo!()
    }

    /// Ops became held here that did not come from this session: our own, or another partner's. `heads` say which
    /// places are new; `run` the ops, if it is one small run. Also to be called after the membership changed.
    pub fn handle_changed(
        &mut self,
        space: SpaceId,
        heads: &[Head],
        run: Option<&Run>,
        cx: &mut Context<'_>,
    ) -> Vec<Action> {
        todo!()
    }

    /// Time passed: about once a second while the session is up.
    pub fn tick(&mut self, cx: &mut Context<'_>) -> Vec<Action> {
        todo!()
    }
}
