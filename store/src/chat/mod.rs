//! Messages as they stand, in order, counted and searchable: what `proto::chat` says, kept.
//!
//! A message is a row whose key rises with its time, so that a search that wants the newest first reads the word
//! index backwards and stops. Changes (edits, withdrawals, reactions) are all kept by what they change, also those
//! whose message has not come, so that any of them may come late or be taken out again. Unread messages are counted
//! as they come and go: asking how many there are reads one row. Messages have no index by id, which would cost more
//! than all the rest: the ops have one, and where an op stands leads to its message.

mod apply;
mod change;
mod page;
mod row;
mod search;
mod space;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
mod words;

pub use apply::{ChatOp, Touched};
pub use page::{ChatMessage, Page};
pub use space::Unread;

pub(crate) const TABLES: &str = "
CREATE TABLE chat_spaces (
    key INTEGER PRIMARY KEY,
    space BLOB NOT NULL UNIQUE,
    since INTEGER NOT NULL,
    upto_time INTEGER,
    upto_id BLOB,
    unread INTEGER NOT NULL,
    mentions INTEGER NOT NULL
) STRICT;
CREATE TABLE chat_messages (
    row INTEGER PRIMARY KEY,
    space INTEGER NOT NULL,
    time INTEGER NOT NULL,
    id BLOB NOT NULL,
    author BLOB NOT NULL,
    flags INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX chat_messages_in_order ON chat_messages (space, time, id, flags);
CREATE INDEX chat_messages_late ON chat_messages (space, time, id) WHERE flags & 16;
CREATE TABLE chat_changes (
    space INTEGER NOT NULL,
    target BLOB NOT NULL,
    kind INTEGER NOT NULL,
    author BLOB NOT NULL,
    time INTEGER NOT NULL,
    id BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (space, target, kind, author, time, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE chat_attached (
    hash BLOB NOT NULL,
    row INTEGER NOT NULL,
    space INTEGER NOT NULL,
    PRIMARY KEY (hash, row)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE chat_words USING fts5 (
    text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
";
