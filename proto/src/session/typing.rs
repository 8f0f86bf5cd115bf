//! Who is writing just now: said while somebody does, passed on once, forgotten at once.
//!
//! Only hearsay, like presence, and worth less: it decides what people see for a few seconds.

use std::{collections::BTreeMap, time::Duration};

use minicbor::{Decode, Encode};

use crate::{
    id::{PeerId, SpaceId},
    time::Time,
};

/// That somebody writes is news, and is passed on, once in so long; in between it is not.
pub const TYPING_REPEAT: Duration = Duration::from_secs(1);

/// So many writers are remembered, those of [`TYPING_REPEAT`] ago and later; further ones are not heard.
const MAX_WRITERS: usize = 1024;

/// "That peer's person is writing in that space."
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Typing {
    /// Where; said only to members.
    #[n(0)]
    pub space: SpaceId,
    /// Who.
    #[n(1)]
    pub peer: PeerId,
}

/// Who was heard to write of late.
#[derive(Debug, Clone, Default)]
pub struct Writers {
    heard: BTreeMap<(SpaceId, PeerId), Time>,
}

impl Writers {
    /// Takes in what was heard, or is about to be said; whether it is news.
    pub fn heard(&mut self, typing: Typing, now: Time) -> bool {
        self.heard.retain(|_, then| now.since(*then) < TYPING_REPEAT);
        let key = (typing.space, typing.peer);
        if self.heard.contains_key(&key) || self.heard.len() >= MAX_WRITERS {
            return false;
        }
        self.heard.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_news_once_in_a_while() {
        let (mut writers, now) = (Writers::default(), Time::from_millis(10_000_000));
        let typing = |peer| Typing { space: SpaceId([1; 32]), peer: PeerId([peer; 32]) };
        assert!(writers.heard(typing(1), now));
        assert!(!writers.heard(typing(1), now + TYPING_REPEAT / 2));
        assert!(writers.heard(typing(2), now + TYPING_REPEAT / 2));
        assert!(writers.heard(typing(1), now + TYPING_REPEAT));
    }

    #[test]
    fn a_flood_is_not_remembered() {
        let (mut writers, now) = (Writers::default(), Time::from_millis(10_000_000));
        let typing = |n: usize| {
            let mut peer = [0; 32];
            peer[..8].copy_from_slice(&n.to_be_bytes());
            Typing { space: SpaceId([1; 32]), peer: PeerId(peer) }
        };
        assert_eq!((0..2 * MAX_WRITERS).filter(|n| writers.heard(typing(*n), now)).count(), MAX_WRITERS);
    }
}
