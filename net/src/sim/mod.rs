//! A simulated network in this process: seeded, in virtual time, under the real endpoint.
//!
//! A [`Network`] carries packets between the [`Transport`]s made from it, with the delay, jitter and loss of their pair, and
//! drops them between those that are cut off. All chance comes from the seed. Under tokio's paused clock, and with the
//! process's clock and randomness interposed (which needs unsafe code and so lives with the tests), a run is replayed by its seed.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use iroh_base::CustomAddr;

use crate::{
    greeting::{Card, GreetError, Greeting},
    nearby::Heard,
};

/// How packets fare between two peers, in one direction and the other alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weather {
    /// How long every packet takes.
    pub delay: Duration,
    /// Up to how much longer it may take, evenly.
    pub jitter: Duration,
    /// How many packets of a million are lost.
    pub loss_ppm: u32,
}

/// A simulated network. Clones are the same network.
#[derive(Clone, Debug)]
pub struct Network {}

/// One peer's place on a [`Network`]. A transport serves one [`crate::Net`] at a time: after it is closed, the next may use it.
#[derive(Clone, Debug)]
pub struct Transport {}

impl Network {
    /// A network on which every pair has this weather until it is changed.
    pub fn new(seed: u64, weather: Weather) -> Self {
        let _ = (seed, weather);
        todo!()
    }

    /// A new place, with an address of its own (198.18.x.y:4919).
    pub fn join(&self) -> Transport {
        todo!()
    }

    /// Changes the weather of one pair.
    pub fn set_weather(&self, a: SocketAddr, b: SocketAddr, weather: Weather) {
        let _ = (a, b, weather);
        todo!()
    }

    /// Drops every packet between these two, both ways, until healed.
    pub fn cut(&self, a: SocketAddr, b: SocketAddr) {
        let _ = (a, b);
        todo!()
    }

    /// Undoes [`Network::cut`].
    pub fn heal(&self, a: SocketAddr, b: SocketAddr) {
        let _ = (a, b);
        todo!()
    }

    /// Cuts every pair of which just one is in `side`.
    pub fn partition(&self, side: &[SocketAddr]) {
        let _ = side;
        todo!()
    }

    /// Undoes every cut.
    pub fn heal_all(&self) {
        todo!()
    }

    /// Takes a place off the network without a word, as a power cut does: packets from and to it vanish until
    /// [`Network::revive`]. The [`crate::Net`] there knows nothing of it.
    pub fn kill(&self, addr: SocketAddr) {
        let _ = addr;
        todo!()
    }

    /// Undoes [`Network::kill`].
    pub fn revive(&self, addr: SocketAddr) {
        let _ = addr;
        todo!()
    }

    /// A digest of every packet so far (time, sender, receiver, length, fate): equal for equal runs.
    pub fn trace(&self) -> u64 {
        todo!()
    }

    /// Packets sent, and packets lost or dropped, so far.
    pub fn packets(&self) -> (u64, u64) {
        todo!()
    }
}

impl Transport {
    /// The place's address.
    pub fn addr(&self) -> SocketAddr {
        todo!()
    }

    pub(crate) fn custom(&self) -> Arc<dyn iroh::endpoint::transports::CustomTransport> {
        todo!()
    }

    pub(crate) async fn discover(self, card: Card, heard: Arc<Heard>) {
        let _ = (card, heard);
        todo!()
    }

    pub(crate) async fn greet(&self, addr: SocketAddr) -> Result<Greeting, GreetError> {
        let _ = addr;
        todo!()
    }
}

/// An address of the simulated network, as the endpoint wants it.
pub(crate) fn custom_addr(addr: SocketAddr) -> CustomAddr {
    let _ = addr;
    todo!()
}

/// The address in an endpoint's, if it is of the simulated network.
pub(crate) fn socket_addr(addr: &CustomAddr) -> Option<SocketAddr> {
    let _ = addr;
    todo!()
}
