//! How links behave on the wire: timeouts, windows, congestion control.

use std::{sync::Arc, time::Duration};

use iroh::endpoint::{ControllerFactory, IdleTimeout, QuicTransportConfig, VarInt};
use noq_proto::congestion::{Bbr3Config, CubicConfig};

use crate::{Path, Protocol};

/// A silent link is pinged this often, which keeps NAT bindings open: about 45 bytes a second, both ways and IP headers included.
pub const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// A link on which something was sent and nothing came for this long is dead. On a silent one that is noticed
/// [`KEEP_ALIVE`] later at most.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(7);

/// What one stream of a link with blobs may have under way: 160 Mbit/s at 100 ms; a faster link takes several streams.
///
/// No more is possible: noq-proto 1.4.0 breaks a connection of which one stream has more than 2048 packets that are not
/// read yet (quinn issue 2809, mended there in pull request 2814, not in noq), and a packet may hold 1162 bytes.
const BULK_STREAM_BYTES: u32 = 2 << 20;

/// What one stream of any other link may have under way: for the same reason little, as its packets may be small.
const STREAM_BYTES: u32 = 256 << 10;

/// What all streams of a link may have under way, and so what its other end can make us hold.
const LINK_BYTES: u32 = 1 << 20;

/// The same for a link with blobs, once it is let in: its bytes go to disk as they come.
pub(crate) const BULK_LINK_BYTES: u32 = 32 << 20;

/// What we keep for sending again until it is acknowledged.
const SEND_BYTES: u64 = 32 << 20;

/// Streams the other end may have open at once: pieces of blobs asked for side by side.
const MAX_STREAMS: u32 = 128;

/// One-way streams the other end may have open at once: only the welcome uses one.
const MAX_UNI_STREAMS: u32 = 4;

/// How far the other end is, as far as its address tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// On this host or the local network, where little is lost.
    Near,
    /// Across the internet.
    Far,
}

impl From<Path> for Reach {
    fn from(path: Path) -> Self {
        if path <= Path::Lan { Self::Near } else { Self::Far }
    }
}

/// The transport of a link for this protocol.
///
/// Measured with 2 MB in one frame, 42 ms round trip, three runs each: with no packet lost CUBIC and BBR3 take 0.6 s both, with
/// 0.5% lost 1.1 to 2.9 s and 0.7 to 1.2 s, with 2% lost 5.0 to 7.8 s and 0.7 to 0.8 s. On the loopback BBR3 carries half as
/// much as CUBIC. So it depends on the reach.
pub(crate) fn transport(protocol: Protocol, reach: Reach) -> QuicTransportConfig {
    let idle = IdleTimeout::try_from(IDLE_TIMEOUT).expect("seconds fit QUIC's milliseconds");
    let stream_bytes = if protocol == Protocol::Blobs { BULK_STREAM_BYTES } else { STREAM_BYTES };
    let congestion: Arc<dyn ControllerFactory + Send + Sync> = match reach {
        Reach::Near => Arc::new(CubicConfig::default()),
        Reach::Far => Arc::new(Bbr3Config::default()),
    };
    QuicTransportConfig::builder()
        .congestion_controller_factory(congestion)
        .keep_alive_interval(KEEP_ALIVE)
        .default_path_keep_alive_interval(KEEP_ALIVE)
        .max_idle_timeout(Some(idle))
        .default_path_max_idle_timeout(IDLE_TIMEOUT)
        .stream_receive_window(VarInt::from_u32(stream_bytes))
        .receive_window(VarInt::from_u32(LINK_BYTES))
        .send_window(SEND_BYTES)
        .max_concurrent_bidi_streams(VarInt::from_u32(MAX_STREAMS))
        .max_concurrent_uni_streams(VarInt::from_u32(MAX_UNI_STREAMS))
        .build()
}
