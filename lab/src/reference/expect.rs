//! Which answers are right.

use std::time::Duration;

use super::{Belonging, Invitation, Reference, Use, Violation};
use crate::{Answer, Transition, transition::MAX_CLOCK_ERROR};

/// What is further ahead of a clock than so many milliseconds is held until due; a second less, for what was done in
/// that time.
const HELD_AFTER_MS: i64 = 5 * 60 * 1000 - 1000;

impl Reference {
    pub(super) fn expect(&self, transition: &Transition, answer: Answer, now: Duration) -> Result<(), Violation> {
        match transition {
            Transition::Say { peer, space, .. } => self.expect_say(*peer, *space, answer),
            Transition::Join { peer, invitation, through } => {
                self.expect_join(*peer, *invitation, *through, answer, now)
            }
            Transition::Create { peer } | Transition::Direct { peer, .. } if self.up[*peer] => {
                if answer == Answer::Done { Ok(()) } else { Err(Violation::NotServed { peer: *peer, answer }) }
            }
            Transition::SayAndCrash { peer, space, .. }
            | Transition::Invite { peer, space, .. }
            | Transition::Leave { peer, space } => self.expect_no_outsider(*peer, *space, answer),
            _ => Ok(()),
        }
    }

    fn expect_say(&self, peer: usize, space: usize, answer: Answer) -> Result<(), Violation> {
        self.expect_no_outsider(peer, space, answer)?;
        let person = &self.spaces[space].people[peer];
        let must = self.up[peer]
            && self.sees_all(peer)
            && person.now == Belonging::Inside
            && (person.knows || person.since < self.act);
        if must && answer != Answer::Done { Err(Violation::NotServed { peer, answer }) } else { Ok(()) }
    }

    fn expect_no_outsider(&self, peer: usize, space: usize, answer: Answer) -> Result<(), Violation> {
        let person = &self.spaces[space].people[peer];
        let outside = person.now == Belonging::Outside
            && !person.unaware
            && (person.since < self.act || person.last_inside.is_none());
        if answer == Answer::Done && (outside || !self.up[peer]) {
            return Err(Violation::OutsiderServed { peer, space });
        }
        Ok(())
    }

    fn expect_join(
        &self,
        peer: usize,
        invitation: usize,
        through: usize,
        answer: Answer,
        now: Duration,
    ) -> Result<(), Violation> {
        let known = &self.invitations[invitation];
        let people = &self.spaces[known.space].people;
        let newcomer = people[peer].last_inside.is_none();
        let helper = people[through];
        let aware = helper.now == Belonging::Inside;
        if answer == Answer::Done && newcomer && aware && self.is_surely_bad(known, through, now) {
            return Err(Violation::LetIn { peer, invitation });
        }
        let helped = self.up[peer] && self.up[through] && self.can_reach(peer, through) && peer != through;
        let can_help = aware && helper.since < self.act;
        let must = helped && self.sees_all(through) && can_help && newcomer && self.is_surely_good(known, now);
        if must && answer != Answer::Done { Err(Violation::NotLetIn { peer, invitation, answer }) } else { Ok(()) }
    }

    /// Nothing that was done lies so far ahead of a peer's clock that it is held until due.
    pub(super) fn sees_all(&self, peer: usize) -> bool {
        self.latest_clock_ms - self.ahead_ms[peer] <= HELD_AFTER_MS
    }

    /// Everybody, or at least the one who helps, knows that it is no good.
    fn is_surely_bad(&self, invitation: &Invitation, through: usize, now: Duration) -> bool {
        let known = |act: usize, by: usize| act < self.act || (by == through && self.sees_all(through));
        let by = &self.spaces[invitation.space].people[invitation.by];
        let withdrawn = invitation.withdrawn.is_some_and(|by| by.sure && known(by.act, by.by));
        let orphaned = by.now == Belonging::Outside && known(by.since, invitation.by) && invitation.act <= by.since;
        let people = &self.spaces[invitation.space].people;
        let inside = |person: usize| people[person].now == Belonging::Inside && people[person].since < self.act;
        let used =
            invitation.used.iter().filter(|(person, counts)| **counts == Use::Counts && inside(**person)).count();
        let used_up = invitation.uses.is_some_and(|uses| used >= uses as usize);
        let expired = invitation.expires.is_some_and(|expires| now > expires + 2 * MAX_CLOCK_ERROR);
        withdrawn || orphaned || used_up || expired
    }

    /// Everybody knows it, and that it is good.
    fn is_surely_good(&self, invitation: &Invitation, now: Duration) -> bool {
        let by = &self.spaces[invitation.space].people[invitation.by];
        let left = invitation.uses.is_none_or(|uses| invitation.used.len() < uses as usize);
        let lasts = invitation.expires.is_none_or(|expires| now + 2 * MAX_CLOCK_ERROR < expires);
        let by_member = by.now == Belonging::Inside && by.since <= invitation.act && !by.was_out;
        invitation.act < self.act && by_member && left && lasts && invitation.withdrawn.is_none()
    }
}
