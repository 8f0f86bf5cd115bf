//! Transfers: long pieces of work with files, whoever began them, and what can be done about them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One piece of work. `GET /api/v1/transfers`: those under way first, then the latest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Transfer {
    /// Its id, until the peer stops.
    pub id: String,
    /// What is done.
    pub kind: TransferKind,
    /// The space's id, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// What it is about: the name of a file or folder, and how many more.
    pub name: String,
    /// How it stands.
    pub state: TransferState,
    /// What is being done just now: `scanning`, `hashing`, `fetching`, `writing`, `waiting`; empty when nothing is.
    pub step: String,
    /// Bytes done.
    pub bytes: u64,
    /// Bytes in all, once known.
    pub total_bytes: u64,
    /// Files done.
    pub files: u64,
    /// Files in all, once known.
    pub total_files: u64,
    /// Bytes a second, of late; 0 when nothing moves.
    pub rate: f64,
    /// Names of the holders it comes from.
    pub from: Vec<String>,
    /// The folder it goes to, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<crate::Problem>,
    /// When it began.
    pub since: String,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// Files of a space, or what is attached to a message, are fetched.
    Get,
    /// Files are shared with a space.
    Share,
    /// An offer is made.
    Send,
    /// What somebody offers is fetched.
    Receive,
}

/// How a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// Under way.
    Going,
    /// Stopped for now; what has come stays.
    Paused,
    /// All is done.
    Done,
    /// It came to an end before that: see `problem`. It may be taken up again.
    Failed,
}

/// `PUT /api/v1/transfers/{id}`
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct SetTransfer {
    /// Whether to stop it for now, or to go on (also with one that failed).
    pub paused: bool,
}
