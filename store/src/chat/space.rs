//! A space's place in the chat tables: its key, how far one has read in it, and what is left.

use proto::{
    chat::{Position, ReadMark},
    id::{OpId, SpaceId},
    time::Time,
};

use super::row::Flags;
use crate::{
    Error, Reader, Tx,
    column::{column, maybe_time_in, time_in},
};

/// What one has not read of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unread {
    /// Messages of others.
    pub messages: u64,
    /// Those among them that mention oneself.
    pub mentions: u64,
}

/// A space as the other chat tables know it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub key: i64,
    pub mark: ReadMark,
}

/// By how much a message counts as unread, and as a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Weight {
    unread: i64,
    mentions: i64,
}

impl Place {
    /// What a message adds to what is unread.
    pub fn weight(&self, at: Position, flags: Flags) -> Weight {
        if !self.is_unread(at, flags) {
            return Weight::default();
        }
        Weight { unread: 1, mentions: flags.has(Flags::MENTIONS_ME).into() }
    }

    /// Whether one has still to read a message.
    pub fn is_unread(&self, at: Position, flags: Flags) -> bool {
        flags.may_be_unread() && (flags.has(Flags::LATE) || self.mark.leaves(at))
    }
}

impl std::ops::Neg for Weight {
    type Output = Weight;

    fn neg(self) -> Weight {
        Weight { unread: -self.unread, mentions: -self.mentions }
    }
}

impl std::ops::Add for Weight {
    type Output = Weight;

    fn add(self, other: Weight) -> Weight {
        Weight { unread: self.unread + other.unread, mentions: self.mentions + other.mentions }
    }
}

impl Reader<'_> {
    /// How many messages of a space one has not read.
    pub fn chat_unread(&self, space: &SpaceId) -> Result<Unread, Error> {
        let sql = "SELECT unread, mentions FROM chat_spaces WHERE space = ?1";
        let unread = self.one(sql, [space.0], |row| {
            let count = |at| row.get::<_, i64>(at).map(|count| count.max(0).cast_unsigned());
            Ok(Unread { messages: count(0)?, mentions: count(1)? })
        })?;
        Ok(unread.unwrap_or_default())
    }

    /// How far one has read in a space.
    pub fn chat_mark(&self, space: &SpaceId) -> Result<ReadMark, Error> {
        Ok(self.chat_place(space)?.map(|place| place.mark).unwrap_or_default())
    }

    pub(super) fn chat_place(&self, space: &SpaceId) -> Result<Option<Place>, Error> {
        let sql = "SELECT key, since, upto_time, upto_id FROM chat_spaces WHERE space = ?1";
        self.one(sql, [space.0], |row| {
            let upto = maybe_time_in(row, 2)?.zip(row.get::<_, Option<_>>(3)?.map(OpId));
            Ok(Place { key: row.get(0)?, mark: ReadMark { since: time_in(row, 1)?, upto } })
        })
    }
}

impl Tx<'_> {
    /// Notes that one has joined a space: what was written up to `since` is history and never unread. It counts only
    /// before any of the space's messages is applied.
    pub fn begin_chat(&mut self, space: &SpaceId, since: Time) -> Result<(), Error> {
        let sql = "INSERT INTO chat_spaces (space, since, unread, mentions) VALUES (?1, ?2, 0, 0)
                   ON CONFLICT (space) DO NOTHING";
        self.run(sql, (space.0, column(since))).map(|_| ())
    }

    /// Marks a space's messages as read: up to and with `upto`, or all that are at hand. Returns what is left.
    pub fn read_chat(&mut self, space: &SpaceId, upto: Option<Position>) -> Result<Unread, Error> {
        let Some(place) = self.chat_place(space)? else { return Ok(Unread::default()) };
        let newest = self.newest(&place)?;
        let Some(upto) = upto.or(newest) else { return Ok(Unread::default()) };
        let read = if Some(upto) < newest { Some(self.unread_upto(&place, upto)?) } else { None };
        let sql = "UPDATE chat_messages INDEXED BY chat_messages_late SET flags = flags & ~?4
                   WHERE space = ?1 AND (time, id) <= (?2, ?3) AND flags & 16";
        self.run(sql, (place.key, column(upto.0), upto.1.0, Flags::LATE.0))?;
        let mark = place.mark.read(upto);
        let (time, id) = mark.upto.map(|(time, id)| (column(time), id.0)).unzip();
        self.run("UPDATE chat_spaces SET upto_time = ?2, upto_id = ?3 WHERE key = ?1", (place.key, time, id))?;
        match read {
            Some(read) => self.count_unread(&place, -read)?,
            None => self.none_unread(&place)?,
        }
        self.chat_unread(space)
    }

    pub(super) fn chat_place_or_new(&mut self, space: &SpaceId) -> Result<Place, Error> {
        if let Some(place) = self.chat_place(space)? {
            return Ok(place);
        }
        self.begin_chat(space, Time(0))?;
        Ok(Place { key: self.last_key(), mark: ReadMark::default() })
    }

    pub(super) fn count_unread(&mut self, place: &Place, by: Weight) -> Result<(), Error> {
        if by == Weight::default() {
            return Ok(());
        }
        let sql = "UPDATE chat_spaces SET unread = unread + ?2, mentions = mentions + ?3 WHERE key = ?1";
        self.run(sql, (place.key, by.unread, by.mentions)).map(|_| ())
    }

    fn none_unread(&mut self, place: &Place) -> Result<(), Error> {
        self.run("UPDATE chat_spaces SET unread = 0, mentions = 0 WHERE key = ?1", [place.key]).map(|_| ())
    }
}

impl Reader<'_> {
    fn newest(&self, place: &Place) -> Result<Option<Position>, Error> {
        let sql = "SELECT time, id FROM chat_messages WHERE space = ?1 ORDER BY time DESC, id DESC LIMIT 1";
        self.one(sql, [place.key], |row| Ok((time_in(row, 0)?, OpId(row.get(1)?))))
    }

    /// What is unread up to and with `upto`: beyond the mark, and what came late. Reads no more of the order than
    /// lies between the mark and `upto`.
    fn unread_upto(&self, place: &Place, upto: Position) -> Result<Weight, Error> {
        let sum = |sql: &str, from: Position| {
            let params = (place.key, column(from.0), from.1.0, column(upto.0), upto.1.0);
            self.one(sql, params, |row| Ok(Weight { unread: row.get(0)?, mentions: row.get(1)? }))
        };
        let since = (place.mark.since, OpId([0xff; 32]));
        let ahead = sum(AHEAD, place.mark.upto.map_or(since, |upto| upto.max(since)))?;
        let late = sum(LATE, (Time(0), OpId([0; 32])))?;
        Ok(ahead.unwrap_or_default() + late.unwrap_or_default())
    }
}

/// Sums of flags: 1 mine, 2 withdrawn, 4 mentions me, 16 late (see [`Flags`]).
const AHEAD: &str = "SELECT count(*), count(CASE WHEN flags & 4 THEN 1 END) FROM chat_messages
    WHERE space = ?1 AND (time, id) > (?2, ?3) AND (time, id) <= (?4, ?5) AND NOT flags & 3";
const LATE: &str = "SELECT count(*), count(CASE WHEN flags & 4 THEN 1 END)
    FROM chat_messages INDEXED BY chat_messages_late
    WHERE space = ?1 AND (time, id) >= (?2, ?3) AND (time, id) <= (?4, ?5) AND NOT flags & 3 AND flags & 16";
