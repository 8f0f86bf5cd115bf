//! Reading messages in their order.

use std::collections::BTreeMap;

use proto::{
    chat::{Message, Position, standing},
    id::{BlobHash, OpId, SpaceId},
};

use super::{
    row::{COLUMNS, Flags, Kept, kept},
    space::Place,
};
use crate::{Error, Reader, column::column};

/// A message as it stands, and what it is to oneself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// Where it was said.
    pub space: SpaceId,
    /// The message.
    pub message: Message,
    /// Whether it is one's own.
    pub mine: bool,
    /// Whether one has still to read it.
    pub unread: bool,
}

/// Which messages of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only what stands after this.
    pub after: Option<Position>,
    /// Only what stands before this.
    pub before: Option<Position>,
    /// At most so many.
    pub most: usize,
    /// If there are more, whether the latest of them or the earliest.
    pub latest: bool,
}

impl Page {
    /// All there are.
    pub const ALL: Page = Page { after: None, before: None, most: usize::MAX, latest: false };
}

impl Reader<'_> {
    /// Messages of a space, oldest first.
    pub fn chat_page(&self, space: &SpaceId, page: &Page) -> Result<Vec<ChatMessage>, Error> {
        let Some(place) = self.chat_place(space)? else { return Ok(Vec::new()) };
        let mut messages = self.page_of(&place, page)?;
        if page.latest {
            messages.reverse();
        }
        messages.into_iter().map(|message| self.told(*space, &place, message)).collect()
    }

    /// The message with this id, whichever space it is in.
    pub fn chat_message(&self, id: &OpId) -> Result<Option<ChatMessage>, Error> {
        let message = self.kept_message(id)?;
        Ok(self.all_told(message.into_iter().collect())?.pop())
    }

    /// Up to `most` messages whose ids lie in `from..=to`, ascending: to find one by the beginning of its id.
    pub fn chat_between(&self, from: &OpId, to: &OpId, most: usize) -> Result<Vec<OpId>, Error> {
        let sql = "SELECT id FROM ops WHERE substr(id, 1, 8) BETWEEN ?1 AND ?2 AND id BETWEEN ?3 AND ?4
                   ORDER BY substr(id, 1, 8)";
        let mut found = Vec::new();
        self.each(sql, (&from.0[..8], &to.0[..8], from.0, to.0), |row| {
            found.extend(self.kept_message(&OpId(row.get(0)?))?.map(|message| message.id));
            Ok(found.len() < most)
        })?;
        Ok(found)
    }

    /// The spaces with a message to which this blob is attached and which was not taken back.
    pub fn attached_in(&self, hash: &BlobHash) -> Result<Vec<SpaceId>, Error> {
        let sql = "SELECT DISTINCT chat_spaces.space FROM chat_attached
                   JOIN chat_spaces ON key = chat_attached.space WHERE hash = ?1";
        self.all(sql, [hash.0], |row| row.get(0).map(SpaceId))
    }

    fn page_of(&self, place: &Place, page: &Page) -> Result<Vec<Kept>, Error> {
        let direction = if page.latest { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT {COLUMNS} FROM chat_messages INDEXED BY chat_messages_in_order
             WHERE space = ?1 AND (time, id) > (?2, ?3) AND (time, id) < (?4, ?5)
             ORDER BY time {direction}, id {direction} LIMIT ?6"
        );
        let (from, from_id) = page.after.map_or((-1, [0; 32]), |(time, id)| (column(time), id.0));
        // Longer than any id, and so beyond all of that moment.
        let (to, to_id) = page.before.map_or((i64::MAX, vec![0xff; 33]), |(time, id)| (column(time), id.0.into()));
        let mut messages = Vec::new();
        self.each(&sql, (place.key, from, from_id, to, to_id, limit(page.most)), |row| {
            messages.push(kept(row)?);
            Ok(true)
        })?;
        Ok(messages)
    }

    /// Messages of several spaces, in the order given.
    pub(super) fn all_told(&self, messages: Vec<Kept>) -> Result<Vec<ChatMessage>, Error> {
        let mut spaces: BTreeMap<i64, (SpaceId, Place)> = BTreeMap::new();
        let mut told = Vec::with_capacity(messages.len());
        for message in messages {
            let (space, place) = match spaces.get(&message.space) {
                Some(known) => *known,
                None => *spaces.entry(message.space).or_insert(self.space_with(message.space)?),
            };
            told.push(self.told(space, &place, message)?);
        }
        Ok(told)
    }

    fn space_with(&self, key: i64) -> Result<(SpaceId, Place), Error> {
        let space = self.one("SELECT space FROM chat_spaces WHERE key = ?1", [key], |row| row.get(0).map(SpaceId))?;
        let space = space.ok_or_else(|| Error::Damaged("a message without its space".to_owned()))?;
        let place = self.chat_place(&space)?.ok_or_else(|| Error::Damaged("a space without its place".to_owned()))?;
        Ok((space, place))
    }

    fn told(&self, space: SpaceId, place: &Place, kept: Kept) -> Result<ChatMessage, Error> {
        let changed = kept.flags.has(Flags::CHANGED);
        let changes = if changed { self.changes_of(kept.space, &kept.id)? } else { Vec::new() };
        let (mine, unread) = (kept.flags.has(Flags::MINE), place.is_unread(kept.at(), kept.flags));
        let standing = standing(&kept.say, kept.author, &changes);
        let message = Message { id: kept.id, time: kept.time, author: kept.author, say: kept.say, standing };
        Ok(ChatMessage { space, message, mine, unread })
    }
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
