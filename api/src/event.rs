//! What happens, as it happens: one stream for the page, `--follow` and whoever else asks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something happened. A program that falls behind gets [`Event::Lagged`] and asks for the state anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A message is new, or has changed: edited, withdrawn, reacted to.
    Message {
        /// The message as it stands now.
        message: Box<crate::chat::Message>,
        /// Whether it is new.
        new: bool,
    },
    /// Messages were read here, or by oneself elsewhere.
    Read {
        /// The space's id.
        space: String,
        /// What is left.
        unread: u64,
    },
    /// One's own message lasts on somebody else's device.
    Delivered {
        /// The space's id.
        space: String,
        /// The message's id: it and all of one's own before it.
        message: String,
        /// The person's id.
        to: String,
    },
    /// Somebody is writing.
    Typing {
        /// The space's id.
        space: String,
        /// The person's id.
        person: String,
    },
    /// A space is new, renamed, left, or its notices changed.
    Space {
        /// The space's id.
        space: String,
    },
    /// Members came, left, or changed.
    Members {
        /// The space's id.
        space: String,
    },
    /// Files came, went or changed state.
    Files {
        /// The space's id.
        space: String,
    },
    /// A person came online or went, or is reached another way.
    Person {
        /// The person's id.
        person: String,
        /// Whether online.
        online: bool,
    },
    /// A request to be a contact came, changed or ended.
    Request {
        /// The person's id.
        person: String,
    },
    /// The people nearby changed.
    Nearby,
    /// A transfer began, moved on (told at most four times a second), changed its state, or was forgotten.
    Transfer {
        /// The transfer as it stands now.
        transfer: Box<crate::transfers::Transfer>,
        /// Whether it is no longer in the list.
        #[serde(default)]
        gone: bool,
    },
    /// An offer was received, or ended.
    Send {
        /// The offer's id.
        id: String,
    },
    /// Something deserves attention.
    Notice {
        /// A whole sentence.
        text: String,
    },
    /// So many events were missed.
    Lagged {
        /// How many.
        missed: u64,
    },
}
