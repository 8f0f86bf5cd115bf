//! A message's row: its key, and what is said about it in a few bits.

use proto::{
    chat::{Body, Position, Say},
    id::{OpId, PersonId},
    time::Time,
};
use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef},
};

use crate::{
    Error, Reader, Tx,
    column::{column, time_in},
};

/// A row's key has so many low bits to tell apart messages of one microsecond.
const TIE_BITS: u32 = 8;

/// A message is looked for so many rows above the first it may have, as those below may have been taken: it would
/// need thousands of messages of one microsecond to push it further, where it could be read but not changed.
const MAX_SHIFT: i64 = 16 << TIE_BITS;

/// Later moments (than those of the year 3111) share their keys' upper part with this one.
const LAST_MICROS: u64 = (1 << (63 - TIE_BITS - 1)) - 1;

/// What is known of a message without opening its body. The numbers are the database's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(pub i64);

impl Flags {
    /// It is one's own.
    pub const MINE: Flags = Flags(1);
    /// Its author took it back.
    pub const WITHDRAWN: Flags = Flags(2);
    /// It mentions oneself.
    pub const MENTIONS_ME: Flags = Flags(4);
    /// There are changes to be folded into it.
    pub const CHANGED: Flags = Flags(8);
    /// It came when one had read past its place, and has not been read since.
    pub const LATE: Flags = Flags(16);

    pub fn has(self, flag: Flags) -> bool {
        self.0 & flag.0 != 0
    }

    /// With `flag` set or not.
    pub fn with(self, flag: Flags, on: bool) -> Flags {
        if on { Flags(self.0 | flag.0) } else { Flags(self.0 & !flag.0) }
    }

    /// Whether reading it is anything to be done at all.
    pub fn may_be_unread(self) -> bool {
        !self.has(Flags::MINE) && !self.has(Flags::WITHDRAWN)
    }
}

impl ToSql for Flags {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Flags {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Flags)
    }
}

/// A message as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub row: i64,
    pub space: i64,
    pub time: Time,
    pub id: OpId,
    pub author: PersonId,
    pub flags: Flags,
    pub say: Say,
}

impl Kept {
    /// Where it stands in its space.
    pub fn at(&self) -> Position {
        (self.time, self.id)
    }
}

/// The columns that [`kept`] reads, of `chat_messages` under that name.
pub(super) const COLUMNS: &str = "chat_messages.row, chat_messages.space, chat_messages.time, chat_messages.id,
    chat_messages.author, chat_messages.flags, chat_messages.body";

/// The message in a row of [`COLUMNS`].
pub(super) fn kept(row: &Row<'_>) -> Result<Kept, Error> {
    let id = OpId(row.get(3)?);
    let body = row.get_ref(6)?.as_blob().map_err(rusqlite::Error::from)?;
    let Ok(Body::Say(say)) = Body::from_bytes(body) else {
        return Err(Error::Damaged(format!("{id}: no message")));
    };
    Ok(Kept {
        row: row.get(0)?,
        space: row.get(1)?,
        time: time_in(row, 2)?,
        id,
        author: PersonId(row.get(4)?),
        flags: row.get(5)?,
        say,
    })
}

impl Reader<'_> {
    /// The message with this id, whichever space it is shown in: not always that of its op.
    pub(super) fn kept_message(&self, id: &OpId) -> Result<Option<Kept>, Error> {
        let Some(op) = self.place(id)? else { return Ok(None) };
        let first = first_key(op.time, *id);
        let sql = format!("SELECT {COLUMNS} FROM chat_messages WHERE row BETWEEN ?1 AND ?2 AND id = ?3");
        let mut found = None;
        self.each(&sql, (first, first + MAX_SHIFT, id.0), |row| {
            found = Some(kept(row)?);
            Ok(false)
        })?;
        Ok(found)
    }
}

impl Tx<'_> {
    /// Keeps a message under the first free key of its moment; nothing if it is kept already.
    pub(super) fn insert_message(
        &mut self,
        space: i64,
        (time, id): Position,
        author: PersonId,
        flags: Flags,
        body: &[u8],
    ) -> Result<Option<i64>, Error> {
        let insert = "INSERT OR IGNORE INTO chat_messages (row, space, time, id, author, flags, body)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        for row in first_key(time, id).. {
            if self.run(insert, (row, space, column(time), id.0, author.0, flags, body))? > 0 {
                return Ok(Some(row));
            }
            let there = self.one("SELECT id FROM chat_messages WHERE row = ?1", [row], |row| row.get(0).map(OpId))?;
            if there == Some(id) {
                return Ok(None);
            }
        }
        Err(Error::Refused("a message is too late to be kept"))
    }
}

/// Rises with time, and within a microsecond most likely with the id.
fn first_key(time: Time, id: OpId) -> i64 {
    (time.0.min(LAST_MICROS) << TIE_BITS).cast_signed() | i64::from(id.0[0])
}
