//! Shared files.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AnyPath;

/// One file of a space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct File {
    /// The path within the space, parts joined by `/`; what is not UTF-8 in it shows as U+FFFD.
    pub path: String,
    /// The path's bytes in base64, only where they are not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
    /// Bytes of content.
    pub size: u64,
    /// BLAKE3 of the content, hex.
    pub hash: String,
    /// How it stands on this device.
    pub state: FileState,
    /// Bytes of it at hand.
    pub have: u64,
    /// Whether it may be run as a program.
    #[serde(default)]
    pub executable: bool,
    /// When the content was last changed, as its owner's computer says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Who shared it: the person's name.
    pub by: String,
    /// The person's id.
    pub by_id: String,
    /// Names of persons known to have all of it.
    #[serde(default)]
    pub holders: Vec<String>,
    /// Other files shared at the same path, by others and at the same time.
    #[serde(default)]
    pub conflicts: u32,
}

/// How a file stands on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// One shares it oneself, from its place on the disk or as a copy.
    Shared,
    /// All of it is at hand.
    Here,
    /// Some of it is at hand.
    Partial,
    /// Only others have it.
    Remote,
    /// One shared it by reference, and it has changed or gone since.
    Changed,
}

/// `POST /api/v1/spaces/{space}/files`
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Share {
    /// Absolute paths of files and folders.
    pub paths: Vec<AnyPath>,
    /// Keep a copy, so that the originals may change or go.
    #[serde(default)]
    pub copy: bool,
    /// Go on when nobody listens to the answer any more: it can be seen among the transfers.
    #[serde(default)]
    pub background: bool,
}

/// `POST /api/v1/spaces/{space}/files/get`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Get {
    /// Paths within the space: of files or of folders.
    pub paths: Vec<AnyPath>,
    /// The absolute path of the folder to put them in.
    pub to: AnyPath,
    /// Go on when nobody listens to the answer any more: it can be seen among the transfers.
    #[serde(default)]
    pub background: bool,
}

/// `POST /api/v1/spaces/{space}/files/unshare`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Unshare {
    /// Paths within the space: of files or of folders.
    pub paths: Vec<AnyPath>,
}

/// The answer: what is no longer shared.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Unshared {
    /// How many files.
    pub files: u64,
}

/// `GET /api/v1/spaces/{space}/files`: which ones; all if both are absent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ListFiles {
    /// Only this file, or what is in this folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The same, as base64 of the path's bytes, where they are not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
}

/// `GET /api/v1/spaces/{space}/files/holders`: whose holders.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ListHolders {
    /// The file's path within the space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The same, as base64 of the path's bytes, where they are not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
}

/// Who has how much of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holders {
    /// Bytes of the file.
    pub size: u64,
    /// The peers that have some or all of it, as far as known; one's own first.
    pub holders: Vec<Holder>,
}

/// A peer that has some or all of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holder {
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
    /// Bytes of the file it has, as far as known.
    pub bytes: u64,
}

/// How a long piece of work goes: one line each of the answer's stream; the last is `done` or `failed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Progress {
    /// It goes on.
    Going {
        /// What is being done: `scanning`, `hashing`, `fetching`, `writing`, `waiting`.
        step: String,
        /// Bytes done.
        bytes: u64,
        /// Bytes in all, once known.
        total_bytes: u64,
        /// Files done.
        files: u64,
        /// Files in all, once known.
        total_files: u64,
        /// Names of the holders it comes from, or what is waited for.
        from: Vec<String>,
    },
    /// Something one should know, which does not stop the work: a name left out, a link not followed.
    Note {
        /// What it is about.
        path: String,
        /// A whole sentence.
        text: String,
    },
    /// It is done.
    Done(Done),
    /// It is not.
    Failed {
        /// Why.
        error: crate::Problem,
    },
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// Files.
    pub files: u64,
    /// Bytes of content.
    pub bytes: u64,
    /// Bytes that came over the network for it.
    pub fetched_bytes: u64,
    /// Names left out or changed.
    pub notes: u64,
    /// Of a share: the first part of the paths within the space, one an argument.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}
