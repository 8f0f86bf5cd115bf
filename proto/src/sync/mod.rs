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
mod introduction;
mod message;
mod pull;
mod serve;
mod spaces;
mod stage;
#[cfg(test)]
mod tests;
mod told;

pub use action::{Action, Fault, Read, Ticket};
pub use claims::{Claims, PATIENCE};
pub use cut::Place;
pub use introduction::{MAX_INTRODUCTION_BYTES, MAX_INTRODUCTIONS};
pub use message::{
    Ask, Get, Head, Heads, Hint, MAX_ASKS, MAX_EAGER_BYTES, MAX_GETS, MAX_HEADS, Message, Ops, Part, WINDOW,
};
pub use pull::{MAX_EAGER_RUNS, RETRY};
pub use spaces::{Digest, Outcome, Spaces, Standing};
pub use stage::{MAX_PAGES, MAX_WANTS};

use std::{collections::BTreeSet, time::Duration};

use crate::{
    id::{PeerId, SpaceId},
    log::{Range, Ranges, Run},
    time::Time,
};
use pull::Pull;
use serve::Serve;

/// What every step may look at: the moment, the spaces held here, and what the peer's other sessions are fetching.
pub struct Context<'a> {
    /// Now, by a clock that never jumps.
    pub now: Time,
    /// The spaces held here.
    pub spaces: &'a dyn Spaces,
    /// Shared by all sessions of this peer.
    pub claims: &'a mut Claims,
}

/// A partner that was asked and says nothing at all for so long is given up.
pub const SILENCE: Duration = Duration::from_secs(120);

/// A space that nothing was asked about for so long is asked about again, should a hint have been lost.
pub const REFRESH: Duration = Duration::from_secs(15 * 60);

/// What the caller's queue to a partner holds at most if both keep to the protocol; more ends the session.
pub const MAX_UNSENT_BYTES: usize = (WINDOW as usize + 4) * 1024 * 1024;

/// Sync with one partner: both halves, what we fetch and what we serve.
///
/// After [`Action::Close`] it is of no more use; nor when the connection is gone. What it had claimed is given back by
/// [`Claims::end`].
#[derive(Debug)]
pub struct Sync {
    partner: PeerId,
    serve: Serve,
    pull: Pull,
    /// Spaces whose news the partner missed while it was no member.
    missed: BTreeSet<SpaceId>,
    heard: Time,
}

impl Sync {
    /// With `partner`, in the session of that number (unique among this peer's sessions).
    pub fn new(partner: PeerId, session: u64) -> Self {
        let (serve, pull) = (Serve::new(partner), Pull::new(partner, session));
        Self { partner, serve, pull, missed: BTreeSet::new(), heard: Time::default() }
    }

    /// The session is up: asks about all shared spaces. From before this on, [`Self::handle_changed`] must be told of
    /// everything new.
    pub fn start(&mut self, cx: &mut Context<'_>) -> Vec<Action> {
        let mut out = Vec::new();
        self.heard = cx.now;
        for space in cx.spaces.shared_with(self.partner) {
            self.pull.begin(space, cx, &mut out);
        }
        out
    }

    /// Does something that may make us wait for the partner; its silence counts from then on.
    fn turn(&mut self, now: Time, turn: impl FnOnce(&mut Self) -> Vec<Action>) -> Vec<Action> {
        let waited = self.pull.awaits_partner();
        let out = turn(self);
        if !waited {
            self.heard = now;
        }
        out
    }

    /// The partner said something.
    pub fn handle(&mut self, message: Message, cx: &mut Context<'_>) -> Vec<Action> {
        self.heard = cx.now;
        self.dispatch(message, cx).unwrap_or_else(|fault| vec![Action::Close(fault)])
    }

    fn dispatch(&mut self, message: Message, cx: &mut Context<'_>) -> Result<Vec<Action>, Fault> {
        if !message.is_within_limits() {
            return Err(Fault::TooMuch);
        }
        match message {
            Message::Ask(ask) => self.asked(&ask, cx),
            Message::Same(space, part) => self.pull.same(space, part, cx),
            Message::Heads(heads) => self.pull.heads(heads, cx),
            Message::Unshared(space, part) => self.pull.unshared(space, part, cx),
            Message::Get(get) => Ok(self.serve.get(get, cx)?.into_iter().collect()),
            Message::Credit(id, credit) => Ok(self.serve.more(id, credit)?.into_iter().collect()),
            Message::Stop(id) => Ok(self.serve.stop(id).into_iter().collect()),
            Message::Ops(ops) => self.pull.ops(ops, cx),
            Message::Hint(hint) => self.pull.hint(hint, cx),
        }
    }

    fn asked(&mut self, ask: &Ask, cx: &mut Context<'_>) -> Result<Vec<Action>, Fault> {
        let mut out = vec![self.serve.ask(ask, cx)?];
        self.pull.was_asked(ask.space, cx, &mut out);
        Ok(out)
    }

    /// A [`Read`] was done: the runs and the places they cover; none if there is nothing (a proof is two).
    pub fn handle_read(&mut self, id: u32, runs: Vec<(Range, Run)>, cx: &mut Context<'_>) -> Vec<Action> {
        if let Some((space, log)) = self.serve.log_of(id) {
            runs.iter().for_each(|(range, _)| self.pull.told.add(space, log, &Ranges::of(range.first, range.last)));
        }
        self.serve.handle_read(id, runs, cx)
    }

    /// What became of runs handed over for ingestion, once durable. What was taken is in `cx.spaces` by now.
    pub fn handle_ingested(&mut self, ticket: Ticket, outcome: Outcome, cx: &mut Context<'_>) -> Vec<Action> {
        self.turn(cx.now, |sync| {
            sync.pull.ingested(ticket, outcome, cx).unwrap_or_else(|fault| vec![Action::Close(fault)])
        })
    }

    /// What became of a space that was introduced: taken in (and so in `cx.spaces`), or not.
    pub fn handle_introduced(&mut self, space: SpaceId, cx: &mut Context<'_>) -> Vec<Action> {
        self.turn(cx.now, |sync| sync.pull.introduced(space, cx))
    }

    /// Ops became held here that did not come from this session: our own, or another partner's. `heads` say which
    /// places are new; `run` the ops, if it is one small run. Also to be called, with no heads, after the membership
    /// changed: a partner that has become a member is told about the space.
    pub fn handle_changed(
        &mut self,
        space: SpaceId,
        heads: &[Head],
        run: Option<&Run>,
        cx: &mut Context<'_>,
    ) -> Vec<Action> {
        self.turn(cx.now, |sync| sync.changed(space, heads, run, cx))
    }

    fn changed(&mut self, space: SpaceId, heads: &[Head], run: Option<&Run>, cx: &mut Context<'_>) -> Vec<Action> {
        let mut out = Vec::new();
        if cx.spaces.standing(space, self.partner) == Standing::Member {
            if !self.pull.has_begun(space) {
                self.pull.begin(space, cx, &mut out);
            }
            out.extend(match self.missed.remove(&space) {
                true => self.hint(space, &all_heads(space, cx), None),
                false => self.hint(space, heads, run),
            });
        } else if self.missed.insert(space) {
            self.pull.told.forget(space);
        }
        out.extend(self.pull.pump(cx));
        out
    }

    /// Tells the partner what it does not know that we hold.
    fn hint(&mut self, space: SpaceId, heads: &[Head], run: Option<&Run>) -> Vec<Action> {
        let told = &mut self.pull.told;
        let mut news = Vec::new();
        for head in heads {
            let held = told.news(space, head.log, &head.held).newest_ranges();
            if !held.is_empty() || head.forked.is_some() {
                told.add(space, head.log, &held);
                news.push(Head { held, ..head.clone() });
            }
        }
        let run = run.filter(|run| news == heads && news.len() == 1 && message::is_eager(run));
        let pages = news.chunks(MAX_HEADS).map(|heads| Hint { space, heads: heads.to_vec(), run: run.cloned() });
        pages.map(|hint| Action::Send(Message::Hint(hint))).collect()
    }

    /// Time passed: about once a second while the session is up.
    pub fn tick(&mut self, cx: &mut Context<'_>) -> Vec<Action> {
        self.serve.tick();
        if self.pull.awaits_partner() && cx.now.since(self.heard) > SILENCE {
            return vec![Action::Close(Fault::Silent)];
        }
        self.turn(cx.now, |sync| sync.refresh(cx))
    }

    fn refresh(&mut self, cx: &mut Context<'_>) -> Vec<Action> {
        let mut out = Vec::new();
        let before = Time(cx.now.0.saturating_sub(REFRESH.as_micros() as u64));
        for space in self.pull.quiet_since(before) {
            if cx.spaces.standing(space, self.partner) == Standing::Member {
                self.pull.begin(space, cx, &mut out);
            }
        }
        out.extend(self.pull.pump(cx));
        out
    }
}

fn all_heads(space: SpaceId, cx: &Context<'_>) -> Vec<Head> {
    let heads = |part| cx.spaces.heads(space, part, None, usize::MAX);
    [heads(Part::Auth), heads(Part::Rest)].concat()
}
