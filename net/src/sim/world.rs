//! What is on the simulated network and under way in it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    net::SocketAddr,
    sync::Arc,
    task::Waker,
    time::Duration,
};

use bytes::Bytes;
use tokio::time::Instant;

use super::Weather;
use crate::{
    Nearby,
    greeting::{Card, Greeting},
    nearby::Heard,
};

/// Packets on their way to one place; more are dropped, as routers do.
const MAX_UNDER_WAY: usize = 1 << 16;

/// The port of every place.
const PORT: u16 = 4919;

/// The state of a [`super::Network`].
#[derive(Debug)]
pub(super) struct World {
    dice: Dice,
    began: Instant,
    weather: Weather,
    weather_of: BTreeMap<(SocketAddr, SocketAddr), Weather>,
    cuts: BTreeSet<(SocketAddr, SocketAddr)>,
    dead: BTreeSet<SocketAddr>,
    places: BTreeMap<SocketAddr, Place>,
    sent: u64,
    dropped: u64,
    trace: DefaultHasher,
}

/// One place of the network.
#[derive(Default)]
struct Place {
    /// Counts who has bound it; the latest has it.
    tenant: u64,
    under_way: BinaryHeap<Reverse<Packet>>,
    waker: Option<Waker>,
    shown: Option<(Card, Arc<Heard>)>,
}

/// A packet on its way; ordered by its arrival.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Packet {
    due: Instant,
    /// What keeps packets of one instant in the order in which they were sent.
    number: u64,
    pub(super) from: SocketAddr,
    pub(super) bytes: Bytes,
}

/// What there is for a place now.
pub(super) enum Arrival {
    /// A packet.
    Packet(Packet),
    /// Nothing until then, or until the waker is called.
    Later(Option<Instant>),
    /// Another has taken over the place.
    Evicted,
}

impl World {
    pub(super) fn new(seed: u64, weather: Weather) -> Self {
        Self {
            dice: Dice(seed),
            began: Instant::now(),
            weather,
            weather_of: BTreeMap::new(),
            cuts: BTreeSet::new(),
            dead: BTreeSet::new(),
            places: BTreeMap::new(),
            sent: 0,
            dropped: 0,
            trace: DefaultHasher::new(),
        }
    }

    pub(super) fn join(&mut self) -> SocketAddr {
        let [high, low] = (self.places.len() as u16 + 1).to_be_bytes();
        let addr = SocketAddr::from(([198, 18, high, low], PORT));
        self.places.insert(addr, Place::default());
        addr
    }

    pub(super) fn set_weather(&mut self, a: SocketAddr, b: SocketAddr, weather: Weather) {
        self.weather_of.insert(pair(a, b), weather);
    }

    pub(super) fn cut(&mut self, a: SocketAddr, b: SocketAddr) {
        self.cuts.insert(pair(a, b));
    }

    pub(super) fn heal(&mut self, a: SocketAddr, b: SocketAddr) {
        self.cuts.remove(&pair(a, b));
    }

    pub(super) fn partition(&mut self, side: &[SocketAddr]) {
        let others: Vec<_> = self.places.keys().filter(|addr| !side.contains(addr)).copied().collect();
        self.cuts.extend(side.iter().flat_map(|a| others.iter().map(|b| pair(*a, *b))));
    }

    pub(super) fn heal_all(&mut self) {
        self.cuts.clear();
    }

    pub(super) fn kill(&mut self, addr: SocketAddr) {
        self.dead.insert(addr);
        if let Some(place) = self.places.get_mut(&addr) {
            place.under_way.clear();
        }
    }

    pub(super) fn revive(&mut self, addr: SocketAddr) {
        self.dead.remove(&addr);
    }

    pub(super) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub(super) fn packets(&self) -> (u64, u64) {
        (self.sent, self.dropped)
    }

    /// Makes the caller the tenant of a place, whose letters it alone gets from now on.
    pub(super) fn bind(&mut self, addr: SocketAddr) -> Option<u64> {
        let place = self.places.get_mut(&addr)?;
        place.tenant += 1;
        place.under_way.clear();
        place.waker.take().inspect(Waker::wake_by_ref);
        Some(place.tenant)
    }

    /// Whether a place is (still) that tenant's.
    pub(super) fn is_tenant(&self, addr: SocketAddr, tenant: u64) -> bool {
        self.places.get(&addr).is_some_and(|place| place.tenant == tenant)
    }

    /// Sends a packet: it is lost, or it arrives when the weather of the pair says.
    pub(super) fn send(&mut self, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        let weather = self.weather_between(from, to);
        // Both are thrown for every packet, so that one packet's loss changes no other's fate.
        let (luck, late) = (self.dice.below(1_000_000), self.dice.below(weather.jitter.as_micros() as u64 + 1));
        let lost = luck < weather.loss_ppm.into() || self.is_apart(from, to) || !self.has_room(to);
        self.sent += 1;
        self.dropped += u64::from(lost);
        (self.began.elapsed().as_micros(), from, to, bytes.len(), lost).hash(&mut self.trace);
        tracing::trace!(target: super::PACKETS, number = self.sent, %from, %to, length = bytes.len(), lost, "a packet");
        if lost {
            return;
        }
        let due = Instant::now() + weather.delay + Duration::from_micros(late);
        let packet = Packet { due, number: self.sent, from, bytes: Bytes::copy_from_slice(bytes) };
        if let Some(place) = self.places.get_mut(&to) {
            place.under_way.push(Reverse(packet));
            place.waker.take().inspect(Waker::wake_by_ref);
        }
    }

    /// What has arrived at a place for its tenant. The waker is called when that may have changed.
    pub(super) fn receive(&mut self, addr: SocketAddr, tenant: u64, waker: &Waker) -> Arrival {
        let Some(place) = self.places.get_mut(&addr).filter(|place| place.tenant == tenant) else {
            return Arrival::Evicted;
        };
        let due = place.under_way.peek().map(|Reverse(packet)| packet.due);
        if due.is_some_and(|due| due <= Instant::now())
            && let Some(Reverse(packet)) = place.under_way.pop()
        {
            return Arrival::Packet(packet);
        }
        place.waker = Some(waker.clone());
        Arrival::Later(due)
    }

    /// How long a question and its answer take; `None` if they do not arrive.
    pub(super) fn round_trip(&self, a: SocketAddr, b: SocketAddr) -> Option<Duration> {
        (!self.is_apart(a, b)).then(|| self.weather_between(a, b).delay * 2)
    }

    /// Who is at an address.
    pub(super) fn greeting(&self, addr: SocketAddr) -> Option<Greeting> {
        let (card, _) = self.places.get(&addr)?.shown.as_ref()?;
        Some(card.greeting())
    }

    /// Notes what a presence says of itself, and tells everybody.
    pub(super) fn announce(&mut self, addr: SocketAddr, card: Card, heard: Arc<Heard>) {
        if let Some(place) = self.places.get_mut(&addr) {
            place.shown = Some((card, heard));
        }
        self.tell();
    }

    /// Forgets a presence, and tells everybody.
    pub(super) fn hide(&mut self, addr: SocketAddr) {
        if let Some(place) = self.places.get_mut(&addr) {
            place.shown = None;
        }
        self.tell();
    }

    fn tell(&self) {
        let shown = self.places.iter().filter_map(|(addr, place)| place.shown.as_ref().map(|shown| (*addr, shown)));
        let visible = shown.filter(|(_, (card, _))| card.notice.borrow().on);
        let near: Vec<Nearby> = visible.map(|(addr, (card, _))| described(addr, card)).collect();
        for (card, heard) in self.places.values().filter_map(|place| place.shown.as_ref()) {
            let on = card.notice.borrow().on;
            heard.replace(if on { &near } else { &[] });
        }
    }

    fn weather_between(&self, a: SocketAddr, b: SocketAddr) -> Weather {
        self.weather_of.get(&pair(a, b)).copied().unwrap_or(self.weather)
    }

    fn is_apart(&self, a: SocketAddr, b: SocketAddr) -> bool {
        self.cuts.contains(&pair(a, b)) || self.dead.contains(&a) || self.dead.contains(&b)
    }

    fn has_room(&self, to: SocketAddr) -> bool {
        self.places.get(&to).is_some_and(|place| place.under_way.len() < MAX_UNDER_WAY)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({} under way)", self.under_way.len())
    }
}

fn described(addr: SocketAddr, card: &Card) -> Nearby {
    let Greeting { key, name, .. } = card.greeting();
    Nearby { key, name, addrs: vec![addr] }
}

/// Both names of a pair.
fn pair(a: SocketAddr, b: SocketAddr) -> (SocketAddr, SocketAddr) {
    (a.min(b), a.max(b))
}

/// A small generator (SplitMix64: Steele, Lea, Flood, 2014): enough for weather.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}
