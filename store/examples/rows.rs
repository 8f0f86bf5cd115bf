//! Prints one number: how many durable rows a second the database alone takes, the reference for catching up.
//!
//! A row is as large as a small op with its id and signature; 512 of them share a commit, as a run does.

use std::time::Instant;

use rusqlite::Connection;

const ROWS: i64 = 512 * 200;
const BATCH: i64 = 512;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut conn = Connection::open(folder.path().join("rows.db"))?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.execute_batch("CREATE TABLE rows (row INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT")?;
    let begun = Instant::now();
    for first in (0..ROWS).step_by(BATCH as usize) {
        let tx = conn.transaction()?;
        for row in first..first + BATCH {
            tx.prepare_cached("INSERT INTO rows (row, content) VALUES (?1, ?2)")?.execute((row, [7; 360]))?;
        }
        tx.commit()?;
    }
    println!("{:.0}", ROWS as f64 / begun.elapsed().as_secs_f64());
    Ok(())
}
