//! A world of whole peers.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use e2e_clock::Virtual;
use lab::{Answer, Dice, Plan, Refused, System, Transition, View, run_on};
use net::sim::{Network, Weather};
use proto::{
    id::{PersonId, SpaceId},
    space::Link,
};
use tokio::time::Instant;

use crate::{
    clock::Skewed,
    notes::{Notes, Told},
    peer::{Peer, befriend, person},
    seeds,
};

/// What is asked of a peer that is down.
pub const DOWN: Answer = Answer::Refused(Refused::Down);

/// Peers, the network between them, and what they have made so far.
pub struct World<'a> {
    pub time: &'a Virtual,
    pub began: Instant,
    pub network: Network,
    pub weather: Weather,
    pub peers: Vec<Peer>,
    pub numbers: BTreeMap<PersonId, usize>,
    pub spaces: Vec<SpaceId>,
    /// Invitations: their ids, and their links.
    pub invitations: Vec<(String, Link)>,
    /// How much longer packets from and to a peer take.
    pub slow: BTreeMap<usize, Duration>,
    /// Who cannot reach the others.
    pub side: Option<BTreeSet<usize>>,
    /// How far the most advanced clock was ahead since the world last settled.
    pub latest_clock_ms: i64,
    pub notes: Notes,
}

impl<'a> World<'a> {
    /// Of so many peers, all up, contacts of each other.
    pub fn new(seed: u64, peers: usize, time: &'a Virtual, notes: Notes) -> Self {
        let weather = [Weather::LAN, Weather::WAN][Dice::new(seed, "weather").below(2)];
        let (began, network) = time.block_on(async { (Instant::now(), Network::new(seed, weather)) });
        let mut world = Self {
            time,
            began,
            network,
            weather,
            peers: Vec::new(),
            numbers: BTreeMap::new(),
            spaces: Vec::new(),
            invitations: Vec::new(),
            slow: BTreeMap::new(),
            side: None,
            latest_clock_ms: 0,
            notes,
        };
        time.block_on(world.begin(seed, peers));
        world
    }

    async fn begin(&mut self, seed: u64, peers: usize) {
        for number in 0..peers {
            let mut peer = Peer::new(seed, number, self.network.join(), Skewed::new(self.began));
            if let Err(error) = peer.start().await {
                self.notes.keep(format!("peer {number} does not start: {error}"));
            }
            self.numbers.extend(peer.node.as_ref().map(|node| (person(node), number)));
            self.peers.push(peer);
        }
        for one in &self.peers {
            for other in self.peers.iter().filter(|other| other.peer() != one.peer()) {
                let (Some(node), Some(friend)) = (&one.node, &other.node) else { continue };
                let met = befriend(node, friend, &other.name, other.place.addr().to_string()).await;
                met.expect("a store in memory takes it");
            }
        }
    }
}

impl System for World<'_> {
    fn now(&self) -> Duration {
        let began = self.began;
        self.time.block_on(async move { began.elapsed() })
    }

    fn apply(&mut self, transition: &Transition) -> Answer {
        match transition.clone() {
            Transition::Create { peer } => self.create(peer),
            Transition::Direct { peer, other } => self.direct(peer, other),
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
        self.come_to_rest();
    }

    fn view(&mut self, peer: usize, space: usize) -> Option<View> {
        self.shown(peer, space)
    }

    fn faults(&mut self) -> Vec<String> {
        self.notes.take()
    }
}

/// Runs one world in this process and tells what became of it: its story if something does not hold, its digest if all does.
pub fn tell(seed: u64) {
    let notes = Notes::new(match seeds::number("SIM_LOG") {
        None | Some(0) => Told::Nothing,
        Some(1) => Told::Notes,
        Some(_) => Told::Packets,
    });
    let panics = notes.clone();
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        panics.keep(format!("a panic: {panic}"));
        tell(panic);
    }));
    let began = e2e_clock::real_now();
    let told = e2e_clock::run(seed, |time| {
        let _noted = tracing::subscriber::set_default(notes.clone());
        let plan = Plan::draw(seed);
        let mut world = World::new(seed, plan.peers, time, notes.clone());
        let ran = run_on(&mut world, seed, plan);
        let (trace, (packets, lost)) = (world.network.trace(), world.network.packets());
        let lived = world.now();
        ran.map(|()| format!("{trace:016x}, {packets} packets, {lost} lost, {:.3} s lived", lived.as_secs_f64()))
    });
    let took = e2e_clock::real_now() - began;
    match told {
        Ok(digest) => println!("\n{}{digest}\ntook {:.3} s", seeds::HOLDS, took.as_secs_f64()),
        Err(failure) => {
            println!("\n{failure}\n{}", notes.take().join("\n"));
            std::process::exit(1);
        }
    }
}
