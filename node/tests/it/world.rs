//! Nodes in one process, on the loopback, with stores in memory.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use node::{Node, Options, Time, clock::Clock, home::Keys};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// A clock that goes on by a microsecond with every look, from a moment in 2026.
pub struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> Time {
        Time(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// How long anything may take in these tests.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What a node is made of that outlives it.
pub struct Body {
    pub keys: Keys,
    pub store: store::Store,
    name: String,
    seed: u8,
}

impl Body {
    pub fn new(name: &str, seed: u8) -> Self {
        Self::on(name, seed, store::Store::memory())
    }

    pub fn on(name: &str, seed: u8, store: store::Store) -> Self {
        let keys = Keys::new(&mut ChaCha20Rng::from_seed([seed; 32]));
        Self { keys, store, name: name.to_owned(), seed }
    }

    /// Starts it with a store of blobs in memory.
    pub async fn start(&self) -> Node {
        self.start_with(net::blobs::Blobs::memory()).await
    }

    /// Starts it with this store of blobs.
    pub async fn start_with(&self, blobs: net::blobs::Blobs) -> Node {
        let secret = net::SecretKey::from_bytes(&self.keys.peer);
        let config = net::Config {
            secret,
            port: 0,
            bind: net::Bind::loopback(),
            discovery: false,
            name: self.name.clone(),
            transport: net::Transport::Real,
        };
        let net = net::Net::start(config).await.unwrap();
        let clock = Arc::new(Ticking(AtomicU64::new(1_790_000_000_000_000)));
        let options = Options { keys: self.keys.clone(), name: self.name.clone() };
        let rng = ChaCha20Rng::from_seed([self.seed.wrapping_add(100); 32]);
        Node::start(net, self.store.clone(), blobs, clock, rng, options).await.unwrap()
    }
}

/// A new node with this name.
pub async fn node(name: &str, seed: u8) -> Node {
    Body::new(name, seed).start().await
}

/// Waits until something is so.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
        panic!("not in time: {what}");
    }
}
