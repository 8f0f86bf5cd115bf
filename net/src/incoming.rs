//! Links that others dial: counted, let through the gate, welcomed and queued.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use iroh::{
    Endpoint,
    endpoint::{Connection, Incoming as Knock, IncomingAddr, ServerConfig, VarInt},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::{
    Key, Link, Protocol,
    addresses::{LocalHost, classify},
    gate::Doorway,
    link::code,
    tuning::{self, Reach},
};

/// Handshakes under way at once; more are refused. Above half of it, strangers first prove that their address is theirs.
pub const MAX_HALF_OPEN: usize = 128;

/// Incoming links open at once, of all keys.
pub const MAX_LINKS: usize = 1024;

/// Incoming links open at once of one key: one of each protocol, and room for those that replace a dying one.
pub const MAX_LINKS_PER_KEY: usize = 16;

/// Incoming links that wait to be taken from [`Incoming`]; more are turned away as [`code::BUSY`].
pub const QUEUE_LINKS: usize = 64;

/// What the accepting end sends, as a one-way stream of its own, when it lets a link in.
pub(crate) const WELCOME: &[u8] = &[1];

/// How long a handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The most protocol names of a dial that are looked at.
const MAX_OFFERED: usize = 8;

/// How long a dial that is meant for somebody else waits, so that the one it is meant for answers first.
const WRONG_DOOR_PAUSE: Duration = Duration::from_millis(1500);

/// The links that others dialled, as they come.
#[derive(Debug)]
pub struct Incoming(mpsc::Receiver<Link>);

impl Incoming {
    /// The next link; `None` once the [`crate::Net`] is closed. Cancel-safe.
    pub async fn next(&mut self) -> Option<Link> {
        self.0.recv().await
    }
}

/// Lets links in.
#[derive(Clone)]
pub(crate) struct Porter {
    key: Key,
    doorway: Arc<Doorway>,
    local: Arc<LocalHost>,
    half_open: Arc<Semaphore>,
    seats: Arc<Seats>,
    queue: mpsc::Sender<Link>,
}

impl Porter {
    pub(crate) fn new(key: Key, doorway: Arc<Doorway>, local: Arc<LocalHost>) -> (Self, Incoming) {
        let (queue, links) = mpsc::channel(QUEUE_LINKS);
        let half_open = Arc::new(Semaphore::new(MAX_HALF_OPEN));
        (Self { key, doorway, local, half_open, seats: Arc::default(), queue }, Incoming(links))
    }

    /// Lets links in until the endpoint is closed.
    pub(crate) async fn run(self, endpoint: Endpoint) {
        let manners = Manners::new(&endpoint);
        while let Some(knock) = endpoint.accept().await {
            if self.queue.is_closed() {
                return;
            }
            self.answer(knock, &manners);
        }
    }

    fn answer(&self, knock: Knock, manners: &Manners) {
        let Ok(permit) = self.half_open.clone().try_acquire_owned() else { return knock.refuse() };
        let crowded = self.half_open.available_permits() < MAX_HALF_OPEN / 2;
        if crowded && !knock.remote_addr_validated() {
            let _ = knock.retry();
            return;
        }
        let names = knock.decrypt().and_then(|hello| hello.alpns()).into_iter().flatten().flatten();
        let offered: Vec<_> = names.take(MAX_OFFERED).collect();
        let wrong_door = Protocol::meant_for_another(&self.key, &offered);
        let reach = self.reach(&knock);
        let config = manners.for_link(offered.iter().any(|name| name == Protocol::Blobs.alpn()), reach);
        let porter = self.clone();
        tokio::spawn(async move {
            if wrong_door {
                tokio::time::sleep(WRONG_DOOR_PAUSE).await;
            }
            match tokio::time::timeout(HANDSHAKE_TIMEOUT, shake_hands(knock, config)).await {
                Ok(Some(connection)) => porter.admit(connection, permit).await,
                Ok(None) => tracing::trace!("a handshake failed"),
                Err(_) => tracing::trace!("a handshake took too long"),
            }
        });
    }

    fn reach(&self, knock: &Knock) -> Reach {
        match knock.remote_addr() {
            IncomingAddr::Ip(addr) => classify(addr, &self.local).into(),
            _ => Reach::Far,
        }
    }

    /// Decides about a connection whose other end is known by now, and keeps its seat until it closes.
    async fn admit(self, connection: Connection, half_open: OwnedSemaphorePermit) {
        let key = Key::from(connection.remote_id());
        let Some(protocol) = Protocol::from_alpn(connection.alpn()) else { return };
        if !self.doorway.may_connect(&key, protocol) {
            return turn_away(&connection, code::REFUSED, "this peer does not let you in");
        }
        let Some(seat) = self.seats.take(key) else {
            return turn_away(&connection, code::BUSY, "too many links are open");
        };
        let Ok(place) = self.queue.try_reserve() else {
            return turn_away(&connection, code::BUSY, "too many links are waiting");
        };
        let closed = connection.weak_handle().closed();
        if welcome(&connection).await.is_ok() {
            place.send(Link::new(connection, protocol, false, self.local.clone()));
        }
        drop(half_open);
        closed.await;
        drop(seat);
    }
}

/// How links of different kinds are accepted.
struct Manners {
    /// With blobs and without, each near and far.
    configs: [[Arc<ServerConfig>; 2]; 2],
}

impl Manners {
    fn new(endpoint: &Endpoint) -> Self {
        let alpns = Protocol::ALL.map(|protocol| protocol.alpn().to_vec()).to_vec();
        let config = |protocol, reach| {
            let builder = endpoint.create_server_config_builder(alpns.clone());
            Arc::new(builder.set_transport_config(tuning::transport(protocol, reach)).build())
        };
        let both = |protocol| [config(protocol, Reach::Near), config(protocol, Reach::Far)];
        Self { configs: [both(Protocol::Blobs), both(Protocol::Session)] }
    }

    fn for_link(&self, blobs: bool, reach: Reach) -> Arc<ServerConfig> {
        self.configs[usize::from(!blobs)][usize::from(reach == Reach::Far)].clone()
    }
}

async fn shake_hands(knock: Knock, config: Arc<ServerConfig>) -> Option<Connection> {
    knock.accept_with(config).ok()?.await.ok()
}

fn turn_away(connection: &Connection, code: u32, reason: &str) {
    connection.close(VarInt::from_u32(code), reason.as_bytes());
}

async fn welcome(connection: &Connection) -> Result<(), crate::FrameError> {
    let mut stream = connection.open_uni().await.map_err(|_| crate::FrameError::LinkGone)?;
    stream.write_all(WELCOME).await?;
    let _ = stream.finish();
    Ok(())
}

/// How many links are open, of whom.
#[derive(Default)]
struct Seats(Mutex<BTreeMap<Key, usize>>);

/// One open link's place among [`MAX_LINKS`].
struct Seat {
    seats: Arc<Seats>,
    key: Key,
}

impl Seats {
    fn take(self: &Arc<Self>, key: Key) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let total: usize = taken.values().sum();
        let own = taken.get(&key).copied().unwrap_or(0);
        if total >= MAX_LINKS || own >= MAX_LINKS_PER_KEY {
            return None;
        }
        taken.insert(key, own + 1);
        Some(Seat { seats: self.clone(), key })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match taken.get_mut(&self.key) {
            Some(1) => drop(taken.remove(&self.key)),
            Some(count) => *count -= 1,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_cannot_take_every_seat() {
        let seats = Arc::new(Seats::default());
        let taken: Vec<_> = (0..MAX_LINKS_PER_KEY).map(|_| seats.take(Key([1; 32])).expect("a seat")).collect();
        assert!(seats.take(Key([1; 32])).is_none());
        assert!(seats.take(Key([2; 32])).is_some());
        drop(taken);
        assert!(seats.take(Key([1; 32])).is_some());
    }

    #[test]
    fn seats_are_limited_in_all() {
        let seats = Arc::new(Seats::default());
        let key = |i: usize| Key(std::array::from_fn(|at| (i >> (8 * at.min(3))) as u8));
        let taken: Vec<_> = (0..MAX_LINKS).map(|i| seats.take(key(i)).expect("a seat")).collect();
        assert!(seats.take(key(MAX_LINKS)).is_none());
        drop(taken);
        assert!(seats.0.lock().expect("no panic").is_empty());
    }
}
