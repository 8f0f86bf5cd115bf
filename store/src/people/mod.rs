//! People: who they are, the peers that act for them and where those were last found, and who asks to be a contact.

mod peer;
mod person;
mod request;

pub use peer::{Address, MAX_ADDRESSES, Peer};
pub use person::Person;
pub use request::Request;

pub(crate) const TABLES: &str = "
CREATE TABLE people (
    person BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    petname TEXT,
    proof BLOB,
    blocked INTEGER NOT NULL,
    contact_since INTEGER,
    verified INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE peers (
    peer BLOB PRIMARY KEY,
    person BLOB NOT NULL,
    kem BLOB,
    last_seen INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX peers_of_person ON peers (person);
CREATE TABLE addresses (
    peer BLOB NOT NULL,
    address TEXT NOT NULL,
    source INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (peer, address)
) STRICT, WITHOUT ROWID;
CREATE TABLE requests (
    peer BLOB PRIMARY KEY,
    incoming INTEGER NOT NULL,
    person BLOB,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    proof BLOB,
    confirmed_here INTEGER NOT NULL,
    confirmed_there INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";
