//! Connections: every peer one knows of, and how it is reached at this moment.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::people::Reach;

/// One peer of a member or a contact, or one's own. `GET /api/v1/connections`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Connection {
    /// The peer's id.
    pub peer: String,
    /// The id of the person it acts for.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// Whether it acts for oneself.
    pub me: bool,
    /// Whether it is online, as far as one hears.
    pub online: bool,
    /// How it is reached; of one's own running peer `local`.
    pub reach: Reach,
    /// The round trip, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<f64>,
    /// The name of who relays, where it is relayed and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The id of the peer that relays, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via_peer: Option<String>,
    /// The address its packets come from, as `ip:port`; none where they are relayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Since when there is a session with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Bytes sent over the session's connection.
    pub sent_bytes: u64,
    /// Bytes received over the session's connection.
    pub received_bytes: u64,
    /// Ids of the spaces one shares with it.
    pub spaces: Vec<String>,
}
