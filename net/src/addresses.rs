//! Addresses: our own, and what another's says about how it is reached.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, RwLock},
};

use iroh::{Endpoint, EndpointAddr, TransportAddr, Watcher};
use netwatch::interfaces::State;
use tokio::sync::watch;

/// How the other end of a link is reached, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Path {
    /// On this host.
    Local,
    /// On the local network: a private address, or one of a network this host is attached to.
    Lan,
    /// Straight across the internet.
    Direct,
    /// Through a relay.
    Relayed,
}

/// The most of our own addresses that are told to others.
const MAX_ADDRESSES: usize = 16;

/// The networks this host is attached to, kept up to date.
#[derive(Debug, Default)]
pub(crate) struct LocalHost(RwLock<Vec<Attached>>);

/// One address of this host and the length of its network's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attached {
    ip: IpAddr,
    prefix_bits: u8,
}

impl LocalHost {
    pub(crate) fn update(&self, state: &State) {
        let attached = state
            .interfaces
            .values()
            .filter(|interface| interface.is_up())
            .flat_map(|interface| interface.addrs())
            .map(|net| Attached { ip: net.addr(), prefix_bits: prefix_bits(&net) })
            .collect();
        *self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = attached;
    }

    fn any(&self, test: impl Fn(&Attached) -> bool) -> bool {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).iter().any(test)
    }
}

fn prefix_bits(net: &netwatch::interfaces::IpNet) -> u8 {
    match net {
        netwatch::interfaces::IpNet::V4(net) => net.prefix_len(),
        netwatch::interfaces::IpNet::V6 { net, .. } => net.prefix_len(),
    }
}

impl Attached {
    fn network_has(&self, ip: IpAddr) -> bool {
        match (self.ip, ip) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_prefix(own.to_bits().into(), other.to_bits().into(), 32, self.prefix_bits)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_prefix(own.to_bits(), other.to_bits(), 128, self.prefix_bits),
            _ => false,
        }
    }
}

/// Whether two addresses of `width` bits begin with the same `bits`. A prefix of no bits is a default route, no network.
fn same_prefix(a: u128, b: u128, width: u8, bits: u8) -> bool {
    (1..=width).contains(&bits) && (a ^ b).checked_shr((width - bits).into()).unwrap_or(0) == 0
}

/// How a peer whose packets come from `addr` is reached.
pub(crate) fn classify(addr: SocketAddr, local: &LocalHost) -> Path {
    let ip = addr.ip().to_canonical();
    if ip.is_loopback() || local.any(|own| own.ip == ip) {
        Path::Local
    } else if is_private(ip) || local.any(|own| own.network_has(ip)) {
        Path::Lan
    } else {
        Path::Direct
    }
}

/// Addresses that no router carries across the internet (RFC 1918, 3927, 4193, 4291).
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// Whether another host could use the address as it stands: link-local IPv6 addresses need the asker's own interface.
fn is_tellable(addr: &SocketAddr) -> bool {
    match addr.ip() {
        IpAddr::V4(ip) => !ip.is_unspecified() && !ip.is_multicast(),
        IpAddr::V6(ip) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_unicast_link_local(),
    }
}

/// The tellable ones of `addrs`, private ones first, as many as are told.
pub(crate) fn tellable(addrs: impl IntoIterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut addrs: Vec<SocketAddr> = addrs.into_iter().filter(is_tellable).collect();
    addrs.sort_by_key(|addr| (addr.ip().is_loopback(), !is_private(addr.ip()), *addr));
    addrs.dedup();
    addrs.truncate(MAX_ADDRESSES);
    addrs
}

/// Our own addresses to tell others.
pub(crate) fn own(addr: &EndpointAddr) -> Vec<SocketAddr> {
    tellable(addr.ip_addrs().copied())
}

/// The IP address of a transport address that has one.
pub(crate) fn socket_addr(addr: &TransportAddr) -> Option<SocketAddr> {
    match addr {
        TransportAddr::Ip(addr) => Some(*addr),
        #[cfg(feature = "sim")]
        TransportAddr::Custom(addr) => crate::sim::socket_addr(addr),
        _ => None,
    }
}

/// Keeps `addresses` equal to what the endpoint knows of its own.
pub(crate) async fn follow(endpoint: Endpoint, addresses: watch::Sender<Vec<SocketAddr>>) {
    let mut watcher = endpoint.watch_addr();
    loop {
        let known = self::own(&watcher.get());
        addresses.send_if_modified(|before| std::mem::replace(before, known.clone()) != known);
        if watcher.updated().await.is_err() {
            return;
        }
    }
}

/// Keeps `local` equal to the host's interfaces, and tells of every change.
pub(crate) async fn follow_interfaces(local: Arc<LocalHost>, interfaces: watch::Sender<Option<State>>) {
    let Ok(monitor) = netwatch::netmon::Monitor::new().await else {
        tracing::warn!("changes of the network cannot be watched on this system");
        local.update(&State::new().await);
        return;
    };
    let mut states = monitor.interface_state();
    loop {
        let state = states.get();
        local.update(&state);
        interfaces.send_replace(Some(state));
        if states.updated().await.is_err() {
            return;
        }
    }
}
