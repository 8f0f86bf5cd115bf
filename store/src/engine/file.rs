//! Opening a database file without harming one that is not ours to write.

use std::{fs::OpenOptions, io::ErrorKind, path::Path};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::schema;
use crate::{Error, OpenError};

/// Each connection keeps so many prepared statements; more than there are different ones.
const STATEMENTS: usize = 256;

/// The writer keeps at most so many KiB of pages in memory.
const WRITER_CACHE_KIB: i64 = 24 * 1024;

/// Each reader keeps at most so many KiB of pages in memory.
const READER_CACHE_KIB: i64 = 2 * 1024;

/// The write-ahead log is copied into the database whenever it holds so many pages (of 4 KiB): long enough that pages
/// written often are copied once, short enough to be read quickly after a crash.
const CHECKPOINT_PAGES: i64 = 8192;

/// After a checkpoint the write-ahead log's file keeps at most so many bytes.
const WAL_BYTES: i64 = 64 * 1024 * 1024;

/// Opens the file for writing, making it if there is none, and brings it to the newest version.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenError> {
    make_private(path)?;
    let mut conn = Connection::open_with_flags(path, flags() | OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Until the file is known to be ours, closing it must not copy a write-ahead log into it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let known = u32::try_from(schema::VERSIONS.len()).expect("few versions");
    match schema::version(&conn)? {
        found if found > known => return Err(OpenError::Newer { found, known }),
        _ => conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?,
    };
    restrict(path)?;
    durable(&conn)?;
    prepare(&conn, WRITER_CACHE_KIB)?;
    schema::migrate(&mut conn, schema::VERSIONS)?;
    Ok(conn)
}

/// Opens the file, which a writer holds open, for reading.
pub(super) fn reader(path: &Path) -> Result<Connection, Error> {
    let conn = Connection::open_with_flags(path, flags() | OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    prepare(&conn, READER_CACHE_KIB)?;
    Ok(conn)
}

/// A database in memory, with the same tables.
pub(super) fn memory() -> Connection {
    let open = || -> Result<Connection, OpenError> {
        let mut conn = Connection::open_in_memory()?;
        prepare(&conn, WRITER_CACHE_KIB)?;
        schema::migrate(&mut conn, schema::VERSIONS)?;
        Ok(conn)
    };
    open().expect("a database in memory needs nothing that could be missing")
}

/// Copies the database into a new file at `to`, which must not be there.
pub(super) fn back_up(conn: &Connection, to: &Path) -> Result<(), Error> {
    let new = private().create_new(true).open(to)?;
    let copied = conn.execute("VACUUM INTO ?1", [to.to_str().ok_or(Error::Refused("the path is not UTF-8"))?]);
    let synced = copied.map_err(Error::from).and_then(|_| Ok(new.sync_all()?));
    if synced.is_err() {
        // Half a copy is worse than none.
        let _ = std::fs::remove_file(to);
    }
    synced
}

fn flags() -> OpenFlags {
    // Each connection is used by one thread at a time.
    OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Every commit is synced to the disk before it is answered.
fn durable(conn: &Connection) -> Result<(), OpenError> {
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        let why = "this file system cannot hold a database (no write-ahead log)";
        return Err(OpenError::Failed(Error::Io(why.into())));
    }
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    conn.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    Ok(())
}

fn prepare(conn: &Connection, cache_kib: i64) -> Result<(), Error> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.pragma_update(None, "cache_size", -cache_kib)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

/// Makes the file, readable by its owner only, before SQLite does; SQLite gives its companions the same rights.
fn make_private(path: &Path) -> Result<(), OpenError> {
    match private().create_new(true).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(Error::from(error).into()),
        _ => Ok(()),
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes others' rights away from a file that was there before.
fn restrict(path: &Path) -> Result<(), OpenError> {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(Error::from)?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
