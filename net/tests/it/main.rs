//! Presences on the loopback and on the simulated network, together.

mod blobs;
mod greeting;
mod links;
mod sim;

use std::{net::SocketAddr, time::Duration};

use net::{Bind, Config, Incoming, Key, Link, Net, Protocol, SecretKey, Transport};

/// Longer than anything takes here that succeeds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A presence on the loopback, with the key that this number makes.
async fn presence(number: u8) -> (Net, Incoming) {
    Net::start(config(number)).await.expect("loopback has a free port")
}

fn config(number: u8) -> Config {
    Config {
        secret: SecretKey::from_bytes(&[number; 32]),
        port: 0,
        bind: Bind::loopback(),
        discovery: false,
        name: format!("peer {number}"),
        transport: Transport::Real,
    }
}

/// Where a presence on the loopback listens.
fn addr(net: &Net) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], net.port()))
}

/// A link between two presences: the dialling end, then the other.
async fn link(from: &Net, to: &Net, incoming: &mut Incoming, protocol: Protocol) -> (Link, Link) {
    let dialled = from.dial(to.key(), &to.addresses(), protocol).await.expect("it is there");
    let accepted = soon(incoming.next()).await.expect("it was dialled");
    (dialled, accepted)
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it happens soon")
}

/// A key whose owner is nowhere.
fn nobody() -> Key {
    SecretKey::from_bytes(&[0xEE; 32]).public()
}
