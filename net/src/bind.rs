//! The sockets of a presence: one port number, for QUIC on UDP and for the greeting on TCP.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener as StdListener, UdpSocket},
    time::Duration,
};

use iroh::{
    Endpoint, RelayMap, RelayMode,
    endpoint::{BindError, BindOpts, Builder, PortmapperConfig, presets},
};
use socket2::{Domain, Socket, Type};
use tokio::{net::TcpListener, time::Instant};

use crate::{
    Bind, Config, Protocol, StartError, Transport,
    tuning::{self, Reach},
};

/// How many ports are tried until one is free for UDP and TCP, when any will do.
const PORT_TRIES: usize = 16;

/// Callers of the greeting that the system keeps waiting for us.
const BACKLOG: i32 = 128;

/// How long a closed port may take to be free.
const FREED_WITHIN: Duration = Duration::from_secs(2);

/// The pause between two looks at a port that is not free yet.
const FREED_PAUSE: Duration = Duration::from_millis(10);

/// The sockets of a presence before anything runs on them.
pub(crate) struct Bound {
    pub(crate) endpoint: Endpoint,
    /// The UDP port, and the TCP port of the listeners.
    pub(crate) port: u16,
    pub(crate) listeners: Vec<TcpListener>,
}

/// Binds what the configuration asks for.
pub(crate) async fn bind(config: &Config) -> Result<Bound, StartError> {
    match &config.transport {
        Transport::Real => bind_any(config).await,
        #[cfg(feature = "sim")]
        Transport::Sim(transport) => {
            let builder = builder(config).clear_relay_transports().add_custom_transport(transport.custom());
            let endpoint = builder.bind().await.map_err(|error| StartError::Transport(error.to_string()))?;
            Ok(Bound { endpoint, port: transport.addr().port(), listeners: Vec::new() })
        }
    }
}

async fn bind_any(config: &Config) -> Result<Bound, StartError> {
    for _ in 1..PORT_TRIES {
        match bind_port(config).await {
            Err(StartError::PortTaken { .. }) if config.port == 0 => {}
            bound => return bound,
        }
    }
    bind_port(config).await
}

async fn bind_port(config: &Config) -> Result<Bound, StartError> {
    let (listeners, port) = listen(&config.bind, config.port)?;
    let mut builder = builder(config).relay_mode(RelayMode::Custom(RelayMap::empty()));
    for (ip, opts) in sockets(&config.bind) {
        let bound = builder.bind_addr_with_opts(SocketAddr::new(ip, port), opts);
        builder = bound.map_err(|error| StartError::Transport(error.to_string()))?;
    }
    match builder.bind().await {
        Ok(endpoint) => Ok(Bound { endpoint, port, listeners }),
        Err(BindError::Sockets { source, .. }) if source.kind() == ErrorKind::AddrInUse => {
            Err(StartError::PortTaken { port })
        }
        Err(error) => Err(StartError::Transport(error.to_string())),
    }
}

/// Waits until the port is free again after its sockets were closed: the system and the endpoint take a moment.
pub(crate) async fn freed(bind: &Bind, port: u16) {
    let began = Instant::now();
    let is_free = |ip: &IpAddr| {
        UdpSocket::bind(SocketAddr::new(*ip, port)).is_ok() && listener(SocketAddr::new(*ip, port)).is_ok()
    };
    let everywhere = [Ipv4Addr::UNSPECIFIED.into()];
    let ips = if let Bind::Only(ips) = bind { &ips[..] } else { &everywhere };
    while !ips.iter().all(is_free) && began.elapsed() < FREED_WITHIN {
        tokio::time::sleep(FREED_PAUSE).await;
    }
}

/// What every endpoint has in common: our key, our protocols, nobody's infrastructure.
fn builder(config: &Config) -> Builder {
    Endpoint::builder(presets::Minimal)
        .secret_key(config.secret.iroh())
        .alpns(Protocol::ALL.map(|protocol| protocol.alpn().to_vec()).to_vec())
        .transport_config(tuning::transport(Protocol::Session, Reach::Far))
        .portmapper_config(PortmapperConfig::Disabled)
        .clear_ip_transports()
}

/// The UDP sockets to bind. The first of a family also serves destinations outside its own network.
fn sockets(bind: &Bind) -> Vec<(IpAddr, BindOpts)> {
    match bind {
        Bind::Everywhere => vec![
            (Ipv4Addr::UNSPECIFIED.into(), BindOpts::default()),
            (Ipv6Addr::UNSPECIFIED.into(), BindOpts::default().set_is_required(false)),
        ],
        Bind::Only(ips) => {
            let first = |ip: &IpAddr| ips.iter().find(|other| other.is_ipv4() == ip.is_ipv4()) == Some(ip);
            let opts = |ip: &IpAddr| if first(ip) { BindOpts::default() } else { alone(ip) };
            ips.iter().map(|ip| (*ip, opts(ip))).collect()
        }
    }
}

/// For a socket that serves only the hosts next to its address.
fn alone(ip: &IpAddr) -> BindOpts {
    BindOpts::default().set_prefix_len(if ip.is_ipv4() { 24 } else { 64 })
}

/// Listens on TCP, at the same port of every address.
fn listen(bind: &Bind, port: u16) -> Result<(Vec<TcpListener>, u16), StartError> {
    let everywhere = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    let (ips, optional) = match bind {
        Bind::Everywhere => (&everywhere[..], true),
        Bind::Only(ips) => (&ips[..], false),
    };
    let (mut listeners, mut port) = (Vec::new(), port);
    for ip in ips {
        let addr = SocketAddr::new(*ip, port);
        match listener(addr) {
            Ok(listener) => {
                port = listener.local_addr().map_or(port, |addr| addr.port());
                listeners.push(listener);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => return Err(StartError::PortTaken { port }),
            Err(error) if optional && ip.is_ipv6() => tracing::debug!(%error, "no IPv6 here"),
            Err(source) => return Err(StartError::Bind { addr, source }),
        }
    }
    Ok((listeners, port))
}

fn listener(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    if addr.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // So that a restart finds its port although old connections linger. On Windows the option would steal the port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(StdListener::from(socket))
}
