//! Sending to somebody with whom one shares no space: a code, and what it fetches.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AnyPath;

/// `POST /api/v1/sends`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NewSend {
    /// Absolute paths of files and folders.
    pub paths: Vec<AnyPath>,
    /// How often it may be received; once if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// Keep a copy, so that the originals may change or go.
    #[serde(default)]
    pub copy: bool,
}

/// What is offered. `GET /api/v1/sends`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    /// The offer's id, for `DELETE /api/v1/sends/{id}`.
    pub id: String,
    /// A few words, for the same network.
    pub code: String,
    /// A link, for everywhere.
    pub link: String,
    /// The names of what is sent.
    pub names: Vec<String>,
    /// Files in all.
    pub files: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// How often it was received.
    pub received: u32,
    /// How often it may be received.
    pub uses: u32,
}

/// `POST /api/v1/receive`: answers with a stream of [`crate::files::Progress`].
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Receive {
    /// The words, or the link.
    pub code: String,
    /// The absolute path of the folder to put it in.
    pub to: AnyPath,
    /// Go on when nobody listens to the answer any more: it can be seen among the transfers.
    #[serde(default)]
    pub background: bool,
}
