//! What happens to peers and between them.

use std::{collections::BTreeSet, time::Duration};

use lab::{Answer, Refused};
use net::sim::Weather;
use tokio::{task::yield_now, time::sleep};

use crate::world::{DOWN, World};

/// After a power cut the runtime is given so many rounds to drop what was running.
const ROUNDS: usize = 64;

impl World<'_> {
    /// A peer's power is cut: the network first, so that not even the transport can say goodbye.
    pub fn crash(&mut self, peer: usize) -> Answer {
        let Some(node) = self.peers[peer].node.take() else { return DOWN };
        self.network.kill(self.peers[peer].place.addr());
        node.cut();
        let core = std::sync::Arc::downgrade(node.core());
        drop(node);
        self.time.block_on(async {
            for _ in 0..ROUNDS {
                yield_now().await;
            }
        });
        if core.strong_count() > 0 {
            self.notes.keep(format!("something of peer {peer} runs on after its power was cut"));
        }
        Answer::Done
    }

    pub fn restart(&mut self, peer: usize) -> Answer {
        if self.peers[peer].node.is_some() {
            return Answer::Refused(Refused::NotAllowed);
        }
        self.network.revive(self.peers[peer].place.addr());
        if let Err(error) = self.time.block_on(self.peers[peer].start()) {
            self.notes.keep(format!("peer {peer} does not start again: {error}"));
        }
        Answer::Done
    }

    /// The connection of two peers breaks, in the middle of what is being sent.
    pub fn cut(&mut self, a: usize, b: usize) -> Answer {
        let other = self.peers[b].peer();
        let link = self.peers[a].node.as_ref().and_then(|node| node.core().sessions.link(&other));
        if let Some(link) = link {
            link.close(net::code::GOING, "cut");
        }
        Answer::Done
    }

    /// Divides the network, or heals it.
    pub fn divide(&mut self, side: Option<BTreeSet<usize>>) -> Answer {
        self.network.heal_all();
        match &side {
            Some(side) => {
                let addrs: Vec<_> = side.iter().map(|peer| self.peers[*peer].place.addr()).collect();
                self.network.partition(&addrs);
            }
            None => {
                self.slow.clear();
                self.change_weather();
            }
        }
        self.side = side;
        Answer::Done
    }

    pub fn can_reach(&self, a: usize, b: usize) -> bool {
        self.side.as_ref().is_none_or(|side| side.contains(&a) == side.contains(&b))
    }

    pub fn slow_down(&mut self, peer: usize, by: Duration) -> Answer {
        self.slow.insert(peer, by);
        self.change_weather();
        Answer::Done
    }

    fn change_weather(&mut self) {
        let late = |peer: usize| self.slow.get(&peer).copied().unwrap_or_default();
        for a in 0..self.peers.len() {
            for b in 0..a {
                let weather = Weather { delay: self.weather.delay + late(a) + late(b), ..self.weather };
                self.network.set_weather(self.peers[a].place.addr(), self.peers[b].place.addr(), weather);
            }
        }
    }

    pub fn set_clock(&mut self, peer: usize, ahead_ms: i64) -> Answer {
        self.peers[peer].clock.set(ahead_ms);
        self.latest_clock_ms = self.latest_clock_ms.max(ahead_ms);
        Answer::Done
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.time.block_on(async { sleep(time).await });
    }

    pub fn wait(&mut self, time: Duration) -> Answer {
        self.pass(time);
        Answer::Done
    }
}
