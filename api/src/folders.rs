//! Folders of this computer, for choosing where fetched files go.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/folders`: which one.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ListFolders {
    /// Its absolute path; the user's home if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// A folder and the folders in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Folders {
    /// The folder's absolute path.
    pub path: String,
    /// The folder it is in; none above the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Names of the folders in it, hidden ones left out, in the order of their names; at most [`MAX_FOLDERS`].
    pub folders: Vec<String>,
    /// Whether fetched files could be put here.
    pub writable: bool,
    /// Where downloads usually go.
    pub downloads: String,
}

/// A folder shows at most so many of those in it.
pub const MAX_FOLDERS: usize = 1000;
