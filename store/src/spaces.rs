//! The list of spaces, and what they and their members call themselves.

use proto::{
    id::{OpId, PersonId, SpaceId},
    time::Time,
};
use rusqlite::Row;

use crate::{
    Error, Reader, Tx,
    column::{column, maybe_time_in, time_in},
};

pub(crate) const TABLES: &str = "
CREATE TABLE spaces (
    space BLOB PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    joined INTEGER,
    left INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE names (
    space BLOB NOT NULL,
    person BLOB NOT NULL,
    name TEXT NOT NULL,
    time INTEGER NOT NULL,
    op BLOB NOT NULL,
    PRIMARY KEY (space, person)
) STRICT, WITHOUT ROWID;
";

/// A space this peer is, was or is about to be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Which.
    pub id: SpaceId,
    /// What kind, as a number of the caller's.
    pub kind: u8,
    /// What it is called, as far as is known.
    pub name: String,
    /// When it was created.
    pub created: Time,
    /// When this peer became a member; none while it is joining.
    pub joined: Option<Time>,
    /// When this peer ceased to be one.
    pub left: Option<Time>,
}

/// A name somebody gave, and the op that did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub name: String,
    /// The op's moment.
    pub time: Time,
    /// The op.
    pub op: OpId,
}

const SPACE: &str = "SELECT space, kind, name, created, joined, left FROM spaces";

impl Reader<'_> {
    /// All spaces, also those left, by the time of creation.
    pub fn spaces(&self) -> Result<Vec<Space>, Error> {
        self.all(&format!("{SPACE} ORDER BY created, space"), [], space_in)
    }

    /// One space.
    pub fn space(&self, id: &SpaceId) -> Result<Option<Space>, Error> {
        self.one(&format!("{SPACE} WHERE space = ?1"), [id.0], space_in)
    }

    /// The names given in a space: its own (of nobody) and its members', by person.
    pub fn names(&self, space: &SpaceId) -> Result<Vec<(Option<PersonId>, Name)>, Error> {
        let sql = "SELECT person, name, time, op FROM names WHERE space = ?1 ORDER BY person";
        self.all(sql, [space.0], |row| {
            let person: Vec<u8> = row.get(0)?;
            Ok((person.try_into().ok().map(PersonId), name_in(row)?))
        })
    }

    /// The name of a member, or of the space itself (of nobody), if one was given.
    pub fn name(&self, space: &SpaceId, person: Option<&PersonId>) -> Result<Option<Name>, Error> {
        let sql = "SELECT person, name, time, op FROM names WHERE space = ?1 AND person = ?2";
        self.one(sql, (space.0, bytes_of(person)), name_in)
    }

    /// The name that a person gave last, in whichever space.
    pub fn latest_name(&self, person: &PersonId) -> Result<Option<Name>, Error> {
        let sql = "SELECT person, name, time, op FROM names WHERE person = ?1 ORDER BY time DESC, op DESC LIMIT 1";
        self.one(sql, [&person.0[..]], name_in)
    }
}

impl Tx<'_> {
    /// Adds a space, or replaces what is known of it.
    pub fn put_space(&mut self, space: &Space) -> Result<(), Error> {
        let Space { id, kind, name, created, joined, left } = space;
        let sql = "INSERT OR REPLACE INTO spaces (space, kind, name, created, joined, left)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.run(sql, (id.0, kind, name, column(*created), joined.map(column), left.map(column)))?;
        Ok(())
    }

    /// Notes what a space is called; false if it is not in the list.
    pub fn rename_space(&mut self, id: &SpaceId, name: &str) -> Result<bool, Error> {
        Ok(self.run("UPDATE spaces SET name = ?2 WHERE space = ?1", (id.0, name))? > 0)
    }

    /// Notes when this peer became a member, which also undoes having left; false if the space is not in the list.
    pub fn join_space(&mut self, id: &SpaceId, at: Time) -> Result<bool, Error> {
        Ok(self.run("UPDATE spaces SET joined = ?2, left = NULL WHERE space = ?1", (id.0, column(at)))? > 0)
    }

    /// Forgets a space that was to be joined; false if it is not in the list, or this peer was ever its member.
    pub fn forget_joining(&mut self, id: &SpaceId) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM spaces WHERE space = ?1 AND joined IS NULL", [id.0])? > 0)
    }

    /// Notes when this peer ceased to be a member; false if the space is not in the list.
    pub fn leave_space(&mut self, id: &SpaceId, at: Time) -> Result<bool, Error> {
        Ok(self.run("UPDATE spaces SET left = ?2 WHERE space = ?1", (id.0, column(at)))? > 0)
    }

    /// Notes the name of a member, or of the space itself (of nobody), unless a later op has given another already.
    /// Returns whether it was noted.
    pub fn put_name(&mut self, space: &SpaceId, person: Option<&PersonId>, name: &Name) -> Result<bool, Error> {
        let sql = "INSERT INTO names (space, person, name, time, op) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT DO UPDATE SET name = excluded.name, time = excluded.time, op = excluded.op
                   WHERE (excluded.time, excluded.op) > (time, op)";
        Ok(self.run(sql, (space.0, bytes_of(person), &name.name, column(name.time), name.op.0))? > 0)
    }

    /// Forgets the name that this op gave, as the op does not count; returns whether there was one.
    pub fn drop_name(&mut self, space: &SpaceId, op: &OpId) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM names WHERE space = ?1 AND op = ?2", (space.0, op.0))? > 0)
    }
}

fn space_in(row: &Row<'_>) -> rusqlite::Result<Space> {
    Ok(Space {
        id: SpaceId(row.get(0)?),
        kind: row.get(1)?,
        name: row.get(2)?,
        created: time_in(row, 3)?,
        joined: maybe_time_in(row, 4)?,
        left: maybe_time_in(row, 5)?,
    })
}

fn name_in(row: &Row<'_>) -> rusqlite::Result<Name> {
    Ok(Name { name: row.get(1)?, time: time_in(row, 2)?, op: OpId(row.get(3)?) })
}

/// Nobody has no bytes.
fn bytes_of(person: Option<&PersonId>) -> &[u8] {
    person.map_or(&[], |person| person.as_bytes())
}
