//! A simulated network in this process: seeded, in virtual time, under the real endpoint.
//!
//! A [`Network`] carries packets between the [`Transport`]s made from it, with the delay, jitter and loss of their pair, and
//! drops them between those that are cut off. All chance comes from the seed. Under tokio's paused clock, and with the
//! process's clock and randomness interposed (which needs unsafe code and so lives with the tests), a run is replayed by its
//! seed. It knows no bandwidth: a packet's length changes nothing.

mod endpoint;
mod world;

use std::{
    io::{Error, ErrorKind},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use iroh_base::CustomAddr;
use world::World;

use crate::{
    greeting::{Card, GREET_TIMEOUT, GreetError, Greeting},
    nearby::Heard,
};

/// The target of the notes about every single packet, at level trace.
pub const PACKETS: &str = "net::sim::packets";

/// The transport's number among the endpoint's custom ones.
const TRANSPORT_ID: u64 = 0x7065_6572;

/// How packets fare between two peers, in one direction and the other alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// How long every packet takes.
    pub delay: Duration,
    /// Up to how much longer it may take, evenly; packets may so overtake each other.
    pub jitter: Duration,
    /// How many packets of a million are lost.
    pub loss_ppm: u32,
}

impl Weather {
    /// A local network: half a millisecond, nothing lost.
    pub const LAN: Self = Self { delay: Duration::from_micros(500), jitter: Duration::from_micros(100), loss_ppm: 0 };

    /// A wide-area network: 40 to 50 ms, one packet of a hundred lost.
    pub const WAN: Self =
        Self { delay: Duration::from_millis(40), jitter: Duration::from_millis(10), loss_ppm: 10_000 };
}

/// A simulated network. Clones are the same network.
#[derive(Clone, Debug)]
pub struct Network(Arc<Mutex<World>>);

/// One peer's place on a [`Network`]. It serves one [`crate::Net`] at a time: a later one takes it over.
#[derive(Clone, Debug)]
pub struct Transport {
    network: Network,
    addr: SocketAddr,
}

impl Network {
    /// A network on which every pair has this weather until it is changed.
    pub fn new(seed: u64, weather: Weather) -> Self {
        Self(Arc::new(Mutex::new(World::new(seed, weather))))
    }

    /// A new place, with an address of its own: 198.18.x.y:4919 (RFC 2544's addresses for benchmarks).
    pub fn join(&self) -> Transport {
        Transport { network: self.clone(), addr: self.world().join() }
    }

    /// Changes the weather of one pair.
    pub fn set_weather(&self, a: SocketAddr, b: SocketAddr, weather: Weather) {
        self.world().set_weather(a, b, weather);
    }

    /// Drops every packet between these two, both ways, until healed.
    pub fn cut(&self, a: SocketAddr, b: SocketAddr) {
        self.world().cut(a, b);
    }

    /// Undoes [`Network::cut`].
    pub fn heal(&self, a: SocketAddr, b: SocketAddr) {
        self.world().heal(a, b);
    }

    /// Cuts every pair of which just one is in `side`.
    pub fn partition(&self, side: &[SocketAddr]) {
        self.world().partition(side);
    }

    /// Undoes every cut.
    pub fn heal_all(&self) {
        self.world().heal_all();
    }

    /// Takes a place off the network without a word, as a power cut does: packets from and to it, those under way
    /// included, vanish until [`Network::revive`]. The [`crate::Net`] there knows nothing of it.
    pub fn kill(&self, addr: SocketAddr) {
        self.world().kill(addr);
    }

    /// Undoes [`Network::kill`].
    pub fn revive(&self, addr: SocketAddr) {
        self.world().revive(addr);
    }

    /// A digest of every packet so far (time, sender, receiver, length, fate): equal for equal runs.
    pub fn trace(&self) -> u64 {
        self.world().trace()
    }

    /// Packets sent, and packets lost or dropped, so far.
    pub fn packets(&self) -> (u64, u64) {
        self.world().packets()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Transport {
    /// The place's address.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The network it is on.
    pub fn network(&self) -> &Network {
        &self.network
    }

    pub(crate) fn custom(&self) -> Arc<dyn iroh::endpoint::transports::CustomTransport> {
        Arc::new(self.clone())
    }

    /// Shows a presence to those others that show themselves, until dropped. On this network everybody is near.
    pub(crate) async fn discover(self, mut card: Card, heard: Arc<Heard>) {
        let _present = Present(self.clone());
        loop {
            self.network.world().announce(self.addr, card.clone(), heard.clone());
            if card.notice.changed().await.is_err() {
                return;
            }
        }
    }

    pub(crate) async fn greet(&self, addr: SocketAddr) -> Result<Greeting, GreetError> {
        let round_trip = self.network.world().round_trip(self.addr, addr);
        let Some(round_trip) = round_trip else {
            tokio::time::sleep(GREET_TIMEOUT).await;
            return Err(GreetError::TimedOut { addr });
        };
        tokio::time::sleep(round_trip).await;
        let greeting = self.network.world().greeting(addr);
        greeting.ok_or(GreetError::Unreachable { addr, source: Error::from(ErrorKind::ConnectionRefused) })
    }
}

/// Takes a presence out of the others' lists when its network tasks end.
struct Present(Transport);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.network.world().hide(self.0.addr);
    }
}

/// An address of the simulated network, as the endpoint wants it. Addresses of other families belong to nobody here.
pub(crate) fn custom_addr(addr: SocketAddr) -> CustomAddr {
    let mut bytes = [0; 6];
    if let SocketAddr::V4(addr) = addr {
        bytes[..4].copy_from_slice(&addr.ip().octets());
        bytes[4..].copy_from_slice(&addr.port().to_be_bytes());
    }
    CustomAddr::from((TRANSPORT_ID, &bytes[..]))
}

/// The address in an endpoint's, if it is of the simulated network.
pub(crate) fn socket_addr(addr: &CustomAddr) -> Option<SocketAddr> {
    let [a, b, c, d, high, low] = <[u8; 6]>::try_from(addr.data()).ok()?;
    let ours = addr.id() == TRANSPORT_ID;
    ours.then(|| SocketAddr::from((Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low]))))
}
