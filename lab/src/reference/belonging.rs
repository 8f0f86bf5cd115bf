//! Who is inside, who is outside, and what is in doubt.

use super::{Answer, Joined, Reference, Use, Withdrawn};

/// Whether somebody is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belonging {
    Outside,
    Inside,
    /// It depends on who heard of what first.
    Doubt,
}

/// One person's relation to one space.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub now: Belonging,
    /// The act in which that came about.
    pub since: usize,
    /// The person's own peer is sure to know the space.
    pub knows: bool,
    /// The act in which the person was last inside, or might have been.
    pub last_inside: Option<usize>,
    /// Was found outside after having been let in, and nobody tells it.
    pub unaware: bool,
    /// The person left, or was found outside after all, at least once.
    pub was_out: bool,
}

impl Person {
    pub(super) const fn outside() -> Self {
        Self { now: Belonging::Outside, since: 0, knows: false, last_inside: None, unaware: false, was_out: false }
    }

    pub(super) const fn inside(act: usize, knows: bool) -> Self {
        Self { now: Belonging::Inside, since: act, knows, last_inside: Some(act), unaware: false, was_out: false }
    }
}

impl Reference {
    pub(super) fn joined(&mut self, person: usize, invitation: usize, through: usize, answer: Answer) {
        if matches!(answer, Answer::Refused(_)) {
            return;
        }
        let space = self.invitations[invitation].space;
        let people = &self.spaces[space].people;
        if people[person].now == Belonging::Inside && answer == Answer::Done {
            return;
        }
        let by = self.invitations[invitation].by;
        let doubt = answer == Answer::Unknown
            || people[person].now == Belonging::Doubt
            || people[person].was_out
            || people[by].now != Belonging::Inside
            || people[through].now != Belonging::Inside
            || self.invitations[invitation].withdrawn.is_some();
        let fresh = people[person].now == Belonging::Outside;
        let person_now = &mut self.spaces[space].people[person];
        person_now.now = if doubt { Belonging::Doubt } else { Belonging::Inside };
        person_now.since = self.act;
        person_now.last_inside = Some(self.act);
        (person_now.knows, person_now.unaware) = (false, false);
        self.spaces[space].joined.push(Joined { person, invitation, through });
        let counts = if fresh { Use::IfInside } else { Use::Unclear };
        self.invitations[invitation].used.entry(person).or_insert(counts);
    }

    pub(super) fn withdrawn(&mut self, by: usize, invitation: usize) {
        let space = self.invitations[invitation].space;
        let sure = self.spaces[space].people[by].now == Belonging::Inside;
        if self.invitations[invitation].withdrawn.is_none_or(|before| !before.sure) {
            self.invitations[invitation].withdrawn = Some(Withdrawn { by, act: self.act, sure });
        }
        self.doubt_where(space, |joined| joined.invitation == invitation && joined.through != by);
    }

    pub(super) fn left(&mut self, person: usize, space: usize, answer: Answer) {
        if answer != Answer::Done {
            return;
        }
        let act = self.act;
        let person_now = &mut self.spaces[space].people[person];
        person_now.now = if person_now.now == Belonging::Doubt { Belonging::Doubt } else { Belonging::Outside };
        (person_now.since, person_now.was_out, person_now.last_inside) = (act, true, Some(act));
        let by: Vec<usize> = self.invitations.iter().map(|invitation| invitation.by).collect();
        self.doubt_where(space, |joined| by[joined.invitation] == person && joined.through != person);
    }

    /// Those who were let in like that in this act are in doubt, and all that rests on them.
    fn doubt_where(&mut self, space: usize, which: impl Fn(&Joined) -> bool) {
        let doubtful: Vec<usize> =
            self.spaces[space].joined.iter().filter(|joined| which(joined)).map(|joined| joined.person).collect();
        doubtful.into_iter().for_each(|person| self.doubt(space, person));
    }

    fn doubt(&mut self, space: usize, person: usize) {
        if self.spaces[space].people[person].now != Belonging::Inside {
            return;
        }
        self.spaces[space].people[person].now = Belonging::Doubt;
        let act = self.act;
        let texts = self.spaces[space].said.values_mut();
        texts.filter(|said| said.author == person && said.act == act).for_each(|said| said.sure = false);
        let theirs = self.invitations.iter_mut().filter(|invitation| invitation.space == space);
        for withdrawn in theirs.filter_map(|invitation| invitation.withdrawn.as_mut()) {
            withdrawn.sure &= withdrawn.by != person || withdrawn.act != act;
        }
        let by: Vec<usize> = self.invitations.iter().map(|invitation| invitation.by).collect();
        self.doubt_where(space, |joined| joined.through == person || by[joined.invitation] == person);
    }
}
