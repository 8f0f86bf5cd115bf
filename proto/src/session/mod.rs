//! What two peers say to each other above one connection: who they are, what is new, who is there.
//!
//! One connection a pair, one control stream of [`Frame`]s each way, each frame a length (four bytes, big endian) and
//! that many bytes. The first frame is a [`Hello`]. The wire form is in `docs/spec/session.md`.

mod frame;
mod hello;
mod overlay;
mod presence;
mod report;
mod skew;
mod typing;
mod whereabouts;

pub use frame::{Close, Frame, FrameError, MAX_FRAME_BYTES};
pub use hello::{Features, Hello, HelloError, MAX_NAME_BYTES, MAX_PROOF_BYTES, MAX_VERSIONS, VERSION};
pub use overlay::{MAX_NEIGHBOURS, neighbours};
pub use presence::{Beacon, MAX_BEACONS, ONLINE_FOR, Presence, REPEAT};
pub use report::{Holding, MAX_HOLDINGS, Report, Reports};
pub use skew::{MAX_SKEW, Skew, Skews};
pub use typing::{TYPING_REPEAT, Typing, Writers};
pub use whereabouts::{MAX_ADDRESSES, MAX_WHEREABOUTS, Whereabouts};
