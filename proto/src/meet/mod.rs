//! Two people meet who know nothing of each other but an address: both see the same short words, and neither is the
//! other's contact before both have said that the words are the same.
//!
//! Each side first commits to a nonce, then, when both are committed, reveals it. The words are a hash of both
//! commitments, both nonces, both keys and the channel binding of the link they ride on: somebody in the middle has two
//! links, thus two bindings, and had to choose its nonces before it knew the others', so that its words on both sides
//! agree by chance only: once in 2^40 tries. (After Vaudenay, "Secure Communications over Insecure Channels Based
//! on Short Authenticated Strings", 2005.) What is confirmed is the other *peer's key*; from then on a link with that key needs no words.
//! The wire form is in `docs/spec/meet.md`.

mod link;
mod message;
mod talk;

pub use link::{ContactLink, MAX_LINK_ADDRESSES, NotALink};
pub use message::{Card, MAX_MESSAGE_BYTES, MAX_NAME_BYTES, MAX_PROOF_BYTES, Malformed, Message};
pub use talk::{Fault, Side, Step, Talk, WORDS, Words};
