//! The invitations made here: what their links hold, so that they can be listed and shown again.

use proto::{
    id::{InvitationId, SpaceId},
    time::Time,
};
use rusqlite::Row;

use crate::{
    Error, Reader, Tx,
    column::{column, time_in},
};

pub(crate) const TABLES: &str = "
CREATE TABLE invites (
    invite BLOB PRIMARY KEY,
    space BLOB NOT NULL,
    made INTEGER NOT NULL,
    secret BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invites_of_space ON invites (space);
";

/// An invitation made here. Role, uses and expiry are in the op that made it.
#[derive(Clone, PartialEq, Eq)]
pub struct Invite {
    /// Which.
    pub id: InvitationId,
    /// To what.
    pub space: SpaceId,
    /// When it was made.
    pub made: Time,
    /// The secret in the link.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for Invite {
    /// Without the secret, as this may end in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invite").field("id", &self.id).field("space", &self.space).finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// One invitation made here.
    pub fn invite(&self, id: &InvitationId) -> Result<Option<Invite>, Error> {
        self.one("SELECT invite, space, made, secret FROM invites WHERE invite = ?1", [id.0], invite_in)
    }

    /// The invitations to a space that were made here, the oldest first.
    pub fn invites(&self, space: &SpaceId) -> Result<Vec<Invite>, Error> {
        let sql = "SELECT invite, space, made, secret FROM invites WHERE space = ?1 ORDER BY made, invite";
        self.all(sql, [space.0], invite_in)
    }
}

impl Tx<'_> {
    /// Keeps an invitation made here.
    pub fn put_invite(&mut self, invite: &Invite) -> Result<(), Error> {
        let Invite { id, space, made, secret } = invite;
        let sql = "INSERT OR REPLACE INTO invites (invite, space, made, secret) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, (id.0, space.0, column(*made), secret))?;
        Ok(())
    }

    /// Forgets an invitation made here; returns whether there was one.
    pub fn drop_invite(&mut self, id: &InvitationId) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM invites WHERE invite = ?1", [id.0])? > 0)
    }
}

fn invite_in(row: &Row<'_>) -> rusqlite::Result<Invite> {
    Ok(Invite {
        id: InvitationId(row.get(0)?),
        space: SpaceId(row.get(1)?),
        made: time_in(row, 2)?,
        secret: row.get(3)?,
    })
}
