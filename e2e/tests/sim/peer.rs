//! One peer: what outlives its node, and the node while it is up.

use std::sync::Arc;

use net::{Bind, Config, Net, SecretKey, Transport, blobs::Blobs, sim};
use node::{Node, Options, home::Keys, people};
use proto::id::{PeerId, PersonId};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use store::{Store, people::Address};

use crate::clock::Skewed;

/// One peer.
pub struct Peer {
    /// What it is called.
    pub name: String,
    /// Where it is on the network.
    pub place: sim::Transport,
    /// Its clock.
    pub clock: Arc<Skewed>,
    /// What runs, while it is up.
    pub node: Option<Node>,
    seed: u64,
    number: usize,
    boots: u64,
    keys: Keys,
    store: Store,
    blobs: Blobs,
}

impl Peer {
    /// A peer that is not up yet. To be called within the world's runtime.
    pub fn new(seed: u64, number: usize, place: sim::Transport, clock: Skewed) -> Self {
        let keys = Keys::new(&mut dice(seed, number, 0));
        let (store, blobs, clock) = (Store::memory(), Blobs::memory(), Arc::new(clock));
        Self { name: format!("Peer {number}"), place, clock, node: None, seed, number, boots: 0, keys, store, blobs }
    }

    /// Starts it; why not, otherwise.
    pub async fn start(&mut self) -> Result<(), String> {
        let config = Config {
            secret: SecretKey::from_bytes(&self.keys.peer),
            port: 0,
            bind: Bind::Everywhere,
            discovery: false,
            name: self.name.clone(),
            transport: Transport::Sim(self.place.clone()),
        };
        let net = Net::start(config).await.map_err(|error| error.to_string())?;
        self.boots += 1;
        let rng = dice(self.seed, self.number, self.boots);
        let options = Options { keys: self.keys.clone(), name: self.name.clone() };
        let (store, blobs, clock) = (self.store.clone(), self.blobs.clone(), self.clock.clone());
        let node = Node::start(net, store, blobs, clock, rng, options).await.map_err(|error| error.to_string())?;
        self.node = Some(node);
        Ok(())
    }

    /// Its key.
    pub fn peer(&self) -> PeerId {
        PeerId(SecretKey::from_bytes(&self.keys.peer).public().0)
    }
}

/// Makes another peer a contact, as meeting does.
pub async fn befriend(node: &Node, other: &Node, name: &str, at: String) -> Result<(), store::Error> {
    let (peer, seen) = (other.core().peer(), node.core().now());
    let proof = minicbor::to_vec(other.core().own_proof()).expect("writing to memory cannot fail");
    let address = Address { address: at, source: people::SAID_ITSELF, seen };
    node.core().store.write(move |tx| tx.put_address(&peer, &address)).await?;
    people::befriend(node.core(), peer, name.to_owned(), proof).await
}

/// The person of a node that is up.
pub fn person(node: &Node) -> PersonId {
    node.core().me()
}

/// The chance of one boot of one peer.
fn dice(seed: u64, number: usize, boot: u64) -> ChaCha20Rng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes[8..16].copy_from_slice(&(number as u64).to_be_bytes());
    bytes[16..24].copy_from_slice(&boot.to_be_bytes());
    ChaCha20Rng::from_seed(bytes)
}
