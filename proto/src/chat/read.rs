//! What one has read: private, a place in the order, and what came late.
//!
//! A message that arrives after one has read past its place is unread all the same: without a server, messages come
//! late from those who were away, and nobody may miss them. So a mark is a place up to which all that *had arrived*
//! is read; what arrives below it afterwards is remembered one by one until it is read. What was written before one
//! joined is history and never unread.

use crate::{id::OpId, time::Time};

/// A place in the order of a space's messages.
pub type Position = (Time, OpId);

/// How far one has read in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadMark {
    /// What was written up to this moment is history: never unread.
    pub since: Time,
    /// Everything up to here that was at hand when the mark was set is read.
    pub upto: Option<Position>,
}

impl ReadMark {
    /// Whether a message of somebody else's that has just arrived is unread.
    pub fn is_unread(&self, at: Position) -> bool {
        at.0 > self.since
    }

    /// Whether such a message has to be remembered by itself, as the mark is past it.
    pub fn is_late(&self, at: Position) -> bool {
        self.is_unread(at) && Some(at) <= self.upto
    }

    /// Whether the mark leaves a message unread, disregarding those that came late.
    pub fn leaves(&self, at: Position) -> bool {
        self.is_unread(at) && Some(at) > self.upto
    }

    /// The mark after reading up to `at`: it never goes back.
    pub fn read(self, at: Position) -> ReadMark {
        ReadMark { upto: self.upto.max(Some(at)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: u64) -> Position {
        (Time(time), OpId([0; 32]))
    }

    #[test]
    fn after_before_and_late() {
        let mark = ReadMark { since: Time(10), upto: None }.read(at(20));
        assert!(mark.leaves(at(21)) && !mark.is_late(at(21)));
        assert!(!mark.leaves(at(15)) && mark.is_late(at(15)));
        assert!(!mark.leaves(at(10)) && !mark.is_late(at(10)));
        assert_eq!(mark.read(at(12)), mark);
        assert!(ReadMark::default().leaves(at(1)));
    }
}
