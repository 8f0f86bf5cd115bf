//! How links behave on the wire: timeouts, windows, congestion control.

use std::time::Duration;

use iroh::endpoint::{IdleTimeout, QuicTransportConfig, VarInt};

/// A silent link is pinged this often: keeps NAT bindings open at about 40 bytes a second.
pub const KEEP_ALIVE: Duration = Duration::from_secs(3);

/// A link from which nothing came for this long is dead: two pings and their repeats went unanswered.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(8);

/// What one stream may have under way: 1 Gbit/s at 128 ms.
pub(crate) const STREAM_WINDOW_BYTES: u32 = 16 << 20;

/// What all streams of a link may have under way, and so what its other end can make us hold: enough for 160 Mbit/s at 200 ms.
pub(crate) const LINK_WINDOW_BYTES: u32 = 4 << 20;

/// The same for a link that carries blobs, whose bytes go to disk as they come.
pub(crate) const BULK_WINDOW_BYTES: u32 = 32 << 20;

/// What we keep for sending again until it is acknowledged.
const SEND_WINDOW_BYTES: u64 = 32 << 20;

/// Streams the other end may have open at once: pieces of blobs asked for side by side.
const MAX_STREAMS: u32 = 128;

/// One-way streams the other end may have open at once: only the welcome uses one.
const MAX_UNI_STREAMS: u32 = 4;

/// The transport of every link.
pub(crate) fn transport() -> QuicTransportConfig {
    let idle = IdleTimeout::try_from(IDLE_TIMEOUT).expect("seconds fit QUIC's milliseconds");
    QuicTransportConfig::builder()
        .keep_alive_interval(KEEP_ALIVE)
        .default_path_keep_alive_interval(KEEP_ALIVE)
        .max_idle_timeout(Some(idle))
        .default_path_max_idle_timeout(IDLE_TIMEOUT)
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW_BYTES))
        .receive_window(VarInt::from_u32(LINK_WINDOW_BYTES))
        .send_window(SEND_WINDOW_BYTES)
        .max_concurrent_bidi_streams(VarInt::from_u32(MAX_STREAMS))
        .max_concurrent_uni_streams(VarInt::from_u32(MAX_UNI_STREAMS))
        .build()
}
