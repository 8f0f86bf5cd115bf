//! What changes messages: kept by what it changes, whether that has come or not.

use proto::{
    chat::{Body, Change, What},
    id::{OpId, PersonId},
};

use super::row::Kept;
use crate::{
    Error, Reader, Tx,
    column::{column, time_in},
};

/// How a change is sorted, so that those that matter are found without opening the others.
fn kind(what: &What) -> i64 {
    match what {
        What::Edit(..) => EDIT,
        What::Unsay => UNSAY,
        What::React(..) => REACT,
    }
}

const EDIT: i64 = 1;
const UNSAY: i64 = 2;
const REACT: i64 = 3;

impl Tx<'_> {
    /// Keeps a change; false if it is kept already.
    pub(super) fn insert_change(
        &mut self,
        space: i64,
        target: &OpId,
        change: &Change,
        body: &[u8],
    ) -> Result<bool, Error> {
        let sql = "INSERT OR IGNORE INTO chat_changes (space, target, kind, author, time, id, body)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let Change { time, id, by, what } = change;
        Ok(self.run(sql, (space, target.0, kind(what), by.0, column(*time), id.0, body))? > 0)
    }

    /// Forgets a change; false if it is not kept.
    pub(super) fn delete_change(&mut self, space: i64, target: &OpId, change: &Change) -> Result<bool, Error> {
        let sql = "DELETE FROM chat_changes
                   WHERE space = ?1 AND target = ?2 AND kind = ?3 AND author = ?4 AND time = ?5 AND id = ?6";
        let Change { time, id, by, what } = change;
        Ok(self.run(sql, (space, target.0, kind(what), by.0, column(*time), id.0))? > 0)
    }
}

impl Reader<'_> {
    /// All changes of a message that are kept.
    pub(super) fn changes_of(&self, space: i64, target: &OpId) -> Result<Vec<Change>, Error> {
        let sql = "SELECT author, time, id, body FROM chat_changes WHERE space = ?1 AND target = ?2";
        let mut changes = Vec::new();
        self.each(sql, (space, target.0), |row| {
            changes.push(change(row)?);
            Ok(true)
        })?;
        Ok(changes)
    }

    /// Those changes of a message that decide over its text: any withdrawal and the latest edit, both its author's.
    /// However many others there are, no more than these are read.
    pub(super) fn deciding_changes(&self, message: &Kept) -> Result<Vec<Change>, Error> {
        let sql = "SELECT author, time, id, body FROM chat_changes
                   WHERE space = ?1 AND target = ?2 AND kind = ?3 AND author = ?4 ORDER BY time DESC, id DESC LIMIT 1";
        let mut changes = Vec::new();
        for kind in [EDIT, UNSAY] {
            self.each(sql, (message.space, message.id.0, kind, message.author.0), |row| {
                changes.push(change(row)?);
                Ok(true)
            })?;
        }
        Ok(changes)
    }
}

fn change(row: &rusqlite::Row<'_>) -> Result<Change, Error> {
    let (by, time, id) = (PersonId(row.get(0)?), time_in(row, 1)?, OpId(row.get(2)?));
    let body = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
    let change = Body::from_bytes(body).ok().and_then(|body| Change::of(time, id, by, body));
    Ok(change.ok_or_else(|| Error::Damaged(format!("{id}: no change of a message")))?.1)
}
