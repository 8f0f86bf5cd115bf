//! What must hold once a world has settled.

use std::collections::BTreeSet;

use super::{Belonging, Reference, Space, Use, Violation};
use crate::{System, Text, View};

impl Reference {
    /// Judges what all peers show. To be called when the world has settled.
    pub fn judge(&mut self, system: &mut dyn System) -> Result<(), Violation> {
        self.up.fill(true);
        self.side = None;
        if let Some(what) = system.faults().into_iter().next() {
            return Err(Violation::Fault { what });
        }
        for space in 0..self.spaces.len() {
            self.judge_space(space, system)?;
        }
        self.act += 1;
        self.latest_clock_ms = self.ahead_ms.iter().copied().max().unwrap_or_default();
        Ok(())
    }

    fn judge_space(&mut self, number: usize, system: &mut dyn System) -> Result<(), Violation> {
        let views: Vec<Option<View>> = (0..self.peers()).map(|peer| system.view(peer, number)).collect();
        let space = &self.spaces[number];
        let agreed = agreed(number, space, &views)?;
        if let Some(agreed) = &agreed {
            judge_members(number, space, agreed)?;
            judge_messages(number, space, self.act, agreed)?;
        }
        judge_outsiders(number, space, agreed.as_ref(), &views)?;
        let members = agreed.as_ref().map(|view| view.members.clone()).unwrap_or_default();
        self.resolve(number, &members, agreed.map(|view| view.messages));
        Ok(())
    }

    /// Doubts are over: what all agreed upon is so from now on.
    fn resolve(&mut self, number: usize, members: &BTreeSet<usize>, messages: Option<Vec<(usize, Text)>>) {
        let act = self.act;
        let space = &mut self.spaces[number];
        for (at, person) in space.people.iter_mut().enumerate() {
            if person.now == Belonging::Doubt {
                let inside = members.contains(&at);
                person.now = if inside { Belonging::Inside } else { Belonging::Outside };
                person.was_out |= !inside;
                person.unaware = !inside;
                (person.since, person.last_inside) = (act, Some(act));
            }
            person.knows = person.now == Belonging::Inside;
        }
        let invitations = self.invitations.iter_mut().filter(|invitation| invitation.space == number);
        for (person, counts) in invitations.flat_map(|invitation| &mut invitation.used) {
            if *counts == Use::IfInside {
                *counts = if members.contains(person) { Use::Counts } else { Use::Unclear };
            }
        }
        space.joined.clear();
        if let Some(messages) = messages {
            for (text, said) in &mut space.said {
                said.sure = messages.iter().any(|(_, shown)| shown == text);
            }
            space.settled = messages;
        }
    }
}

/// What all members show; nothing if nobody is sure to be one.
fn agreed(number: usize, space: &Space, views: &[Option<View>]) -> Result<Option<View>, Violation> {
    let mut people = space.people.iter();
    let Some(first) = people.position(|person| person.now == Belonging::Inside) else { return Ok(None) };
    let Some(agreed) = &views[first] else { return Err(Violation::Ignorant { peer: first, space: number }) };
    for peer in &agreed.members {
        match &views[*peer] {
            Some(view) if view == agreed => {}
            Some(view) => {
                let (a, b) = (Box::new(agreed.clone()), Box::new(view.clone()));
                return Err(Violation::Disagree { space: number, peers: (first, *peer), views: (a, b) });
            }
            None => return Err(Violation::Ignorant { peer: *peer, space: number }),
        }
    }
    Ok(Some(agreed.clone()))
}

fn judge_members(number: usize, space: &Space, agreed: &View) -> Result<(), Violation> {
    for (peer, person) in space.people.iter().enumerate() {
        let shown = agreed.members.contains(&peer);
        let wrong = match person.now {
            Belonging::Inside => !shown,
            Belonging::Outside => shown,
            Belonging::Doubt => false,
        };
        if wrong {
            return Err(Violation::WrongMember { space: number, peer, shown });
        }
    }
    Ok(())
}

fn judge_messages(number: usize, space: &Space, act: usize, agreed: &View) -> Result<(), Violation> {
    let place = |text: Text| agreed.messages.iter().position(|(_, shown)| *shown == text);
    for (at, (author, text)) in agreed.messages.iter().enumerate() {
        let invented = Violation::Invented { space: number, text: *text };
        let said = space.said.get(text).filter(|said| said.author == *author).ok_or(invented)?;
        let earlier = &agreed.messages[..at];
        if earlier.iter().any(|(_, other)| other == text) {
            return Err(Violation::Twice { space: number, text: *text });
        }
        if said.act < act && !said.sure {
            return Err(Violation::Changed { space: number, text: *text });
        }
        let own_later = earlier.iter().find(|(other, later)| other == author && later > text);
        let question = said.after.filter(|after| place(*after).is_some_and(|place| place > at));
        if let Some(other) = own_later.map(|(_, later)| *later).or(question) {
            return Err(Violation::Order { space: number, text: *text, other });
        }
    }
    if let Some((text, _)) = space.said.iter().find(|(text, said)| said.sure && place(**text).is_none()) {
        return Err(Violation::Lost { space: number, text: *text });
    }
    let again = agreed.messages.iter().filter(|message| space.settled.contains(message));
    if !again.eq(space.settled.iter()) {
        return Err(Violation::Reordered { space: number });
    }
    Ok(())
}

/// Who never was inside knows nothing; who is not any more knows nothing of what members said since.
fn judge_outsiders(
    number: usize,
    space: &Space,
    agreed: Option<&View>,
    views: &[Option<View>],
) -> Result<(), Violation> {
    let is_member = |peer: &usize| agreed.is_some_and(|agreed| agreed.members.contains(peer));
    let by_members = |message: &(usize, Text)| agreed.is_some_and(|agreed| agreed.messages.contains(message));
    for (peer, person) in space.people.iter().enumerate().filter(|(peer, _)| !is_member(peer)) {
        let Some(view) = &views[peer] else { continue };
        let Some(last) = person.last_inside else { return Err(Violation::Leaked { peer, space: number }) };
        let later = |text: &Text| space.said.get(text).is_some_and(|said| said.act > last);
        if view.messages.iter().any(|message| by_members(message) && later(&message.1)) {
            return Err(Violation::Leaked { peer, space: number });
        }
    }
    Ok(())
}
