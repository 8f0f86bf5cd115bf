//! Sessions: what two peers keep with each other above a connection.
//!
//! One task a session drives `proto::sync` over one control stream; the registry here knows who is connected, hands news to every
//! session, and remembers what is heard of others (presence, reports, clocks). Whom to dial is decided in `dial`.
//! It never looks into an op: `proto` judges, `spaces` stores.

mod accept;
mod dial;
mod hear;
mod online;
mod outbox;
mod registry;
mod run;
mod serve;
mod spread;
mod typing;
mod view;
mod whereabouts;

use std::{net::SocketAddr, time::Duration};

use api::people::Reach;
use proto::{
    id::{PeerId, PersonId},
    time::Time,
};

pub(crate) use accept::accept;
pub use registry::Sessions;

/// At most so many sessions at one time; further ones are told that we are busy.
pub const MAX_SESSIONS: usize = 128;

/// News that waits for a session; beyond that the session compares everything anew.
const MAX_NEWS: usize = 256;

/// A hello must come within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// The clock of a session: sync's timeouts, and what is gathered before it is said.
const TICK: Duration = Duration::from_secs(1);

/// Reports are gathered for so long, so that a burst of messages makes one.
const REPORT_AFTER: Duration = Duration::from_millis(40);

/// How one is connected to a peer.
#[derive(Debug, Clone, Copy)]
pub struct Contact {
    /// The kind of path.
    pub reach: Reach,
    /// The round trip.
    pub rtt: Option<Duration>,
}

/// A session, as people see it.
#[derive(Debug, Clone, Copy)]
pub struct Connected {
    /// How the other end is reached.
    pub contact: Contact,
    /// Where its packets come from; nothing where they are relayed.
    pub path: Option<SocketAddr>,
    /// Since when there is this session.
    pub since: Time,
    /// Bytes sent over its connection.
    pub sent_bytes: u64,
    /// Bytes received over its connection.
    pub received_bytes: u64,
}

/// Who is at the other end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Partner {
    peer: PeerId,
    person: PersonId,
}

/// How a path is called everywhere.
fn reach(path: net::Path) -> Reach {
    match path {
        net::Path::Local => Reach::Local,
        net::Path::Lan => Reach::Lan,
        net::Path::Direct => Reach::Direct,
        net::Path::Relayed => Reach::Relayed,
    }
}
