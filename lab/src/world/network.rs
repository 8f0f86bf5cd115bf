//! The network: who can reach whom, and when what is sent arrives.
//!
//! Within a link and direction order is kept, as on a stream; between links nothing is promised. What is dropped takes
//! the whole link with it, as a stream cannot lose its middle.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::{Rc, Weak},
    time::Duration,
};

use crate::Dice;

/// What a rule says of something on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As if there were no rule.
    Pass,
    /// So much later.
    Deliver(Duration),
    /// Never, and the link is gone.
    Drop,
}

type Rule = Box<dyn Fn(usize, usize) -> Verdict>;

/// A rule holds as long as this is kept.
#[derive(Debug)]
pub(super) struct Guard(#[allow(dead_code, reason = "held, not read")] Rc<()>);

/// The links between peers.
#[derive(Default)]
pub(super) struct Network {
    links: BTreeMap<(usize, usize), Link>,
    rules: Vec<(Weak<()>, Rule)>,
    made: u64,
}

/// What two peers have with each other.
#[derive(Debug, Clone, Copy)]
struct Link {
    number: u64,
    /// When the latest sent arrives: towards the higher peer, towards the lower.
    latest: [Duration; 2],
}

/// A message takes from one to so many milliseconds.
const MOST_MS: u64 = 30;

impl Network {
    /// Applies a rule to everything sent from one peer to another, until the guard is dropped.
    pub(super) fn rule(&mut self, rule: impl Fn(usize, usize) -> Verdict + 'static) -> Guard {
        let guard = Rc::new(());
        self.rules.push((Rc::downgrade(&guard), Box::new(rule)));
        Guard(guard)
    }

    /// Cuts these off from the others.
    pub(super) fn partition(&mut self, side: BTreeSet<usize>) -> Guard {
        self.rule(
            move |from, to| if side.contains(&from) == side.contains(&to) { Verdict::Pass } else { Verdict::Drop },
        )
    }

    /// Whether something sent now would arrive.
    pub(super) fn can_reach(&self, a: usize, b: usize) -> bool {
        self.verdict(a, b) != Verdict::Drop && self.verdict(b, a) != Verdict::Drop
    }

    fn verdict(&self, from: usize, to: usize) -> Verdict {
        let holding = self.rules.iter().filter(|(guard, _)| guard.strong_count() > 0);
        holding.fold(Verdict::Pass, |so_far, (_, rule)| match (so_far, rule(from, to)) {
            (Verdict::Drop, _) | (_, Verdict::Drop) => Verdict::Drop,
            (Verdict::Deliver(a), Verdict::Deliver(b)) => Verdict::Deliver(a + b),
            (Verdict::Pass, other) => other,
            (so_far, Verdict::Pass) => so_far,
        })
    }

    /// The number of the link of two peers, if there is one.
    pub(super) fn link(&self, a: usize, b: usize) -> Option<u64> {
        self.links.get(&ends(a, b)).map(|link| link.number)
    }

    /// Links two peers, if that can be; the new link's number.
    pub(super) fn connect(&mut self, a: usize, b: usize) -> Option<u64> {
        self.rules.retain(|(guard, _)| guard.strong_count() > 0);
        if a == b || self.link(a, b).is_some() || !self.can_reach(a, b) {
            return None;
        }
        self.made += 1;
        self.links.insert(ends(a, b), Link { number: self.made, latest: [Duration::ZERO; 2] });
        Some(self.made)
    }

    /// Takes a link away, with all that is on its way; whether there was one.
    pub(super) fn cut(&mut self, a: usize, b: usize) -> bool {
        self.links.remove(&ends(a, b)).is_some()
    }

    /// The links that a rule in force would not let exist, or that end at this peer.
    pub(super) fn broken(&self, down: Option<usize>) -> Vec<(usize, usize)> {
        let ends = self.links.keys().copied();
        ends.filter(|(a, b)| Some(*a) == down || Some(*b) == down || !self.can_reach(*a, *b)).collect()
    }

    /// When something sent now arrives, and by which link; nothing if there is none (any more).
    pub(super) fn send(&mut self, from: usize, to: usize, now: Duration, dice: &mut Dice) -> Option<(u64, Duration)> {
        let verdict = self.verdict(from, to);
        if verdict == Verdict::Drop {
            self.cut(from, to);
        }
        let link = self.links.get_mut(&ends(from, to))?;
        let more = if let Verdict::Deliver(more) = verdict { more } else { Duration::ZERO };
        let latest = &mut link.latest[usize::from(from > to)];
        *latest = (*latest).max(now + Duration::from_micros(dice.between(1000, MOST_MS * 1000)) + more);
        Some((link.number, *latest))
    }
}

fn ends(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_the_guard_heals() {
        let mut network = Network::default();
        let guard = network.partition([0, 1].into());
        assert!(network.connect(0, 1).is_some() && network.connect(0, 2).is_none());
        drop(guard);
        assert!(network.connect(0, 2).is_some());
    }

    #[test]
    fn a_direction_of_a_link_keeps_its_order() {
        let mut network = Network::default();
        let mut dice = Dice::new(1, "test");
        network.connect(0, 1);
        let times: Vec<_> =
            (0..50).map(|at| network.send(0, 1, Duration::from_millis(at), &mut dice).unwrap().1).collect();
        assert!(times.is_sorted());
        let _slow =
            network.rule(|from, _| if from == 0 { Verdict::Deliver(Duration::from_secs(9)) } else { Verdict::Pass });
        assert!(network.send(0, 1, Duration::ZERO, &mut dice).unwrap().1 > Duration::from_secs(9));
    }

    #[test]
    fn what_a_partition_drops_takes_the_link_along() {
        let mut network = Network::default();
        network.connect(0, 1);
        let _guard = network.partition([0].into());
        assert_eq!(network.send(0, 1, Duration::ZERO, &mut Dice::new(1, "test")), None);
        assert_eq!(network.link(0, 1), None);
    }
}
