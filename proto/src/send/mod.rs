//! Sending to somebody with whom one shares no space: a code, what it proves, and how often it may.
//!
//! A code is a few words for people on one network, or a link with a secret for everywhere. Both prove themselves the
//! same way: by a password-authenticated key exchange (SPAKE2, RFC 9382's construction), bound to the keys of the two
//! peers, with either side confirming. Whoever listens, or stands in the middle, learns nothing to try words against;
//! whoever guesses has three tries in all. What is sent is a [manifest](crate::files::Manifest) and the blobs it
//! names, which the node serves to those granted. The messages are in `docs/spec/send.md`.

mod code;
mod exchange;
mod link;
mod offer;
mod wire;

pub use code::{CODE_WORDS, Code, NotACode};
pub use exchange::{Confirmation, Exchange, Keys, PAKE_BYTES, Wrong};
pub use link::{LINK_PREFIX, MAX_LINK_ADDRESSES, MAX_LINK_LETTERS, NotALink, SendLink};
pub use offer::{MAX_NAMES, MAX_USES, MAX_WRONG, Offer, Refusal, Secret, Which};
pub use wire::{Answer, MAX_MESSAGE_BYTES, Malformed, Outcome, Request, What};
