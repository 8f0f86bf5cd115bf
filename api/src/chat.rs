//! Messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message, as it stands now (edits and reactions folded in).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// The message's id.
    pub id: String,
    /// The space's id.
    pub space: String,
    /// The author's name.
    pub author: String,
    /// The author's id.
    pub author_id: String,
    /// The text; empty when withdrawn.
    pub text: String,
    /// When it was written.
    pub time: String,
    /// Whether it was edited since.
    #[serde(default)]
    pub edited: bool,
    /// Whether its author took it back.
    #[serde(default)]
    pub withdrawn: bool,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What is attached.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Who thinks what of it.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
    /// Ids of the persons mentioned.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// Whether it is one's own.
    pub mine: bool,
    /// Whether one has not read it yet.
    pub unread: bool,
    /// Of one's own: ids of the persons on whose peer it lasts.
    #[serde(default)]
    pub delivered_to: Vec<String>,
}

/// A file that belongs to a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// BLAKE3 of its content, hex.
    pub hash: String,
}

/// One reaction and who gave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    /// The emoji (or short text).
    pub emoji: String,
    /// Ids of the persons.
    pub by: Vec<String>,
}

/// `POST /api/v1/spaces/{space}/messages`; the space may be `@NAME`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Say {
    /// The text.
    pub text: String,
    /// The message it answers: an id or a prefix of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Absolute paths of files to attach.
    #[serde(default)]
    pub attach: Vec<crate::AnyPath>,
}

/// `POST /api/v1/spaces/{space}/messages/many`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SayMany {
    /// What to say, in this order; at most [`MAX_SAY_MANY`].
    pub messages: Vec<Say>,
}

/// How many messages one [`SayMany`] may hold: about what one commit takes a few milliseconds for.
pub const MAX_SAY_MANY: usize = 256;

/// The answer: it lasts on this device.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// The message's id.
    pub id: String,
    /// The space's id.
    pub space: String,
    /// When it was written.
    pub time: String,
}

/// `GET /api/v1/spaces/{space}/messages`: which ones, oldest first in the answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Read {
    /// Only the latest so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u32>,
    /// Only the earliest so many: with `after` for paging on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u32>,
    /// Only from this moment on (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only what stands before this message (its id): for paging back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Only what stands after this message (its id): for paging on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What stands around this message (its id), itself among it: `last` (50 if absent) messages, half of them before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<String>,
    /// The same around a moment (RFC 3339): for jumping to a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// `PUT /api/v1/messages/{id}`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Edit {
    /// The new text.
    pub text: String,
}

/// `PUT /api/v1/messages/{id}/reactions`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct React {
    /// The emoji (or short text).
    pub emoji: String,
    /// Whether to give it or take it back.
    pub on: bool,
}

/// `POST /api/v1/messages/{id}/attachments`: fetches what is attached to a message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GetAttached {
    /// The space the message is said to be in; it is looked for in all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// Names of attachments; all if there are none.
    #[serde(default)]
    pub names: Vec<String>,
    /// The absolute path of the folder to put them in.
    pub to: crate::AnyPath,
    /// Go on when nobody listens to the answer any more: it can be seen among the transfers.
    #[serde(default)]
    pub background: bool,
}

/// `GET /api/v1/search`
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Search {
    /// The words: all must occur, the last may be a beginning.
    pub text: String,
    /// Only in this space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// At most so many; 50 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The answer to marking as read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Marked {
    /// The space's id.
    pub space: String,
    /// Messages still unread.
    pub unread: u64,
}

/// `PUT /api/v1/spaces/{space}/read`
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct MarkRead {
    /// Up to and with this message; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upto: Option<String>,
}
