//! The peers of people, and the cache of where they were found.

use proto::{
    id::{KemKey, PeerId, PersonId},
    time::Time,
};
use rusqlite::Row;

use crate::{
    Error, Reader, Tx,
    column::{column, maybe_time_in, time_in},
};

/// So many addresses are kept of one peer: those seen last.
pub const MAX_ADDRESSES: usize = 8;

/// A peer, as this one knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its key.
    pub id: PeerId,
    /// Whom it acts for.
    pub person: PersonId,
    /// The key to which secrets for it are wrapped.
    pub kem: Option<KemKey>,
    /// When there was last a session with it.
    pub last_seen: Option<Time>,
}

/// Where a peer was found, or was said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address, in the caller's form.
    pub address: String,
    /// How it became known, as a number of the caller's.
    pub source: u8,
    /// When it last was.
    pub seen: Time,
}

const PEER: &str = "SELECT peer, person, kem, last_seen FROM peers";

impl Reader<'_> {
    /// One peer.
    pub fn peer(&self, id: &PeerId) -> Result<Option<Peer>, Error> {
        self.one(&format!("{PEER} WHERE peer = ?1"), [id.0], peer_in)
    }

    /// All peers known, by key.
    pub fn peers(&self) -> Result<Vec<Peer>, Error> {
        self.all(&format!("{PEER} ORDER BY peer"), [], peer_in)
    }

    /// The peers that act for a person, by key.
    pub fn peers_of(&self, person: &PersonId) -> Result<Vec<Peer>, Error> {
        self.all(&format!("{PEER} WHERE person = ?1 ORDER BY peer"), [person.0], peer_in)
    }

    /// Where a peer was found, the latest first: at most [`MAX_ADDRESSES`].
    pub fn addresses(&self, peer: &PeerId) -> Result<Vec<Address>, Error> {
        let sql = "SELECT address, source, seen FROM addresses WHERE peer = ?1 ORDER BY seen DESC, address";
        self.all(sql, [peer.0], |row| Ok(Address { address: row.get(0)?, source: row.get(1)?, seen: time_in(row, 2)? }))
    }
}

impl Tx<'_> {
    /// Adds a peer, or replaces what is known of it.
    pub fn put_peer(&mut self, peer: &Peer) -> Result<(), Error> {
        let Peer { id, person, kem, last_seen } = peer;
        let sql = "INSERT OR REPLACE INTO peers (peer, person, kem, last_seen) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, (id.0, person.0, kem.map(|kem| kem.0), last_seen.map(column)))?;
        Ok(())
    }

    /// Notes a session with a peer; false if it is not known.
    pub fn saw_peer(&mut self, peer: &PeerId, at: Time) -> Result<bool, Error> {
        let sql = "UPDATE peers SET last_seen = max(coalesce(last_seen, 0), ?2) WHERE peer = ?1";
        Ok(self.run(sql, (peer.0, column(at)))? > 0)
    }

    /// Notes where a peer was found, and forgets what was seen earliest beyond [`MAX_ADDRESSES`].
    pub fn put_address(&mut self, peer: &PeerId, address: &Address) -> Result<(), Error> {
        let Address { address, source, seen } = address;
        let sql = "INSERT INTO addresses (peer, address, source, seen) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET source = excluded.source, seen = excluded.seen WHERE excluded.seen >= seen";
        self.run(sql, (peer.0, address, source, column(*seen)))?;
        let sql = "DELETE FROM addresses WHERE peer = ?1 AND address IN (
                       SELECT address FROM addresses WHERE peer = ?1
                       ORDER BY seen DESC, address LIMIT -1 OFFSET ?2)";
        self.run(sql, (peer.0, MAX_ADDRESSES as i64))?;
        Ok(())
    }

    /// Forgets an address of a peer, as nobody answers there; returns whether it was known.
    pub fn drop_address(&mut self, peer: &PeerId, address: &str) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM addresses WHERE peer = ?1 AND address = ?2", (peer.0, address))? > 0)
    }
}

fn peer_in(row: &Row<'_>) -> rusqlite::Result<Peer> {
    Ok(Peer {
        id: PeerId(row.get(0)?),
        person: PersonId(row.get(1)?),
        kem: row.get::<_, Option<[u8; 32]>>(2)?.map(KemKey),
        last_seen: maybe_time_in(row, 3)?,
    })
}
