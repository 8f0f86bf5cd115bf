//! One peer's presence on the network.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, RwLock},
};

use iroh::Endpoint;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    Bind, Config, DialError, Gate, Incoming, Key, Link, Nearby, Protocol, Transport,
    addresses::{self, LocalHost},
    bind::{bind, freed},
    dial,
    gate::Doorway,
    greeting::{self, Card, Desk, GreetError, Greeting},
    incoming::Porter,
    nearby::{self, Heard, Notice, Surroundings, tidy_name},
};

/// Why a [`Net`] could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program, or another peer, has the port.
    #[error("port {port} is taken by another program")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// An address to listen on does not exist here, or may not be used.
    #[error("cannot listen on {addr}")]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The transport did not start.
    #[error("the network did not start: {0}")]
    Transport(String),
}

/// One peer's presence on the network. Clones are the same presence; it ends with [`Net::close`], or with the last clone.
#[derive(Clone)]
pub struct Net(Arc<Inner>);

struct Inner {
    /// None once closed: its sockets live as long as it does.
    endpoint: RwLock<Option<Endpoint>>,
    key: Key,
    port: u16,
    bind: Bind,
    transport: Transport,
    doorway: Arc<Doorway>,
    local: Arc<LocalHost>,
    addresses: watch::Receiver<Vec<SocketAddr>>,
    notice: watch::Sender<Notice>,
    heard: Arc<Heard>,
    nearby: watch::Receiver<Vec<Nearby>>,
    /// What runs until the presence ends; dropping it stops them.
    tasks: Mutex<JoinSet<()>>,
}

impl Net {
    /// Starts to be on the network. Links that others dial arrive in [`Incoming`].
    pub async fn start(config: Config) -> Result<(Self, Incoming), StartError> {
        let bound = bind(&config).await?;
        let key = config.secret.public();
        let local = Arc::new(LocalHost::default());
        let doorway = Arc::new(Doorway::new());
        let (porter, incoming) = Porter::new(key, doorway.clone(), local.clone());
        let (own, addresses) = watch::channel(config.transport.own_addrs(&bound.endpoint));
        let (notice, said) = watch::channel(Notice { on: config.discovery, name: tidy_name(&config.name) });
        let (heard, nearby) = Heard::new(key);

        let mut tasks = JoinSet::new();
        tasks.spawn(porter.run(bound.endpoint.clone()));
        let card = Card::new(key, bound.port, said.clone());
        match &config.transport {
            Transport::Real => {
                let (changes, interfaces) = watch::channel(None);
                let only = if let Bind::Only(ips) = &config.bind { ips.clone() } else { Vec::new() };
                let around = Surroundings { notice: said, addresses: addresses.clone(), interfaces, only };
                tasks.spawn(addresses::follow(bound.endpoint.clone(), own));
                tasks.spawn(addresses::follow_interfaces(local.clone(), changes));
                tasks.spawn(nearby::run(heard.clone(), around));
                let desk = Desk::new(card);
                bound.listeners.into_iter().for_each(|door| drop(tasks.spawn(greeting::serve(door, desk.clone()))));
            }
            #[cfg(feature = "sim")]
            Transport::Sim(transport) => {
                tasks.spawn(transport.clone().discover(card, heard.clone()));
            }
        }
        let (endpoint, tasks) = (RwLock::new(Some(bound.endpoint)), Mutex::new(tasks));
        let (port, transport, bind) = (bound.port, config.transport, config.bind);
        let inner =
            Inner { endpoint, key, port, bind, transport, doorway, local, addresses, notice, heard, nearby, tasks };
        Ok((Self(Arc::new(inner)), incoming))
    }

    /// Ends the presence: every link is closed with [`crate::code::DONE`], and the ports are free when this returns.
    pub async fn close(&self) {
        let endpoint = self.0.endpoint.write().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        if let Some(endpoint) = endpoint {
            endpoint.close().await;
        }
        let mut tasks = std::mem::take(&mut *self.0.tasks.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
        tasks.shutdown().await;
        if matches!(self.0.transport, Transport::Real) {
            freed(&self.0.bind, self.0.port).await;
        }
    }

    fn endpoint(&self) -> Option<Endpoint> {
        self.0.endpoint.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Our own key.
    pub fn key(&self) -> Key {
        self.0.key
    }

    /// The UDP port, which is also the greeting's TCP port.
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// Dials a peer at these addresses and, if it is near, at those heard on the local network; all at once, the first to
    /// answer counts. Fails after ten seconds.
    ///
    /// Every call makes a link of its own. When two peers dial each other at the same time both links exist, and the peers
    /// agree on one by a rule of theirs ([`Link::is_dialled`] names one).
    pub async fn dial(&self, key: Key, addrs: &[SocketAddr], protocol: Protocol) -> Result<Link, DialError> {
        let endpoint = self.endpoint().ok_or(DialError::NetClosed)?;
        let known = addrs.iter().copied().chain(self.0.heard.addrs(&key));
        let addrs = known.map(|addr| self.0.transport.addr(addr)).collect();
        dial::dial(&endpoint, self.0.local.clone(), key, addrs, protocol).await
    }

    /// Puts a gate before all incoming links from now on. Until the first call everybody is let in.
    pub fn set_gate(&self, gate: Arc<dyn Gate>) {
        self.0.doorway.set(gate);
    }

    /// Our own addresses to tell others, those of the local network first; for invitations.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.0.addresses.borrow().clone()
    }

    /// The same, with notice of every change.
    pub fn watch_addresses(&self) -> watch::Receiver<Vec<SocketAddr>> {
        self.0.addresses.clone()
    }

    /// Adds an address at which others say that they see us.
    pub async fn add_external_addr(&self, addr: SocketAddr) {
        if let Some(endpoint) = self.endpoint() {
            endpoint.add_external_addr(addr).await;
        }
    }

    /// Takes such an address back.
    pub async fn remove_external_addr(&self, addr: SocketAddr) {
        if let Some(endpoint) = self.endpoint() {
            endpoint.remove_external_addr(&addr).await;
        }
    }

    /// Who is on the local network, by key. Empty while discovery is off.
    pub fn nearby(&self) -> Vec<Nearby> {
        self.0.nearby.borrow().clone()
    }

    /// The same, with notice of every change.
    pub fn watch_nearby(&self) -> watch::Receiver<Vec<Nearby>> {
        self.0.nearby.clone()
    }

    /// Starts or stops being seen, and looking, on the local network.
    pub fn set_discovery(&self, on: bool) {
        self.0.notice.send_if_modified(|notice| std::mem::replace(&mut notice.on, on) != on);
    }

    /// Whether we are seen, and look, on the local network.
    pub fn discovery(&self) -> bool {
        self.0.notice.borrow().on
    }

    /// Changes the name that others see; it is cut to [`crate::MAX_NAME_BYTES`].
    pub fn set_name(&self, name: &str) {
        let name = tidy_name(name);
        self.0.notice.send_if_modified(|notice| std::mem::replace(&mut notice.name, name.clone()) != name);
    }

    /// Asks who is at an address: the first step when an address is all one knows.
    pub async fn greet(&self, addr: SocketAddr) -> Result<Greeting, GreetError> {
        match &self.0.transport {
            Transport::Real => greeting::greet(addr).await,
            #[cfg(feature = "sim")]
            Transport::Sim(transport) => transport.greet(addr).await,
        }
    }
}

impl std::fmt::Debug for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Net").field("key", &self.key()).field("port", &self.port()).finish_non_exhaustive()
    }
}
