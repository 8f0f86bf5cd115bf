//! The reference model: what must hold, said as simply as possible and without a line of the real rules.
//!
//! It sees what people did and what they were told, and judges a settled world by what peers show. Between two
//! judgements (an *act*) peers may not have heard of each other; what depends on who heard what first is *in doubt*:
//! then it only asks that all agree, takes over what they say, and never lets it change again.

mod belonging;
mod expect;
mod judge;
mod violation;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

pub use violation::Violation;

use crate::{Answer, Dice, System, Text, Transition};
use belonging::{Belonging, Person};

/// What is known of a world from the outside.
#[derive(Debug, Clone)]
pub struct Reference {
    most_spaces: usize,
    act: usize,
    up: Vec<bool>,
    side: Option<BTreeSet<usize>>,
    /// How far each clock is ahead, and how far the most advanced was in this act.
    ahead_ms: Vec<i64>,
    latest_clock_ms: i64,
    spaces: Vec<Space>,
    invitations: Vec<Invitation>,
    texts: Text,
    /// What was last shown to whoever is about to say something.
    shown: Option<Text>,
}

#[derive(Debug, Clone, Default)]
struct Space {
    people: Vec<Person>,
    /// Of a space between two: them.
    between: Option<BTreeSet<usize>>,
    joined: Vec<Joined>,
    said: BTreeMap<Text, Said>,
    /// What all showed at the last judgement.
    settled: Vec<(usize, Text)>,
}

/// Somebody was let in, in this act.
#[derive(Debug, Clone, Copy)]
struct Joined {
    person: usize,
    invitation: usize,
    through: usize,
}

#[derive(Debug, Clone)]
struct Said {
    author: usize,
    act: usize,
    /// It is to be shown; otherwise it may be.
    sure: bool,
    /// What its author had been shown last.
    after: Option<Text>,
}

#[derive(Debug, Clone)]
struct Invitation {
    space: usize,
    by: usize,
    act: usize,
    uses: Option<u32>,
    expires: Option<Duration>,
    withdrawn: Option<Withdrawn>,
    /// Who was let in by it.
    used: BTreeMap<usize, Use>,
}

/// Whether somebody counts among those who came by an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Yes.
    Counts,
    /// Yes, if the person is found inside when all has settled.
    IfInside,
    /// It was inside already, or may have been.
    Unclear,
}

#[derive(Debug, Clone, Copy)]
struct Withdrawn {
    by: usize,
    act: usize,
    sure: bool,
}

impl Reference {
    /// Of a world of so many peers, and at most so many spaces, in which nothing has happened.
    pub fn new(peers: usize, most_spaces: usize) -> Self {
        Self {
            most_spaces,
            act: 0,
            up: vec![true; peers],
            side: None,
            ahead_ms: vec![0; peers],
            latest_clock_ms: 0,
            spaces: Vec::new(),
            invitations: Vec::new(),
            texts: 0,
            shown: None,
        }
    }

    /// How many peers there are.
    pub fn peers(&self) -> usize {
        self.up.len()
    }

    /// How many spaces there are.
    pub fn spaces(&self) -> usize {
        self.spaces.len()
    }

    /// How many spaces there should be at most.
    pub fn most_spaces(&self) -> usize {
        self.most_spaces
    }

    /// Whether there is a space between these two.
    pub fn have_direct(&self, a: usize, b: usize) -> bool {
        self.spaces.iter().any(|space| space.between == Some([a, b].into()))
    }

    /// The number of what is said next.
    pub fn next_text(&self) -> Text {
        self.texts
    }

    /// The peers that are down.
    pub fn down(&self) -> Vec<usize> {
        (0..self.peers()).filter(|peer| !self.up[*peer]).collect()
    }

    /// Somebody of a space, or, now and then, anybody.
    pub fn someone_in(&self, space: usize, dice: &mut Dice) -> usize {
        let people = &self.spaces[space].people;
        let inside: Vec<usize> = (0..people.len()).filter(|at| people[*at].now != Belonging::Outside).collect();
        let anybody = dice.below(self.peers());
        if dice.once_in(16) { anybody } else { dice.pick(&inside).unwrap_or(anybody) }
    }

    /// Some invitation, mostly one that is good.
    pub fn some_invitation(&self, dice: &mut Dice) -> Option<usize> {
        let all: Vec<usize> = (0..self.invitations.len()).collect();
        let good: Vec<usize> = all.iter().copied().filter(|at| self.invitations[*at].withdrawn.is_none()).collect();
        if dice.once_in(5) { dice.pick(&all) } else { dice.pick(&good) }
    }

    /// To what an invitation is.
    pub fn space_of(&self, invitation: usize) -> usize {
        self.invitations[invitation].space
    }

    /// Who made it.
    pub fn inviter(&self, invitation: usize) -> usize {
        self.invitations[invitation].by
    }

    /// Looks at what is to be known before a transition happens.
    pub fn before(&mut self, transition: &Transition, system: &mut dyn System) {
        if let Transition::Say { peer, space, .. } | Transition::SayAndCrash { peer, space, .. } = transition {
            let view = system.view(*peer, *space);
            self.shown = view.and_then(|view| view.messages.last().map(|(_, text)| *text));
        }
    }

    /// Takes in what happened, and what was answered.
    pub fn after(&mut self, transition: &Transition, answer: Answer, now: Duration) -> Result<(), Violation> {
        self.expect(transition, answer, now)?;
        let done = answer == Answer::Done;
        match transition {
            Transition::Create { peer } if done => self.found([*peer].into()),
            Transition::Direct { peer, other } if done => self.found([*peer, *other].into()),
            Transition::Invite { peer, space, uses, lasts } if done => {
                self.invited(*peer, *space, *uses, lasts.map(|lasts| now + lasts));
            }
            Transition::Withdraw { peer, invitation } if done => self.withdrawn(*peer, *invitation),
            Transition::Join { peer, invitation, through } => self.joined(*peer, *invitation, *through, answer),
            Transition::Say { peer, space, text } => self.said(*peer, *space, *text, answer),
            Transition::SayAndCrash { peer, space, text, .. } => {
                self.said(*peer, *space, *text, answer);
                self.up[*peer] = false;
            }
            Transition::Leave { peer, space } => self.left(*peer, *space, answer),
            Transition::Crash { peer } => self.up[*peer] = false,
            Transition::Restart { peer } => self.up[*peer] = true,
            Transition::Partition { side } => self.side = Some(side.clone()),
            Transition::Heal => self.side = None,
            Transition::Clock { peer, ahead_ms } => {
                self.ahead_ms[*peer] = *ahead_ms;
                self.latest_clock_ms = self.latest_clock_ms.max(*ahead_ms);
            }
            _ => {}
        }
        Ok(())
    }

    fn found(&mut self, founders: BTreeSet<usize>) {
        let founder = founders.first().copied();
        let alone = founders.len() == 1;
        let people = (0..self.peers()).map(|peer| match founders.contains(&peer) {
            true => Person::inside(self.act, alone && Some(peer) == founder),
            false => Person::outside(),
        });
        let people = people.collect();
        self.spaces.push(Space { people, between: (!alone).then_some(founders), ..Space::default() });
    }

    fn invited(&mut self, by: usize, space: usize, uses: Option<u32>, expires: Option<Duration>) {
        let (act, withdrawn, used) = (self.act, None, BTreeMap::new());
        self.invitations.push(Invitation { space, by, act, uses, expires, withdrawn, used });
    }

    fn said(&mut self, author: usize, space: usize, text: Text, answer: Answer) {
        self.texts = self.texts.max(text + 1);
        if matches!(answer, Answer::Refused(_)) {
            return;
        }
        let now = self.spaces[space].people[author].now;
        let sure = answer == Answer::Done && now == Belonging::Inside;
        let said = Said { author, act: self.act, sure, after: self.shown };
        self.spaces[space].said.insert(text, said);
    }

    fn can_reach(&self, a: usize, b: usize) -> bool {
        self.side.as_ref().is_none_or(|side| side.contains(&a) == side.contains(&b))
    }
}
