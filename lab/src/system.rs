//! What a world looks like from outside, whatever it is made of.
//!
//! Peers, spaces, invitations and texts are numbers, counted by the reference model from 0 as they are made.

use std::{collections::BTreeSet, time::Duration};

use crate::Transition;

/// What somebody said: its number. As a message's text it is the number in decimal.
pub type Text = u64;

/// What whoever asked for a transition is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is done, and durable.
    Done,
    /// It is not done.
    Refused(Refused),
    /// Nobody is told: the peer went down, or no answer came in time. It may or may not be done.
    Unknown,
}

/// Why something is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The peer is down.
    Down,
    /// The one it is asked through cannot be reached.
    Unreachable,
    /// The peer is no member, or does not know the space (any more).
    NotMember,
    /// The invitation is not good, or not known.
    Invitation,
    /// The rules forbid it.
    NotAllowed,
}

/// What one peer shows of one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The members, by their peers' numbers.
    pub members: BTreeSet<usize>,
    /// What was said, in the order in which it is shown: by whom, and what.
    pub messages: Vec<(usize, Text)>,
}

/// A world of peers, all up in the beginning, in which transitions happen.
pub trait System {
    /// The time since it began, as it really is (peers' clocks differ from it).
    fn now(&self) -> Duration;

    /// Does it, and waits for the answer, but not for what follows from it.
    fn apply(&mut self, transition: &Transition) -> Answer;

    /// Starts what is down, heals the network, waits until nothing happens any more, and then until nothing that was
    /// said lies ahead of anybody's clock.
    fn settle(&mut self);

    /// What a peer shows of a space; nothing if it does not know it, or is down.
    fn view(&mut self, peer: usize, space: usize) -> Option<View>;

    /// What went wrong that must never, whatever peers show: a peer found fault with another, or could not start.
    fn faults(&mut self) -> Vec<String> {
        Vec::new()
    }
}
