//! What a [`crate::Net`] is started with.

use std::net::{IpAddr, SocketAddr};

use iroh::{Endpoint, TransportAddr};

use crate::{SecretKey, addresses};

/// How to be on the network.
#[derive(Clone, Debug)]
pub struct Config {
    /// The peer's key.
    pub secret: SecretKey,
    /// The UDP port, and the TCP port of the greeting. 0: any that is free for both.
    pub port: u16,
    /// Which of the host's addresses to listen on.
    pub bind: Bind,
    /// Whether to be seen, and to look, on the local network. [`crate::Net::set_discovery`] changes it later.
    pub discovery: bool,
    /// The name to be seen under on the local network and in the greeting; cut to [`crate::MAX_NAME_BYTES`].
    pub name: String,
    /// The network itself.
    pub transport: Transport,
}

/// Which of the host's addresses to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bind {
    /// Every interface, IPv4 and, where the host has it, IPv6.
    Everywhere,
    /// These addresses only, each of which must exist.
    Only(Vec<IpAddr>),
}

impl Bind {
    /// The loopback only: for tests.
    pub fn loopback() -> Self {
        Self::Only(vec![IpAddr::from([127, 0, 0, 1])])
    }
}

/// The network a [`crate::Net`] lives in.
#[derive(Clone, Debug)]
pub enum Transport {
    /// The host's own sockets.
    Real,
    /// A simulated one, in this process and in virtual time.
    #[cfg(feature = "sim")]
    Sim(crate::sim::Transport),
}

impl Transport {
    /// Our own addresses, as far as they are known at once.
    pub(crate) fn own_addrs(&self, endpoint: &Endpoint) -> Vec<SocketAddr> {
        match self {
            Self::Real => addresses::own(&endpoint.addr()),
            #[cfg(feature = "sim")]
            Self::Sim(transport) => vec![transport.addr()],
        }
    }

    /// An address as the endpoint wants it.
    pub(crate) fn addr(&self, addr: SocketAddr) -> TransportAddr {
        match self {
            Self::Real => TransportAddr::Ip(addr),
            #[cfg(feature = "sim")]
            Self::Sim(_) => TransportAddr::Custom(crate::sim::custom_addr(addr)),
        }
    }
}
