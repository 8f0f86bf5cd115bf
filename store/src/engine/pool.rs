//! A few connections that read while the writer writes.

use std::{
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use rusqlite::Connection;

use super::{file, tx::Reader};
use crate::Error;

/// So many reads go on at one time; the next one waits for one of them to end.
const READERS: usize = 4;

pub(super) struct Pool {
    path: PathBuf,
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    idle: Vec<Connection>,
    open: usize,
    closed: bool,
}

impl Pool {
    pub fn new(path: PathBuf) -> Self {
        let state = Mutex::new(State { idle: Vec::with_capacity(READERS), open: 0, closed: false });
        Self { path, state, freed: Condvar::new() }
    }

    /// Reads one moment of the store.
    pub fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let lent = Lent { conn: Some(self.take()?), pool: self };
        read_once(lent.conn.as_ref().expect("lent until dropped"), read)
    }

    /// Writes one moment of the store into a new file.
    pub fn back_up(&self, to: &Path) -> Result<(), Error> {
        let lent = Lent { conn: Some(self.take()?), pool: self };
        file::back_up(lent.conn.as_ref().expect("lent until dropped"), to)
    }

    /// Refuses further reads and waits for those under way.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        while state.open > state.idle.len() {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.open = 0;
        state.idle.clear();
        self.freed.notify_all();
    }

    fn take(&self) -> Result<Connection, Error> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Err(Error::Closed);
            }
            if let Some(conn) = state.idle.pop() {
                return Ok(conn);
            }
            if state.open < READERS {
                let conn = file::reader(&self.path)?;
                state.open += 1;
                return Ok(conn);
            }
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `read` within a transaction, so that all it sees is of one moment.
pub(super) fn read_once<T>(conn: &Connection, read: impl FnOnce(&Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
    let moment = conn.unchecked_transaction()?;
    let answer = read(&Reader::new(&moment));
    moment.finish()?;
    answer
}

/// A connection that finds its way back, also when its reader panics.
struct Lent<'p> {
    conn: Option<Connection>,
    pool: &'p Pool,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.idle.extend(self.conn.take());
        // All, since `close` may be among those who wait.
        self.pool.freed.notify_all();
    }
}
