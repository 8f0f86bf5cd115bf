//! The frames of the control stream.

use minicbor::{Decode, Encode};

use super::{Beacon, Hello, MAX_BEACONS, MAX_HOLDINGS, MAX_WHEREABOUTS, Report, Typing, Whereabouts};
use crate::{log::MAX_RUN_BYTES, sync::Message};

/// A frame is at most so many bytes: a full run and what is around it.
pub const MAX_FRAME_BYTES: usize = MAX_RUN_BYTES + 64 * 1024;

/// What is said, one at a time.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Frame {
    /// First, and only first.
    #[n(0)]
    Hello(#[n(0)] Hello),
    /// Bringing each other up to date.
    #[n(1)]
    Sync(#[n(0)] Message),
    /// Who holds what.
    #[n(2)]
    Report(#[n(0)] Report),
    /// Who is there: at most [`MAX_BEACONS`], ourselves among them.
    #[n(3)]
    Presence(#[n(0)] Vec<Beacon>),
    /// Last: why the session ends.
    #[n(4)]
    Close(#[n(0)] Close),
    /// Where peers may be found: at most [`MAX_WHEREABOUTS`].
    #[n(5)]
    Addresses(#[n(0)] Vec<Whereabouts>),
    /// Who is writing.
    #[n(6)]
    Typing(#[n(0)] Typing),
}

/// Why a session ends. As a number it is also the connection's close code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Close {
    /// The peer stops.
    #[n(0)]
    Goodbye,
    /// No version in common.
    #[n(1)]
    Version,
    /// The person's proof does not hold.
    #[n(2)]
    Proof,
    /// The other broke the protocol.
    #[n(3)]
    Fault,
    /// The other is not wanted: blocked, or shares nothing with us.
    #[n(4)]
    Unwanted,
    /// A newer connection of the same two peers takes over.
    #[n(5)]
    Replaced,
    /// Not needed any more: no longer a neighbour.
    #[n(6)]
    Idle,
    /// Too much at once on this side.
    #[n(7)]
    Busy,
}

impl Close {
    /// The code a connection is closed with.
    pub const fn code(self) -> u32 {
        self as u32
    }
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME_BYTES`].
    #[error("a frame is longer than {MAX_FRAME_BYTES} bytes")]
    TooLong,
    /// No frame of any version known here.
    #[error("the bytes are no frame known here")]
    Malformed,
    /// A list in it is longer than allowed.
    #[error("a list in a frame is longer than allowed")]
    TooMany,
}

impl Frame {
    /// The bytes, without the length in front.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a stranger's bytes. Nothing for a kind of frame that is not known here: it is to be passed over.
    pub fn from_bytes(bytes: &[u8]) -> Result<Option<Frame>, FrameError> {
        if bytes.len() > MAX_FRAME_BYTES {
            return Err(FrameError::TooLong);
        }
        let kind = kind(bytes).ok_or(FrameError::Malformed)?;
        if kind > 6 {
            return Ok(None);
        }
        let frame: Frame = minicbor::decode(bytes).map_err(|_| FrameError::Malformed)?;
        if frame.is_within_limits() { Ok(Some(frame)) } else { Err(FrameError::TooMany) }
    }

    fn is_within_limits(&self) -> bool {
        match self {
            Frame::Hello(_) | Frame::Close(_) | Frame::Typing(_) => true,
            Frame::Report(report) => report.holdings.len() <= MAX_HOLDINGS,
            Frame::Presence(beacons) => beacons.len() <= MAX_BEACONS,
            Frame::Sync(message) => message.is_within_limits(),
            Frame::Addresses(all) => all.len() <= MAX_WHEREABOUTS && all.iter().all(Whereabouts::is_within_limits),
        }
    }
}

/// The number of a frame's kind.
fn kind(bytes: &[u8]) -> Option<u64> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.array().ok()?;
    decoder.u64().ok()
}
