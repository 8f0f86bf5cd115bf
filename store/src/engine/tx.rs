//! What a caller's closure works with: a [`Reader`] sees one moment of the store, a [`Tx`] may change it.
//!
//! Neither gives out the connection, so that no closure can commit, and only this crate writes SQL.

use std::ops::Deref;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::{Error, column};

/// One moment of the store, for reading.
pub struct Reader<'c> {
    conn: &'c Connection,
}

impl<'c> Reader<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self { conn }
    }

    /// The first row of a query, if any.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        Ok(self.conn.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    /// All rows of a query.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        Ok(self.conn.prepare_cached(sql)?.query_map(params, read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The rows of a query one after the other, as long as `take` says to go on; for answers with a limit in bytes.
    pub(crate) fn each(
        &self,
        sql: &str,
        params: impl Params,
        mut take: impl FnMut(&Row<'_>) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if !take(row)? {
                break;
            }
        }
        Ok(())
    }

    /// Reads the whole database and says what is wrong with it, if anything: seconds for a large one.
    pub fn check(&self) -> Result<(), Error> {
        let faults = self.all("PRAGMA integrity_check(10)", [], |row| row.get::<_, String>(0))?;
        if faults == ["ok"] { Ok(()) } else { Err(Error::Damaged(faults.join("; "))) }
    }
}

/// The store while it is being changed: everything a [`Reader`] can, and the changes.
pub struct Tx<'c> {
    reader: Reader<'c>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self { reader: Reader::new(conn) }
    }

    /// From now until it is closed, the store refuses to grow beyond so many bytes with [`Error::Full`], as on a full
    /// disk. It is not made smaller; what fits into its pages is still taken.
    pub fn limit_size(&mut self, bytes: u64) -> Result<(), Error> {
        let page: i64 = self.reader.conn.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = column::number(bytes) / page;
        // No pages would mean no change.
        self.reader.conn.pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()))?;
        Ok(())
    }

    /// Runs one changing statement; returns how many rows it touched.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize, Error> {
        Ok(self.reader.conn.prepare_cached(sql)?.execute(params)?)
    }

    /// The integer key of the row inserted last.
    pub(crate) fn last_key(&self) -> i64 {
        self.reader.conn.last_insert_rowid()
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Reader<'c>;

    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}
