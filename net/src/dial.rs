//! Dialling: from a key and addresses to a link that the other end has accepted.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use iroh::{
    Endpoint, EndpointAddr, TransportAddr,
    endpoint::{ConnectOptions, ConnectWithOptsError, ConnectingError, Connection, ConnectionError},
};

use crate::{
    Closed, Key, Link, Path, Protocol,
    addresses::{LocalHost, classify, socket_addr},
    incoming::WELCOME,
    link::code,
    tuning::{self, Reach},
};

/// How long a dial may take, from the first packet to the other end's welcome.
pub(crate) const DIAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The most addresses of one peer that are tried.
const MAX_DIALLED: usize = 32;

/// TLS alerts (RFC 8446 section 6) begin here among QUIC's error codes (RFC 9001 section 4.8).
const TLS_ALERTS: std::ops::Range<u64> = 0x100..0x200;

/// The alert that says that the two have no protocol in common.
const NO_PROTOCOL: u64 = 0x178;

/// Why a peer could not be dialled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// Neither the caller nor the local network knows an address of the peer.
    #[error("no address of the peer is known")]
    NoAddress,
    /// Nobody answered at any of its addresses in time.
    #[error("the peer did not answer")]
    TimedOut,
    /// The peer was reached and does not let us in.
    #[error("the peer refused: {reason} (code {code})")]
    Refused {
        /// One of [`crate::code`].
        code: u64,
        /// What the peer says.
        reason: String,
    },
    /// The peer does not speak this version of the protocol.
    #[error("the peer does not speak this version of the protocol")]
    NoProtocol,
    /// Somebody else answers at the address.
    #[error("another peer answers at that address")]
    WrongKey,
    /// It is our own key.
    #[error("that is this peer itself")]
    Ourselves,
    /// [`crate::Net::close`] was called.
    #[error("the network is closed")]
    NetClosed,
    /// The connection broke while it was set up.
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// Dials `key` and waits for its welcome.
pub(crate) async fn dial(
    endpoint: &Endpoint,
    local: Arc<LocalHost>,
    key: Key,
    addrs: BTreeSet<TransportAddr>,
    protocol: Protocol,
) -> Result<Link, DialError> {
    let near =
        !addrs.is_empty() && addrs.iter().filter_map(socket_addr).all(|addr| classify(addr, &local) <= Path::Lan);
    let reach = if near { Reach::Near } else { Reach::Far };
    let id = key.endpoint_id().ok_or(DialError::NoAddress)?;
    let addr = EndpointAddr { id, addrs: addrs.into_iter().take(MAX_DIALLED).collect() };
    let dialling = async {
        let options = ConnectOptions::new()
            .with_transport_config(tuning::transport(protocol, reach))
            .with_additional_alpns(vec![Protocol::meant_for(&key)]);
        let connection = endpoint.connect_with_opts(addr, protocol.alpn(), options).await?.await?;
        welcomed(&connection).await?;
        Ok(connection)
    };
    let connection = tokio::time::timeout(DIAL_TIMEOUT, dialling).await.unwrap_or(Err(DialError::TimedOut))?;
    Ok(Link::new(connection, protocol, true, local))
}

/// Waits until the other end says that it lets us in. The handshake alone does not tell: on the dialling side it is
/// complete before the other end has seen our key.
async fn welcomed(connection: &Connection) -> Result<(), DialError> {
    let mut stream = connection.accept_uni().await?;
    match stream.read_to_end(WELCOME.len()).await {
        Ok(bytes) if bytes == WELCOME => Ok(()),
        _ => Err(connection.close_reason().map_or_else(|| DialError::Broken("no welcome".into()), DialError::from)),
    }
}

impl From<ConnectingError> for DialError {
    fn from(error: ConnectingError) -> Self {
        match error {
            ConnectingError::ConnectionError { source, .. } => source.into(),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<ConnectWithOptsError> for DialError {
    fn from(error: ConnectWithOptsError) -> Self {
        match error {
            ConnectWithOptsError::SelfConnect { .. } => Self::Ourselves,
            ConnectWithOptsError::NoAddress { .. } => Self::NoAddress,
            ConnectWithOptsError::EndpointClosed { .. } => Self::NetClosed,
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<ConnectionError> for DialError {
    fn from(error: ConnectionError) -> Self {
        match &error {
            ConnectionError::TransportError(cause) if u64::from(cause.code) == NO_PROTOCOL => Self::NoProtocol,
            ConnectionError::TransportError(cause) if TLS_ALERTS.contains(&u64::from(cause.code)) => Self::WrongKey,
            ConnectionError::ConnectionClosed(close) if u64::from(close.error_code) == NO_PROTOCOL => Self::NoProtocol,
            ConnectionError::ConnectionClosed(close) if u64::from(close.error_code) == CONNECTION_REFUSED => {
                Self::Refused { code: code::BUSY.into(), reason: "busy".into() }
            }
            _ => Closed::from(error).into(),
        }
    }
}

/// QUIC's CONNECTION_REFUSED (RFC 9000 section 20.1): what a peer says that has too many handshakes under way.
const CONNECTION_REFUSED: u64 = 0x2;

impl From<Closed> for DialError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::There { code, reason } => Self::Refused { code, reason },
            Closed::Silent => Self::TimedOut,
            Closed::Here => Self::NetClosed,
            Closed::Broken(why) => Self::Broken(why),
        }
    }
}
