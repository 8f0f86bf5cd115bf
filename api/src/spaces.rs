//! Spaces, their members, and the invitations to them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person's own.
    #[serde(rename = "self")]
    Own,
    /// Between two persons.
    Direct,
    /// Private, of its members.
    Group,
    /// Members publish, readers read.
    Channel,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Members and messages.
    Manager,
    /// Takes part.
    Writer,
    /// Reads.
    Reader,
}

/// `GET /api/v1/spaces`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Space {
    /// The space's id.
    pub id: String,
    /// Its name; of a direct space the other person's.
    pub name: String,
    /// What kind.
    pub kind: Kind,
    /// One's own role.
    pub role: Role,
    /// How many persons are in it.
    pub members: usize,
    /// How many of them are online, oneself included.
    pub online: usize,
    /// Messages one has not read.
    pub unread: u64,
    /// Whether one of them mentions oneself.
    pub mentioned: bool,
    /// The latest message, for lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<crate::chat::Message>,
    /// What members should know: a fork, an invitation used too often. Whole sentences.
    pub notices: Vec<String>,
}

/// `POST /api/v1/spaces`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NewSpace {
    /// Its name.
    pub name: String,
    /// Group or channel.
    pub kind: Kind,
}

/// The answer to whatever makes or enters a space.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Entered {
    /// The space.
    pub space: Space,
}

/// The answer to leaving a space.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Left {
    /// The space's id.
    pub space: String,
    /// Its name.
    pub name: String,
}

/// `PUT /api/v1/spaces/{space}/name`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Rename {
    /// The new name.
    pub name: String,
}

/// `GET /api/v1/spaces/{space}/members`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The person's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether any of the person's peers is online.
    pub online: bool,
    /// The ids of the person's peers.
    pub peers: Vec<String>,
    /// Whether it is oneself.
    pub me: bool,
}

/// `POST /api/v1/spaces/{space}/invitations`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// What who joins may do; the space's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// How often it may be used; any number of times if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// Seconds until it expires; never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_s: Option<u64>,
}

/// `GET /api/v1/invitations`: which ones.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct OfSpace {
    /// Only those to this space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
}

/// An invitation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The invitation's id.
    pub id: String,
    /// The space's id.
    pub space: String,
    /// The space's name.
    pub space_name: String,
    /// The link, if it is known here (one's own invitations).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Who made it.
    pub by: String,
    /// What who joins may do.
    pub role: Role,
    /// How often it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// How often it was used.
    pub used: u32,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// `open`, `used up`, `expired` or `withdrawn`.
    pub state: InvitationState,
}

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// May be used.
    Open,
    /// Used as often as it may be.
    UsedUp,
    /// Its time is over.
    Expired,
    /// Somebody took it back.
    Withdrawn,
}

/// `POST /api/v1/join/preview` and `/join`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Join {
    /// The link.
    pub link: String,
}

/// What a link says before one accepts.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// The space's id.
    pub space: String,
    /// The space's name, as the link says.
    pub name: String,
    /// Group or channel.
    pub kind: Kind,
    /// Who invites, as the link says.
    pub by: String,
    /// What one may do.
    pub role: Role,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Whether one is in that space already.
    pub member: bool,
}
