//! How links behave on the wire: timeouts, windows, congestion control.

use std::time::Duration;

use iroh::endpoint::{IdleTimeout, QuicTransportConfig, VarInt};

use crate::Protocol;

/// A silent link is pinged this often: keeps NAT bindings open at about 40 bytes a second.
pub const KEEP_ALIVE: Duration = Duration::from_secs(3);

/// A link from which nothing came for this long is dead: two pings and their repeats went unanswered.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(8);

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

/// The transport of a link for this protocol.
pub(crate) fn transport(protocol: Protocol) -> QuicTransportConfig {
    let idle = IdleTimeout::try_from(IDLE_TIMEOUT).expect("seconds fit QUIC's milliseconds");
    let stream_bytes = if protocol == Protocol::Blobs { BULK_STREAM_BYTES } else { STREAM_BYTES };
    QuicTransportConfig::builder()
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
