//! Bytes between keys.
//!
//! A [`Net`] is one peer's presence on the network: a UDP socket that speaks QUIC with whoever holds the other key, a TCP
//! socket of the same number that says who is here ([`greeting`]), the neighbours heard on the local network
//! ([`Nearby`]), and a store of blobs served to those who may have them ([`blobs`]).
//!
//! It promises that a [`Link`] is with the key it says, encrypted, and was let in by the [`Gate`]; that nothing a stranger
//! sends makes it allocate more than a named limit; and that no computer but the peers' own is ever involved.
//! It never decodes what travels: frames are bytes, and the crate knows none of our others.
//! It is the only crate that names iroh.

pub mod blobs;
pub mod greeting;
#[cfg(feature = "sim")]
pub mod sim;

mod addresses;
mod bind;
mod config;
mod dial;
mod frames;
mod gate;
mod incoming;
mod key;
mod link;
mod nearby;
mod net;
mod protocol;
mod tuning;

pub use addresses::Path;
pub use config::{Bind, Config, Transport};
pub use dial::DialError;
pub use frames::{FrameError, MAX_FRAME_BYTES, Reader, Stream, Writer};
pub use gate::{Gate, Open};
pub use incoming::{Incoming, MAX_HALF_OPEN, MAX_LINKS, MAX_LINKS_PER_KEY, QUEUE_LINKS};
pub use key::{Key, SecretKey};
pub use link::{Closed, Link, code};
pub use nearby::{MAX_NAME_BYTES, MAX_NEARBY, Nearby};
pub use net::{Net, StartError};
pub use protocol::Protocol;
pub use tuning::{IDLE_TIMEOUT, KEEP_ALIVE};
