//! The peer itself: who it is, how it does.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/status`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The running program.
    pub peer: PeerStatus,
    /// Who it acts for.
    pub person: PersonStatus,
    /// Where the page is.
    pub api: ApiStatus,
    /// How many spaces one is in.
    pub spaces: usize,
    /// Unread messages in all of them.
    pub unread: u64,
    /// Peers with an open session.
    pub sessions: usize,
    /// Bytes of content sent to other peers since the start.
    pub sent_bytes: u64,
    /// Bytes of content received from other peers since the start.
    pub received_bytes: u64,
    /// What deserves attention: a wrong clock, a set-aside store, a firewall. Whole sentences.
    pub notices: Vec<String>,
}

/// The running program.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PeerStatus {
    /// Its key, which is its address.
    pub id: String,
    /// The program's version.
    pub version: String,
    /// The port it listens on: UDP for peers, TCP for greetings.
    pub port: u16,
    /// The addresses others may find it at, best first, as `ip:port`.
    pub addresses: Vec<String>,
    /// The folder it keeps everything in.
    pub home: String,
    /// Its process id.
    pub pid: u32,
    /// Since when it runs.
    pub since: String,
    /// Whether people on the local network can see it.
    pub nearby: bool,
}

/// Who a peer acts for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PersonStatus {
    /// The person's id.
    pub id: String,
    /// The name others see.
    pub name: String,
}

/// Where the page is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ApiStatus {
    /// The page's address on this computer.
    pub url: String,
}

/// `GET /api/v1/id`: what one gives to others.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// The peer and its person.
    pub peer: String,
    /// The person's id.
    pub person: String,
    /// The name others see.
    pub name: String,
    /// A link that `peer connect` understands: key and addresses.
    pub link: String,
}

/// `GET`/`PUT /api/v1/settings`. In a `PUT` what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    /// The name others see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether people on the local network can see this peer, and this peer them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearby: Option<bool>,
}

/// `POST /api/v1/backup`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Backup {
    /// The file to write, absolute.
    pub file: crate::AnyPath,
    /// What it is encrypted with.
    pub passphrase: String,
}

/// What a backup holds.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BackedUp {
    /// The file.
    pub file: String,
    /// Its bytes.
    pub size: u64,
}
