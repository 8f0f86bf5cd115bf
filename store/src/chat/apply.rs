//! Folding ops into the tables, and taking them out again.

use proto::{
    chat::{Body, Change, Say, Standing, standing},
    id::{OpId, PersonId, SpaceId},
    time::Time,
};

use super::{
    row::{Flags, Kept},
    space::Place,
};
use crate::{Error, Tx};

/// An op that counts, or that counted, opened.
#[derive(Debug, Clone, Copy)]
pub struct ChatOp<'a> {
    /// The space.
    pub space: &'a SpaceId,
    /// The op's moment.
    pub time: Time,
    /// The op.
    pub id: OpId,
    /// The person its peer acts for.
    pub by: PersonId,
    /// Oneself.
    pub me: PersonId,
    /// What it says.
    pub body: &'a Body,
}

/// The message that an op has touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// The message.
    pub id: OpId,
    /// Whether it has come with this op.
    pub new: bool,
}

impl Tx<'_> {
    /// Folds an op into the view; an op that is in it already changes nothing. Nothing is touched if it waits for
    /// its message.
    pub fn apply_chat(&mut self, op: &ChatOp<'_>) -> Result<Option<Touched>, Error> {
        let body = op.body.to_bytes().map_err(|_| Error::Refused("a message beyond its limits"))?;
        let place = self.chat_place_or_new(op.space)?;
        if let Body::Say(say) = op.body {
            return self.add_message(&place, op, say, &body);
        }
        self.change_message(&place, op, |tx, target, change| tx.insert_change(place.key, target, change, &body))
    }

    /// Takes an op out of the view as if it had never been in it.
    pub fn withdraw_chat(&mut self, op: &ChatOp<'_>) -> Result<Option<Touched>, Error> {
        let Some(place) = self.chat_place(op.space)? else { return Ok(None) };
        if let Body::Say(_) = op.body {
            return self.remove_message(&place, op);
        }
        self.change_message(&place, op, |tx, target, change| tx.delete_change(place.key, target, change))
    }

    fn add_message(
        &mut self,
        place: &Place,
        op: &ChatOp<'_>,
        say: &Say,
        body: &[u8],
    ) -> Result<Option<Touched>, Error> {
        let (at, mine) = ((op.time, op.id), op.by == op.me);
        let changes = self.changes_of(place.key, &op.id)?;
        let stands = standing(say, op.by, &changes);
        let flags = Flags::default()
            .with(Flags::MINE, mine)
            .with(Flags::LATE, !mine && place.mark.is_late(at))
            .with(Flags::CHANGED, !changes.is_empty());
        let flags = standing_flags(flags, &stands, op.me);
        let Some(row) = self.insert_message(place.key, at, op.by, flags, body)? else { return Ok(None) };
        self.show(place.key, row, say, &stands)?;
        self.count_unread(place, place.weight(at, flags))?;
        Ok(Some(Touched { id: op.id, new: true }))
    }

    fn remove_message(&mut self, place: &Place, op: &ChatOp<'_>) -> Result<Option<Touched>, Error> {
        let Some(message) = self.message_in(place, &op.id)? else { return Ok(None) };
        let stands = self.text_of(&message)?;
        self.hide(place.key, message.row, &message.say, &stands)?;
        self.run("DELETE FROM chat_messages WHERE row = ?1", [message.row])?;
        self.count_unread(place, -place.weight(message.at(), message.flags))?;
        Ok(Some(Touched { id: op.id, new: false }))
    }

    /// Keeps or forgets a change (`alter` says whether there was anything to do) and brings its message, if that
    /// has come, up to date.
    fn change_message(
        &mut self,
        place: &Place,
        op: &ChatOp<'_>,
        alter: impl FnOnce(&mut Self, &OpId, &Change) -> Result<bool, Error>,
    ) -> Result<Option<Touched>, Error> {
        let Some((target, change)) = Change::of(op.time, op.id, op.by, op.body.clone()) else { return Ok(None) };
        let Some(message) = self.message_in(place, &target)? else {
            alter(self, &target, &change)?;
            return Ok(None);
        };
        let before = self.text_of(&message)?;
        if !alter(self, &target, &change)? {
            return Ok(None);
        }
        self.stand_anew(place, &message, &before, op.me)?;
        Ok(Some(Touched { id: target, new: false }))
    }

    fn stand_anew(&mut self, place: &Place, message: &Kept, before: &Standing, me: PersonId) -> Result<(), Error> {
        let stands = self.text_of(message)?;
        if stands != *before {
            self.hide(place.key, message.row, &message.say, before)?;
            self.show(place.key, message.row, &message.say, &stands)?;
        }
        let flags = standing_flags(message.flags.with(Flags::CHANGED, true), &stands, me);
        if flags != message.flags {
            self.run("UPDATE chat_messages SET flags = ?2 WHERE row = ?1", (message.row, flags))?;
            let (at, was) = (message.at(), message.flags);
            self.count_unread(place, place.weight(at, flags) + -place.weight(at, was))?;
        }
        Ok(())
    }

    /// How a message stands, but for its reactions.
    fn text_of(&self, message: &Kept) -> Result<Standing, Error> {
        Ok(standing(&message.say, message.author, &self.deciding_changes(message)?))
    }

    fn message_in(&self, place: &Place, id: &OpId) -> Result<Option<Kept>, Error> {
        Ok(self.kept_message(id)?.filter(|message| message.space == place.key))
    }
}

fn standing_flags(flags: Flags, stands: &Standing, me: PersonId) -> Flags {
    flags.with(Flags::WITHDRAWN, stands.withdrawn).with(Flags::MENTIONS_ME, stands.mentions.contains(&me))
}
