//! People: contacts, members, those nearby, those who ask.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How one peer gets to another. Colour, shape and word are the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Same computer.
    Local,
    /// Same network.
    Lan,
    /// By its public address.
    Direct,
    /// Through NATs, by punching.
    Punched,
    /// By a port that a router maps.
    Mapped,
    /// Forwarded by a member.
    Relayed,
    /// Not at all at present.
    Unreachable,
}

/// `GET /api/v1/people`: contacts, and members of shared spaces.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The person's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether both confirmed each other's words.
    pub contact: bool,
    /// Whether one has blocked them.
    pub blocked: bool,
    /// Whether any of their peers is online.
    pub online: bool,
    /// How they are reached.
    pub reach: Reach,
    /// Round trip to the nearest of their peers, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<f64>,
    /// When they were last online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// Their peers' ids.
    pub peers: Vec<String>,
    /// Ids of the spaces one shares with them.
    pub spaces: Vec<String>,
}

/// `GET /api/v1/nearby`: who is on the local network.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Nearby {
    /// The peer's id.
    pub id: String,
    /// The first letters of it, for people.
    pub short: String,
    /// The name it gives.
    pub name: String,
}

/// The answer of `GET /api/v1/nearby`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NearbyList {
    /// Whether looking is switched on.
    pub on: bool,
    /// Who is there.
    pub people: Vec<Nearby>,
    /// What may hide us, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// `POST /api/v1/connect`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Connect {
    /// `IP`, `IP:PORT`, a link, or the name or short id of somebody nearby.
    pub to: String,
}

/// Somebody who asks to be a contact, or whom one asked. `GET /api/v1/requests`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Request {
    /// The person's id.
    pub id: String,
    /// The name they give.
    pub name: String,
    /// The words both should see.
    pub words: String,
    /// Whether they came to us.
    pub incoming: bool,
    /// Whether we have confirmed.
    pub confirmed: bool,
    /// Whether they have confirmed.
    pub confirmed_by_them: bool,
    /// Since when.
    pub since: String,
}

/// `POST /api/v1/requests/{who}`: the answer to a request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// Whether the words are the same (confirm) or not (deny).
    pub confirm: bool,
}

/// `PUT /api/v1/people/{who}/blocked`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Block {
    /// Whether to block or unblock.
    pub blocked: bool,
}
