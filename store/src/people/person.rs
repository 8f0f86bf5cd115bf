//! A person, as this peer knows them.

use proto::{id::PersonId, time::Time};
use rusqlite::Row;

use crate::{
    Error, Reader, Tx,
    column::{column, maybe_time_in},
};

/// A person, as this peer knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// What they call themselves.
    pub name: String,
    /// What the user calls them.
    pub petname: Option<String>,
    /// The op that created the person's own space, in the caller's form: it proves who they are.
    pub proof: Option<Vec<u8>>,
    /// Whether the user wants nothing of them.
    pub blocked: bool,
    /// When both sides confirmed; none for somebody known from a space only.
    pub contact_since: Option<Time>,
    /// When the user compared words with them.
    pub verified: Option<Time>,
}

const PERSON: &str = "SELECT person, name, petname, proof, blocked, contact_since, verified FROM people";

impl Reader<'_> {
    /// One person.
    pub fn person(&self, id: &PersonId) -> Result<Option<Person>, Error> {
        self.one(&format!("{PERSON} WHERE person = ?1"), [id.0], person_in)
    }

    /// Everybody known, by id.
    pub fn people(&self) -> Result<Vec<Person>, Error> {
        self.all(&format!("{PERSON} ORDER BY person"), [], person_in)
    }
}

impl Tx<'_> {
    /// Adds a person, or replaces what is known of them.
    pub fn put_person(&mut self, person: &Person) -> Result<(), Error> {
        let Person { id, name, petname, proof, blocked, contact_since, verified } = person;
        let sql = "INSERT OR REPLACE INTO people (person, name, petname, proof, blocked, contact_since, verified)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.run(sql, (id.0, name, petname, proof, blocked, contact_since.map(column), verified.map(column)))?;
        Ok(())
    }

    /// Forgets a person and their peers; returns whether they were known.
    pub fn drop_person(&mut self, id: &PersonId) -> Result<bool, Error> {
        self.run("DELETE FROM addresses WHERE peer IN (SELECT peer FROM peers WHERE person = ?1)", [id.0])?;
        self.run("DELETE FROM peers WHERE person = ?1", [id.0])?;
        Ok(self.run("DELETE FROM people WHERE person = ?1", [id.0])? > 0)
    }
}

fn person_in(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: PersonId(row.get(0)?),
        name: row.get(1)?,
        petname: row.get(2)?,
        proof: row.get(3)?,
        blocked: row.get(4)?,
        contact_since: maybe_time_in(row, 5)?,
        verified: maybe_time_in(row, 6)?,
    })
}
