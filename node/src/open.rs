//! Opening all that a peer is made of from its home: store, blobs, network, and the node upon them.

use std::{pin::Pin, sync::Arc};

use api::{Code, Problem};
use net::{Bind, Net, SecretKey, Transport, blobs::Blobs};
use rand_chacha::ChaCha20Rng;
use store::Store;

use crate::{
    clock::Clock,
    error::{internal, store_problem},
    home::Home,
    node::{Node, Options, StartError},
    own,
};

/// What the user decides about a start.
#[derive(Debug, Clone)]
pub struct Config {
    /// The port for other peers, UDP and TCP. 0: any that is free for both.
    pub port: u16,
    /// What a new person is called until they say otherwise.
    pub name: String,
}

/// Why a peer cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] store::Error),
    /// The blobs cannot be opened.
    #[error(transparent)]
    Blobs(#[from] net::blobs::OpenError),
    /// The network does not start.
    #[error(transparent)]
    Net(#[from] net::StartError),
    /// The node does not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

impl OpenError {
    /// For people.
    pub fn problem(&self) -> Problem {
        use store::OpenError as Store;
        let home = |message: &str| Problem::new(Code::Home, message).why(self.to_string());
        match self {
            Self::Store(Store::Newer { .. }) => {
                home("the home is of a newer version").hint("install a newer peer; nothing in the home was changed")
            }
            Self::Store(Store::Foreign | Store::Damaged(_)) => {
                home("the home's store cannot be used").hint("restore a backup with `peer restore` into an empty home")
            }
            Self::Store(Store::Failed(error)) | Self::Read(error) => store_problem(error),
            Self::Blobs(_) => home("the home's blobs cannot be used").hint("see whether another program has them open"),
            Self::Net(net::StartError::PortTaken { .. }) => {
                Problem::new(Code::Usage, self.to_string()).hint("choose another with PEER_PORT, or 0 for any free one")
            }
            Self::Net(_) => Problem::new(Code::Usage, "this peer cannot be on the network").why(self.to_string()),
            Self::Start(StartError::OtherKey) => internal(self),
            Self::Start(error) => error.problem(),
        }
    }
}

/// The peer, and what its user should know of the start.
type Opened = Result<(Node, Vec<String>), OpenError>;

/// Opens the peer of this home and starts it on the runtime of the caller. The home stays locked while `home` lives.
///
/// Returns, besides the peer, what its user should know of the start, in whole sentences. Boxed, so that all that a
/// peer does is compiled into this crate and not once more into each program that opens one.
pub fn open<'h>(
    home: &'h Home,
    config: Config,
    clock: Arc<dyn Clock>,
    rng: ChaCha20Rng,
) -> Pin<Box<dyn Future<Output = Opened> + 'h>> {
    Box::pin(open_all(home, config, clock, rng))
}

async fn open_all(
    home: &Home,
    config: Config,
    clock: Arc<dyn Clock>,
    rng: ChaCha20Rng,
) -> Result<(Node, Vec<String>), OpenError> {
    let keys = home.keys();
    let store = Store::open(home.store())?;
    let opened = Blobs::open(&home.blobs()).await?;
    let net = Net::start(net::Config {
        secret: SecretKey::from_bytes(&keys.peer),
        port: config.port,
        bind: Bind::Everywhere,
        discovery: store.read(own::is_seen_nearby)?,
        name: config.name.clone(),
        transport: Transport::Real,
    });
    let options = Options { keys, name: config.name };
    let node = Node::start(net.await?, store, opened.blobs, clock, rng, options).await?;
    let notices = opened.set_aside.iter().map(|path| {
        format!(
            "The files kept here could not be read and were put aside in {}; they are fetched anew.",
            path.display()
        )
    });
    Ok((node, notices.collect()))
}
