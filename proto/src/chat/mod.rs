//! Chat: what is said in a space, and what becomes of it.
//!
//! Promises: the same ops, in whatever order they arrive, give the same view; only its author changes or takes back
//! a message; a change that comes before its message waits for it. What it never does: order by arrival, forget that
//! something was said (a message taken back leaves its stub), or decide who may write (that is `space`).
//! The wire format is in `docs/spec/chat.md`.

mod body;
mod mention;
mod read;
mod standing;
mod view;

pub use body::{
    Attachment, Body, BodyError, Edit, MAX_ATTACHMENTS, MAX_EMOJI_BYTES, MAX_MENTIONS, MAX_NAME_BYTES, MAX_TEXT_BYTES,
    React, Say, Unsay, VERSION,
};
pub use mention::mentions;
pub use read::{Position, ReadMark};
pub use standing::{Change, MAX_REACTIONS_EACH, Reaction, Standing, What, standing};
pub use view::{Message, View};
