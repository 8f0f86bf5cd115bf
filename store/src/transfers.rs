//! Transfers that go on where they were when the peer starts again.

use proto::time::Time;
use rusqlite::Row;

use crate::{
    Error, Reader, Tx,
    column::{column, time_in},
};

pub(crate) const TABLES: &str = "
CREATE TABLE transfers (
    transfer BLOB PRIMARY KEY,
    kind INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    state BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";

/// A transfer under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Chosen by the caller, best a hash of what goes where, so that asking again finds it.
    pub id: [u8; 32],
    /// What kind, as a number of the caller's.
    pub kind: u8,
    /// When it began.
    pub begun: Time,
    /// How far it is, in the caller's form.
    pub state: Vec<u8>,
}

impl Reader<'_> {
    /// One transfer.
    pub fn transfer(&self, id: &[u8; 32]) -> Result<Option<Transfer>, Error> {
        let sql = "SELECT transfer, kind, begun, state FROM transfers WHERE transfer = ?1";
        self.one(sql, [id], transfer_in)
    }

    /// All transfers of a kind, the oldest first.
    pub fn transfers(&self, kind: u8) -> Result<Vec<Transfer>, Error> {
        let sql = "SELECT transfer, kind, begun, state FROM transfers WHERE kind = ?1 ORDER BY begun, transfer";
        self.all(sql, [kind], transfer_in)
    }
}

impl Tx<'_> {
    /// Adds a transfer, or notes how far it is; kind and beginning stay as they were.
    pub fn put_transfer(&mut self, transfer: &Transfer) -> Result<(), Error> {
        let sql = "INSERT INTO transfers (transfer, kind, begun, state) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET state = excluded.state";
        let Transfer { id, kind, begun, state } = transfer;
        self.run(sql, (id, kind, column(*begun), state))?;
        Ok(())
    }

    /// Forgets a transfer; returns whether there was one.
    pub fn drop_transfer(&mut self, id: &[u8; 32]) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM transfers WHERE transfer = ?1", [id])? > 0)
    }
}

fn transfer_in(row: &Row<'_>) -> rusqlite::Result<Transfer> {
    Ok(Transfer { id: row.get(0)?, kind: row.get(1)?, begun: time_in(row, 2)?, state: row.get(3)? })
}
