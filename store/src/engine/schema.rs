//! The tables, version by version.

use rusqlite::Connection;

use crate::{OpenError, chat, epochs, files, invites, marks, ops, people, settings, spaces, transfers};

/// Marks a file as ours ("Peer"), so that no other program's database is taken for a store.
pub(super) const APPLICATION: i32 = 0x5065_6572;

/// The SQL that leads from each version to the next: the first entry makes version 1 out of an empty file. A version
/// that has been released never changes; what comes later is a new entry.
pub(super) const VERSIONS: &[&[&str]] = &[&[
    ops::TABLES,
    spaces::TABLES,
    epochs::TABLES,
    people::TABLES,
    marks::TABLES,
    invites::TABLES,
    settings::TABLES,
    transfers::TABLES,
    chat::TABLES,
    files::TABLES,
]];

/// The version of the file behind `conn` (0: an empty one), read without changing it.
pub(super) fn version(conn: &Connection) -> Result<u32, OpenError> {
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if application == i64::from(APPLICATION) {
        return u32::try_from(version).map_err(|_| OpenError::Damaged("its version is negative".into()));
    }
    if application == 0 && version == 0 && tables == 0 { Ok(0) } else { Err(OpenError::Foreign) }
}

/// Brings the database to the last of `versions`, all steps in one transaction; a newer one is refused.
pub(super) fn migrate(conn: &mut Connection, versions: &[&[&str]]) -> Result<(), OpenError> {
    let (found, known) = (version(conn)?, u32::try_from(versions.len()).expect("few versions"));
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for sql in versions[found as usize..].iter().copied().flatten() {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", known)?;
    Ok(tx.commit()?)
}
