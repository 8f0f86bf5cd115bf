//! One side of a meeting.

use super::{Card, Message};
use crate::{id::PeerId, words};

/// So many words of eight bits each: 40 bits.
pub const WORDS: usize = 5;

/// The words both people should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(pub [u8; WORDS]);

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&words::phrase(&self.0))
    }
}

/// What is certain about the link a meeting rides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Our key, proven in the handshake.
    pub ours: PeerId,
    /// Their key, proven in the handshake.
    pub theirs: PeerId,
    /// Whether we dialled.
    pub dialled: bool,
    /// 32 bytes that only the two ends of this link know (RFC 5705).
    pub binding: [u8; 32],
}

/// What to do after a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Wait for the next.
    Wait,
    /// Send this, and wait.
    Send(Message),
    /// Show these words with what the other says of itself (its proof still to be checked).
    Show(Words, Card),
    /// The other person says that the words are the same.
    Confirmed,
    /// The other person says no.
    Denied,
    /// The other has too many requests at the moment.
    Busy,
}

/// How a partner broke the protocol: the link is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A message at the wrong time.
    #[error("a message came out of turn")]
    OutOfTurn,
    /// A nonce that is not the one committed to.
    #[error("a nonce is not the one committed to")]
    NotCommitted,
    /// The other's commitment is our own, sent back.
    #[error("our own commitment was sent back")]
    Mirrored,
}

/// One side of a meeting, from the first message to the words and what people say to them.
pub struct Talk {
    side: Side,
    card: Card,
    nonce: [u8; 32],
    state: State,
}

enum State {
    Committed,
    Revealed { theirs: [u8; 32], card: Card },
    Shown,
}

impl Talk {
    /// Begins, with a nonce that nobody can guess; the message is to be sent at once.
    pub fn begin(side: Side, card: Card, nonce: [u8; 32]) -> (Self, Message) {
        let commitment = commitment(&nonce, &card, side.ours);
        let first = Message::Commit { card: card.clone(), commitment };
        (Self { side, card, nonce, state: State::Committed }, first)
    }

    /// Takes the other's next message.
    pub fn handle(&mut self, message: Message) -> Result<Step, Fault> {
        match (&self.state, message) {
            (_, Message::Busy) => Ok(Step::Busy),
            (_, Message::Deny) => Ok(Step::Denied),
            (State::Committed, Message::Commit { card, commitment }) => self.committed(card, commitment),
            (State::Revealed { .. }, Message::Reveal(nonce)) => self.revealed(nonce),
            (State::Shown, Message::Confirm) => Ok(Step::Confirmed),
            _ => Err(Fault::OutOfTurn),
        }
    }

    fn committed(&mut self, card: Card, theirs: [u8; 32]) -> Result<Step, Fault> {
        if theirs == commitment(&self.nonce, &self.card, self.side.ours) {
            return Err(Fault::Mirrored);
        }
        self.state = State::Revealed { theirs, card };
        Ok(Step::Send(Message::Reveal(self.nonce)))
    }

    fn revealed(&mut self, nonce: [u8; 32]) -> Result<Step, Fault> {
        let State::Revealed { theirs, card } = std::mem::replace(&mut self.state, State::Shown) else {
            return Err(Fault::OutOfTurn);
        };
        if commitment(&nonce, &card, self.side.theirs) != theirs {
            return Err(Fault::NotCommitted);
        }
        let ours = commitment(&self.nonce, &self.card, self.side.ours);
        let us = (self.side.ours, ours, self.nonce);
        let them = (self.side.theirs, theirs, nonce);
        let (first, second) = if self.side.dialled { (us, them) } else { (them, us) };
        Ok(Step::Show(words(&self.side.binding, [first, second]), card))
    }
}

/// What binds a side to its nonce, its card and its key.
fn commitment(nonce: &[u8; 32], card: &Card, peer: PeerId) -> [u8; 32] {
    let card = minicbor::to_vec(card).expect("writing to memory cannot fail");
    let mut hash = blake3::Hasher::new_derive_key("peerage meet commitment 1");
    hash.update(peer.as_bytes()).update(nonce).update(&card);
    *hash.finalize().as_bytes()
}

/// The words: the dialler's part first.
fn words(binding: &[u8; 32], parts: [(PeerId, [u8; 32], [u8; 32]); 2]) -> Words {
    let mut hash = blake3::Hasher::new_derive_key("peerage meet words 1");
    hash.update(binding);
    for (peer, commitment, nonce) in &parts {
        hash.update(peer.as_bytes()).update(commitment).update(nonce);
    }
    let mut words = [0; WORDS];
    words.copy_from_slice(&hash.finalize().as_bytes()[..WORDS]);
    Words(words)
}

#[cfg(test)]
mod tests;
