//! The view of the shared files: which entries there are, which blobs they need, and where one's own come from.
//!
//! Every entry of every op is kept, so that the view is the same in whatever order ops arrive and an op can be taken
//! out again; `proto::files` says what stands. Paths cluster the entries, so that a folder reads in one go however
//! many files there are beside it. Spaces, ops and blobs are numbered: a hundred thousand entries repeat no hash.

mod blobs;
mod changes;
mod listing;
mod sources;

pub use blobs::BlobState;
pub use listing::Row;
pub use sources::{Origin, OwnSource};

pub(crate) const TABLES: &str = "
CREATE TABLE file_spaces (no INTEGER PRIMARY KEY, space BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE file_ops (
    no INTEGER PRIMARY KEY,
    op BLOB NOT NULL UNIQUE,
    person BLOB NOT NULL,
    time INTEGER NOT NULL
) STRICT;
CREATE TABLE file_blobs (
    no INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    have INTEGER NOT NULL
) STRICT;
CREATE TABLE file_entries (
    space INTEGER NOT NULL,
    path BLOB NOT NULL,
    op INTEGER NOT NULL,
    hash BLOB,
    size INTEGER NOT NULL,
    executable INTEGER NOT NULL,
    modified INTEGER,
    blob INTEGER,
    offset INTEGER,
    replaces BLOB,
    PRIMARY KEY (space, path, op)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_entries_blob ON file_entries (blob) WHERE blob IS NOT NULL;
CREATE TABLE file_unshares (
    space INTEGER NOT NULL,
    path BLOB NOT NULL,
    op INTEGER NOT NULL,
    PRIMARY KEY (space, path, op)
) STRICT, WITHOUT ROWID;
CREATE TABLE file_sources (
    space INTEGER NOT NULL,
    path BLOB NOT NULL,
    source BLOB NOT NULL,
    size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    hash BLOB NOT NULL,
    origin INTEGER NOT NULL,
    PRIMARY KEY (space, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_sources_hash ON file_sources (hash) WHERE origin != 0;
";

#[cfg(test)]
mod tests;
