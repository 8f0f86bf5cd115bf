//! A link: one encrypted connection with one key, for one protocol.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use iroh::endpoint::{Connection, ConnectionError, VarInt};

use crate::{
    FrameError, Key, Path, Protocol, Stream,
    addresses::{LocalHost, classify, socket_addr},
    tuning,
};

/// The codes with which links are closed by this crate. Protocols use codes of their own from [`code::FIRST_FREE`] on.
pub mod code {
    /// Closed in the normal course of things.
    pub const DONE: u32 = 0;
    /// The gate did not let the key in.
    pub const REFUSED: u32 = 1;
    /// Too many links are open or waiting; later may be better.
    pub const BUSY: u32 = 2;
    /// The peer is going away.
    pub const GOING: u32 = 3;
    /// The first code that is free for protocols.
    pub const FIRST_FREE: u32 = 16;
}

/// One encrypted connection with one key, for one protocol. Clones are the same link.
///
/// It closes when the last clone and the last of its streams are dropped, when either end closes it, or when nothing came
/// from the other end for [`crate::IDLE_TIMEOUT`].
#[derive(Clone, Debug)]
pub struct Link {
    connection: Connection,
    protocol: Protocol,
    dialled: bool,
    local: Arc<LocalHost>,
}

/// Why a link is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// This side closed it.
    #[error("closed by this peer")]
    Here,
    /// The other side closed it.
    #[error("closed by the other peer: {reason} (code {code})")]
    There {
        /// One of [`code`], or the protocol's own.
        code: u64,
        /// What the other side says, cut to what can be shown.
        reason: String,
    },
    /// Nothing came for [`crate::IDLE_TIMEOUT`].
    #[error("the other peer fell silent")]
    Silent,
    /// The other side has lost the connection, as after a restart, or broke the rules of the transport.
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// What is kept of a reason the other side gives.
const MAX_REASON_CHARS: usize = 200;

/// The label of [`Link::binding`] (RFC 5705).
const BINDING_LABEL: &[u8] = b"EXPORTER-peerage-binding-1";

impl Link {
    pub(crate) fn new(connection: Connection, protocol: Protocol, dialled: bool, local: Arc<LocalHost>) -> Self {
        if protocol == Protocol::Blobs {
            connection.set_receive_window(VarInt::from_u32(tuning::BULK_LINK_BYTES));
        }
        Self { connection, protocol, dialled, local }
    }

    /// The key at the other end, proven by the handshake.
    pub fn key(&self) -> Key {
        self.connection.remote_id().into()
    }

    /// What the link is for.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Whether this side dialled. Of two links that two peers dialled at the same time both ends keep, for example, the
    /// one that the lower key dialled.
    pub fn is_dialled(&self) -> bool {
        self.dialled
    }

    /// Where the other end's packets come from at the moment: its address as seen from here, which it may want to know.
    /// `None` when they come through a relay.
    pub fn remote_addr(&self) -> Option<SocketAddr> {
        self.connection
            .paths()
            .iter()
            .filter(|path| path.is_selected())
            .find_map(|path| socket_addr(path.remote_addr()))
    }

    /// How the other end is reached at the moment.
    pub fn path(&self) -> Path {
        self.remote_addr().map_or(Path::Relayed, |addr| classify(addr, &self.local))
    }

    /// The round-trip time of the path in use.
    pub fn rtt(&self) -> Option<Duration> {
        self.connection.paths().iter().find(|path| path.is_selected()).map(|path| path.rtt())
    }

    /// Bytes sent and received on the wire so far, in UDP datagrams.
    pub fn traffic_bytes(&self) -> (u64, u64) {
        let stats = self.connection.stats();
        (stats.udp_tx.bytes, stats.udp_rx.bytes)
    }

    /// Opens a stream. The other end learns of it with the first byte sent.
    pub async fn open(&self) -> Result<Stream, FrameError> {
        let (send, recv) = self.connection.open_bi().await.map_err(|_| FrameError::LinkGone)?;
        Ok(Stream::new(send, recv))
    }

    /// Waits for the other end to open a stream. Cancel-safe.
    pub async fn accept(&self) -> Result<Stream, FrameError> {
        let (send, recv) = self.connection.accept_bi().await.map_err(|_| FrameError::LinkGone)?;
        Ok(Stream::new(send, recv))
    }

    /// Closes the link at once: what is under way is lost. See [`code`].
    pub fn close(&self, code: u32, reason: &str) {
        self.connection.close(VarInt::from_u32(code), reason.as_bytes());
    }

    /// Resolves when the link is closed, by whomever, with why. Cancel-safe.
    pub async fn closed(&self) -> Closed {
        self.connection.closed().await.into()
    }

    /// Why the link is closed; `None` while it is open.
    pub fn close_reason(&self) -> Option<Closed> {
        self.connection.close_reason().map(Into::into)
    }

    /// 32 bytes that only the two ends of this very link can compute, for words that people compare. Both ends get the
    /// same for the same `context`.
    pub fn binding(&self, context: &[u8]) -> [u8; 32] {
        let mut bytes = [0; 32];
        let exported = self.connection.export_keying_material(&mut bytes, BINDING_LABEL, context);
        exported.expect("32 bytes are within what TLS exports");
        bytes
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl From<ConnectionError> for Closed {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::LocallyClosed => Self::Here,
            ConnectionError::TimedOut => Self::Silent,
            ConnectionError::ApplicationClosed(close) => {
                Self::There { code: close.error_code.into_inner(), reason: shown(&close.reason) }
            }
            other => Self::Broken(shown(other.to_string().as_bytes())),
        }
    }
}

/// What a stranger says, made fit to be shown: no control characters, not long.
fn shown(reason: &[u8]) -> String {
    let text = String::from_utf8_lossy(&reason[..reason.len().min(4 * MAX_REASON_CHARS)]);
    text.chars().filter(|c| !c.is_control()).take(MAX_REASON_CHARS).collect()
}
