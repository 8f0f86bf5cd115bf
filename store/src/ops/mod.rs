//! Ops of all spaces' logs, clustered by log and place.
//!
//! An op's key is one integer, `log << 40 | seq`: a log reads in one go and needs no index of its own. Ids are found
//! by their first eight bytes (they are hashes); what the log's row says already (space, peer, log) is not repeated.
//! Which places are held is kept as spans, so that starting does not read every op. An op that is not named in
//! `held` has been applied to its area's view, as nearly all have.

mod fork;
mod insert;
mod known;
mod log;
mod place;
mod read;
mod row;
mod state;

pub use fork::Fork;
pub use insert::Inserted;
pub use log::{Head, HeldLog};
pub use place::Place;
pub use proto::log::MAX_SEQ;
pub use read::{Limit, MAX_OUTLINE};
pub use state::State;

pub(crate) const TABLES: &str = "
CREATE TABLE logs (
    log INTEGER PRIMARY KEY,
    space BLOB NOT NULL,
    peer BLOB NOT NULL,
    area INTEGER NOT NULL,
    instance BLOB NOT NULL,
    UNIQUE (space, area, peer, instance)
) STRICT;
CREATE TABLE ops (
    op INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    time INTEGER NOT NULL,
    rest BLOB NOT NULL,
    signature BLOB,
    body BLOB
) STRICT;
CREATE INDEX ops_by_id ON ops (substr(id, 1, 8));
CREATE TABLE spans (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE held (op INTEGER PRIMARY KEY, reason INTEGER, due INTEGER) STRICT;
CREATE INDEX held_due ON held (due) WHERE due IS NOT NULL;
CREATE TABLE awaiting (id BLOB NOT NULL, op INTEGER NOT NULL, PRIMARY KEY (id, op)) STRICT, WITHOUT ROWID;
CREATE INDEX awaiting_op ON awaiting (op);
CREATE TABLE forks (
    op INTEGER NOT NULL,
    proven INTEGER NOT NULL,
    proof BLOB NOT NULL,
    PRIMARY KEY (op, proven)
) STRICT;
";
