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

impl Ticking {
    /// Lets time pass at once.
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_micros()).unwrap(), Ordering::Relaxed);
    }
}

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
    pub clock: Arc<Ticking>,
    name: String,
    seed: u8,
}

impl Body {
    pub fn new(name: &str, seed: u8) -> Self {
        Self::on(name, seed, store::Store::memory())
    }

    pub fn on(name: &str, seed: u8, store: store::Store) -> Self {
        let keys = Keys::new(&mut ChaCha20Rng::from_seed([seed; 32]));
        let clock = Arc::new(Ticking(AtomicU64::new(1_790_000_000_000_000)));
        Self { keys, store, clock, name: name.to_owned(), seed }
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
        let clock = self.clock.clone();
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

/// Says something; returns the message's id.
pub async fn say(who: &Node, space: &str, text: &str) -> String {
    try_say(who, space, text).await.unwrap()
}

/// Says something, or says why not.
pub async fn try_say(who: &Node, space: &str, text: &str) -> Result<String, api::Problem> {
    let ask = api::chat::Say { text: text.into(), reply_to: None, attach: Vec::new() };
    who.chat().say(space, ask).await.map(|said| said.id)
}

/// What was said in a space, in order.
pub async fn texts(who: &Node, space: &str) -> Vec<String> {
    let all = who.chat().messages(space, api::chat::Read::default()).await.unwrap_or_default();
    all.into_iter().map(|message| message.text).collect()
}

/// Makes a group called Lab; returns its id.
pub async fn lab(of: &Node) -> String {
    let new = api::spaces::NewSpace { name: "Lab".into(), kind: api::spaces::Kind::Group };
    of.spaces().create(new).await.unwrap().space.id
}

/// Lets `who` join what `of` calls Lab.
pub async fn admit(of: &Node, who: &Node) {
    let ask = api::spaces::NewInvitation { role: None, uses: None, expires_s: None };
    let link = of.join().invite("Lab", ask).await.unwrap().link.unwrap();
    who.join().join(api::spaces::Join { link }).await.unwrap();
}
