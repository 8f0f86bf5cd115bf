//! Those who ask to be contacts, and those who were asked.

use proto::{
    id::{PeerId, PersonId},
    time::Time,
};
use rusqlite::Row;

use crate::{
    Error, Reader, Tx,
    column::{column, time_in},
};

/// Two peers that have met but are not both confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The other peer.
    pub peer: PeerId,
    /// Whether the other side began.
    pub incoming: bool,
    /// Whom the other peer acts for, once it has said so.
    pub person: Option<PersonId>,
    /// What the other side calls itself.
    pub name: String,
    /// The words both people see; empty until they are agreed.
    pub words: String,
    /// The proof of the other person, in the caller's form.
    pub proof: Option<Vec<u8>>,
    /// Whether the user has confirmed.
    pub confirmed_here: bool,
    /// Whether the other side has.
    pub confirmed_there: bool,
    /// When it began.
    pub at: Time,
}

const REQUEST: &str =
    "SELECT peer, incoming, person, name, words, proof, confirmed_here, confirmed_there, at FROM requests";

impl Reader<'_> {
    /// What is open with one peer.
    pub fn request(&self, peer: &PeerId) -> Result<Option<Request>, Error> {
        self.one(&format!("{REQUEST} WHERE peer = ?1"), [peer.0], request_in)
    }

    /// All that is open, the oldest first.
    pub fn requests(&self) -> Result<Vec<Request>, Error> {
        self.all(&format!("{REQUEST} ORDER BY at, peer"), [], request_in)
    }
}

impl Tx<'_> {
    /// Adds what is open with a peer, or replaces it. How many are kept is the caller's to bound.
    pub fn put_request(&mut self, request: &Request) -> Result<(), Error> {
        let Request { peer, incoming, person, name, words, proof, confirmed_here, confirmed_there, at } = request;
        let sql = "INSERT OR REPLACE INTO requests
                   (peer, incoming, person, name, words, proof, confirmed_here, confirmed_there, at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let person = person.map(|person| person.0);
        self.run(sql, (peer.0, incoming, person, name, words, proof, confirmed_here, confirmed_there, column(*at)))?;
        Ok(())
    }

    /// Ends what was open with a peer; returns whether anything was.
    pub fn drop_request(&mut self, peer: &PeerId) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM requests WHERE peer = ?1", [peer.0])? > 0)
    }
}

fn request_in(row: &Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        peer: PeerId(row.get(0)?),
        incoming: row.get(1)?,
        person: row.get::<_, Option<[u8; 32]>>(2)?.map(PersonId),
        name: row.get(3)?,
        words: row.get(4)?,
        proof: row.get(5)?,
        confirmed_here: row.get(6)?,
        confirmed_there: row.get(7)?,
        at: time_in(row, 8)?,
    })
}
