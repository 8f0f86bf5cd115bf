//! Who holds what, for delivered marks: peers report up to where they hold others' logs. Never ops of their own.
//!
//! A report about oneself is passed on by others, so a mark is as true as the members it came through.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::{
    id::{PeerId, SpaceId},
    log::LogKey,
};

/// A report has at most so many entries.
pub const MAX_HOLDINGS: usize = 512;

/// At most so many entries are remembered for one space; further ones are not taken in.
const MAX_REMEMBERED: usize = 64 * 1024;

/// A peer holds (durably) all of a log that it holds at all up to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Holding {
    /// Who holds.
    #[n(0)]
    pub holder: PeerId,
    /// Which log.
    #[n(1)]
    pub log: LogKey,
    /// The highest place it holds.
    #[n(2)]
    pub up_to: u64,
}

/// What is said of one space.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Report {
    /// Which.
    #[n(0)]
    pub space: SpaceId,
    /// At most [`MAX_HOLDINGS`].
    #[n(1)]
    pub holdings: Vec<Holding>,
}

/// What was reported of one space.
#[derive(Debug, Clone, Default)]
pub struct Reports {
    up_to: BTreeMap<(LogKey, PeerId), u64>,
}

impl Reports {
    /// Takes in what was heard, of members only; the entries that were news, to be passed on.
    pub fn heard(&mut self, holdings: &[Holding], is_member: impl Fn(&PeerId) -> bool) -> Vec<Holding> {
        let known = |holding: &&Holding| is_member(&holding.holder) && is_member(&holding.log.peer);
        holdings.iter().take(MAX_HOLDINGS).filter(known).copied().filter(|holding| self.is_news(holding)).collect()
    }

    fn is_news(&mut self, holding: &Holding) -> bool {
        let full = self.up_to.len() >= MAX_REMEMBERED;
        match self.up_to.get_mut(&(holding.log, holding.holder)) {
            Some(up_to) if *up_to >= holding.up_to => false,
            Some(up_to) => {
                *up_to = holding.up_to;
                true
            }
            None if full => false,
            None => self.up_to.insert((holding.log, holding.holder), holding.up_to).is_none(),
        }
    }

    /// Who is said to hold this place of a log.
    pub fn holders(&self, log: LogKey, seq: u64) -> impl Iterator<Item = PeerId> + '_ {
        let all = self.up_to.range((log, PeerId([0; 32]))..=(log, PeerId([255; 32])));
        all.filter(move |(_, up_to)| **up_to >= seq).map(|((_, holder), _)| *holder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Area, LogId};

    fn holding(holder: u8, up_to: u64) -> Holding {
        let log = LogKey { peer: PeerId([1; 32]), log: LogId::of(Area::CHAT) };
        Holding { holder: PeerId([holder; 32]), log, up_to }
    }

    #[test]
    fn only_news_is_passed_on() {
        let mut reports = Reports::default();
        assert_eq!(reports.heard(&[holding(2, 5)], |_| true), [holding(2, 5)]);
        assert_eq!(reports.heard(&[holding(2, 4), holding(3, 6)], |_| true), [holding(3, 6)]);
        let holders = |seq| reports.holders(holding(2, 0).log, seq).count();
        assert_eq!((holders(5), holders(6), holders(7)), (2, 1, 0));
    }

    #[test]
    fn strangers_are_not_remembered() {
        let mut reports = Reports::default();
        assert!(reports.heard(&[holding(2, 5)], |peer| *peer != PeerId([2; 32])).is_empty());
        assert_eq!(reports.holders(holding(2, 0).log, 1).count(), 0);
    }
}
