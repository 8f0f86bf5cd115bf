//! The pure world: the rules of `proto` with nothing real around them.
//!
//! One queue of events in virtual time. A peer handles one at a time; what it writes is durable some milliseconds
//! later, what it sends arrives some milliseconds later. Frames travel as bytes, so that every codec is passed.

mod disk;
mod keys;
mod network;
mod peer;
mod people;
mod sessions;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proto::{
    id::{PeerId, SpaceId},
    log::Area,
    session::neighbours,
    space::{JoinRequest, NewSpace, PersonProof, Replica, Verdict, Writer},
};

use crate::{Answer, Dice, Refused, System, Text, Transition, View};
use disk::Disk;
use keys::{Cheap, Keys};
use network::{Guard, Network};
use peer::{Answers, Mind, Peer};

/// A rule broken on purpose, in every peer, to see whether anybody notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// Answers before what it answers for is durable.
    AnswersEarly,
    /// Says nothing of what is new.
    KeepsSilent,
    /// Shows messages in the order in which they came.
    ShowsAsTheyCome,
    /// Gives everything to everybody, and takes in whatever it is given.
    OpensDoors,
    /// Says that it holds all below what it holds.
    OverlooksGaps,
}

/// Peers, disks, a network, and what is about to happen.
pub struct World {
    seed: u64,
    now: Duration,
    dice: Dice,
    events: BTreeMap<(Duration, u64), Event>,
    scheduled: u64,
    peers: Vec<Peer>,
    numbers: BTreeMap<PeerId, usize>,
    network: Network,
    partition: Option<Guard>,
    slow: Vec<Guard>,
    spaces: Vec<SpaceId>,
    invitations: Vec<(SpaceId, Keys)>,
    /// Pairs that met for some reason other than being neighbours.
    met: BTreeSet<(usize, usize)>,
    relinking: bool,
    answers: Answers,
    asked: u64,
    faults: Vec<String>,
    mutant: Option<Mutant>,
}

/// Something that is about to happen.
enum Event {
    Arrive { from: usize, to: usize, link: u64, packet: Packet },
    Durable { peer: usize, boot: u64 },
    Relink,
}

/// What travels.
enum Packet {
    Frame(Vec<u8>),
    Join { number: u64, request: Box<(JoinRequest, PersonProof)> },
    Joined { number: u64, answer: Answer },
}

/// Whoever asks waits no longer than that for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// More events than that before a world settles mean that it never does.
const MOST_EVENTS: usize = 200_000;

impl World {
    /// Of so many peers, all up, strangers to each other.
    pub fn new(seed: u64, peers: usize, mutant: Option<Mutant>) -> Self {
        let mut dice = Dice::new(seed, "world");
        let peers: Vec<Peer> = (0..peers).map(|number| born(seed, number, mutant, &mut dice)).collect();
        Self {
            seed,
            now: Duration::ZERO,
            dice,
            events: BTreeMap::new(),
            scheduled: 0,
            numbers: peers.iter().enumerate().map(|(number, peer)| (peer.keys.peer(), number)).collect(),
            peers,
            network: Network::default(),
            partition: None,
            slow: Vec::new(),
            spaces: Vec::new(),
            invitations: Vec::new(),
            met: BTreeSet::new(),
            relinking: false,
            answers: Answers::new(),
            asked: 0,
            faults: Vec::new(),
            mutant,
        }
    }

    fn schedule(&mut self, at: Duration, event: Event) {
        self.scheduled += 1;
        self.events.insert((at, self.scheduled), event);
    }

    /// Lets the next thing happen, if it does before that time.
    fn step(&mut self, until: Duration) -> bool {
        let Some(entry) = self.events.first_entry().filter(|entry| entry.key().0 <= until) else { return false };
        let ((at, _), event) = entry.remove_entry();
        self.now = self.now.max(at);
        match event {
            Event::Arrive { from, to, link, packet } if self.network.link(from, to) == Some(link) => {
                self.arrive(from, to, packet);
            }
            Event::Arrive { .. } => {}
            Event::Durable { peer, boot } => self.durable(peer, boot),
            Event::Relink => self.relink(),
        }
        true
    }

    fn run_until(&mut self, time: Duration) {
        while self.step(time) {}
        self.now = self.now.max(time);
    }

    /// Lets happen what follows, until nothing does any more, and nobody waits for anything.
    fn run_until_quiet(&mut self) {
        let mut events = 0;
        let mut idle = 0;
        while idle < 3 {
            let before = events;
            while self.step(Duration::MAX) {
                events += 1;
                if events > MOST_EVENTS {
                    return self.faults.push("it never settles".into());
                }
            }
            // The second pause is longer than any claim lasts.
            self.now += Duration::from_secs(if idle == 1 { 11 } else { 1 });
            self.tick();
            idle = if events > before { 0 } else { idle + 1 };
        }
    }

    /// Waits for an answer; nobody answers for a peer that goes down.
    fn wait_for(&mut self, number: u64, peer: usize) -> Answer {
        let until = self.now + ANSWER_WITHIN;
        loop {
            if let Some(answer) = self.answers.remove(&number) {
                return answer;
            }
            if self.peers[peer].mind.is_none() || !self.step(until) {
                return Answer::Unknown;
            }
        }
    }

    fn new_question(&mut self) -> u64 {
        self.asked += 1;
        self.asked
    }

    /// Makes the links there should be, and takes away those that cannot be, soon.
    fn relink_soon(&mut self) {
        if !std::mem::replace(&mut self.relinking, true) {
            let soon = self.now + Duration::from_millis(self.dice.between(5, 200));
            self.schedule(soon, Event::Relink);
        }
    }

    fn relink(&mut self) {
        self.relinking = false;
        for (a, b) in self.network.broken(None) {
            self.unlink(a, b);
        }
        for (a, b) in self.wanted_links() {
            if let Some(link) = self.network.connect(a, b) {
                self.open_sessions(a, b, link);
            }
        }
    }

    fn wanted_links(&self) -> BTreeSet<(usize, usize)> {
        let is_up = |peer: &usize| self.peers[*peer].mind.is_some();
        let up: Vec<usize> = (0..self.peers.len()).filter(is_up).collect();
        let near = up.iter().flat_map(|peer| self.neighbours(*peer).into_iter().map(|other| ends(*peer, other)));
        let met = self.met.iter().copied().filter(|(a, b)| is_up(a) && is_up(b));
        near.chain(met).collect()
    }

    fn neighbours(&self, peer: usize) -> BTreeSet<usize> {
        let Some(mind) = &self.peers[peer].mind else { return BTreeSet::new() };
        let own = self.peers[peer].keys.peer();
        let chosen = mind.replicas.by_space.iter().flat_map(|(space, replica)| {
            let members = replica.membership().into_iter().flat_map(|members| members.peers.keys().copied());
            neighbours(*space, own, &members.filter(|other| self.is_reachable(peer, *other)).collect())
        });
        chosen.map(|other| self.numbers[&other]).collect()
    }

    fn is_reachable(&self, peer: usize, other: PeerId) -> bool {
        let other = self.numbers[&other];
        self.peers[other].mind.is_some() && self.network.can_reach(peer, other)
    }

    /// A link is gone, and with it the sessions at both ends.
    fn unlink(&mut self, a: usize, b: usize) {
        self.network.cut(a, b);
        self.close_session(a, b);
        self.close_session(b, a);
    }
}

/// A peer whose person was just made.
fn born(seed: u64, number: usize, mutant: Option<Mutant>, dice: &mut Dice) -> Peer {
    let keys = Keys::new(seed, "peer", number);
    let now = proto::time::Time::from_millis(1_700_000_000_000);
    let mut writer = Writer { now, signer: &keys, wrap: &Cheap, rng: dice.secrets() };
    let own = NewSpace::own(proto::space::Unwrap::key(&keys));
    let (_, genesis) = Replica::create(own, &mut writer, &Cheap).expect("a person can always be made");
    let proof = PersonProof::new(&genesis).expect("it was just signed");
    let mind = Some(Mind::default());
    let mut peer = Peer { keys, proof, ahead_ms: 0, disk: Disk::default(), mind, mutant };
    peer.set_up_mutant();
    peer
}

fn ends(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

impl System for World {
    fn now(&self) -> Duration {
        self.now
    }

    fn apply(&mut self, transition: &Transition) -> Answer {
        match transition.clone() {
            Transition::Create { peer } => self.create(peer, None),
            Transition::Direct { peer, other } => self.create(peer, Some(other)),
            Transition::Invite { peer, space, uses, lasts } => self.invite(peer, space, uses, lasts),
            Transition::Withdraw { peer, invitation } => self.withdraw(peer, invitation),
            Transition::Join { peer, invitation, through } => self.join(peer, invitation, through),
            Transition::Say { peer, space, text } => self.say(peer, space, text),
            Transition::SayAndCrash { peer, space, text, after } => self.say_and_crash(peer, space, text, after),
            Transition::Leave { peer, space } => self.leave(peer, space),
            Transition::Crash { peer } => self.crash(peer),
            Transition::Restart { peer } => self.restart(peer),
            Transition::Cut { a, b } => self.cut(a, b),
            Transition::Partition { side } => self.divide(Some(side)),
            Transition::Slow { peer, by } => self.slow_down(peer, by),
            Transition::Heal => self.divide(None),
            Transition::Clock { peer, ahead_ms } => self.set_clock(peer, ahead_ms),
            Transition::Wait { time } => self.wait(time),
        }
    }

    fn settle(&mut self) {
        self.divide(None);
        for peer in 0..self.peers.len() {
            self.restart(peer);
        }
        self.run_until_quiet();
        while self.mend() {
            self.run_until_quiet();
        }
        self.now += Duration::from_secs(10 * 60);
    }

    fn view(&mut self, peer: usize, space: usize) -> Option<View> {
        let space = *self.spaces.get(space)?;
        let peer = &self.peers[peer];
        let replica = peer.mind.as_ref()?.replicas.by_space.get(&space)?;
        let members = replica.membership()?.peers.keys().map(|peer| self.numbers[peer]).collect();
        let now = peer.clock(self.now);
        let mut shown = Vec::new();
        for op in peer.disk.ops_of(space, Area::CHAT) {
            if let (Verdict::Counts(_), Ok(body)) = (replica.verdict(op, now), replica.open(op)) {
                let text: Text = std::str::from_utf8(&body).ok()?.parse().ok()?;
                shown.push((op.order(), (self.numbers[&op.header.peer], text)));
            }
        }
        if self.mutant != Some(Mutant::ShowsAsTheyCome) {
            shown.sort();
        }
        Some(View { members, messages: shown.into_iter().map(|(_, message)| message).collect() })
    }

    fn faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.faults)
    }
}

/// Nobody answers at a peer that is down.
const DOWN: Answer = Answer::Refused(Refused::Down);
