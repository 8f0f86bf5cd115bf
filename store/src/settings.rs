//! Settings: a value of the caller's under a name of the caller's.

use crate::{Error, Reader, Tx};

pub(crate) const TABLES: &str = "
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

impl Reader<'_> {
    /// The value under this name.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.one("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))
    }

    /// All settings, by name.
    pub fn settings(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        self.all("SELECT name, value FROM settings ORDER BY name", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

impl Tx<'_> {
    /// Puts a value under this name, in place of the one before.
    pub fn set(&mut self, name: &str, value: &[u8]) -> Result<(), Error> {
        self.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", (name, value))?;
        Ok(())
    }

    /// Takes the value under this name away; returns whether there was one.
    pub fn unset(&mut self, name: &str) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM settings WHERE name = ?1", [name])? > 0)
    }
}
