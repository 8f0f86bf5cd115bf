//! One thread that writes: whatever is waiting goes into one transaction, is synced once, and is then answered.
//!
//! Each piece of work has its own savepoint, so that one that fails leaves the others in the batch alone. If the
//! transaction as a whole fails (a full disk), every piece of work in it is answered with that error.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::Receiver,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::tx::Tx;
use crate::Error;

/// So many pieces of work may wait for the writer; whoever asks for one more is made to wait (see [`Store::write`]).
///
/// [`Store::write`]: super::Store::write
pub(super) const QUEUE: usize = 4096;

/// At most so many pieces of work share one commit.
const BATCH: usize = 1024;

/// A batch takes in no more work after so long, so that its first piece need not wait much longer than that.
const BATCH_TIME: Duration = Duration::from_millis(20);

/// One piece of work, of whatever type its answer is.
pub(super) trait Job: Send {
    /// Does the work; after an error none of its changes is to stay.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Error>;
    /// Answers whoever asked, now that the batch has been committed or not.
    fn answer(self: Box<Self>, committed: Result<(), Error>);
}

/// A caller's closure and the way back to the caller.
pub(super) struct Work<F, T> {
    todo: Option<F>,
    result: Result<T, Error>,
    caller: oneshot::Sender<Result<T, Error>>,
}

impl<F, T> Work<F, T> {
    pub fn new(todo: F) -> (Self, oneshot::Receiver<Result<T, Error>>) {
        let (caller, answer) = oneshot::channel();
        (Self { todo: Some(todo), result: Err(Error::Closed), caller }, answer)
    }
}

impl<F, T> Job for Work<F, T>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        if let Some(todo) = self.todo.take() {
            let outcome = catch_unwind(AssertUnwindSafe(|| todo(tx)));
            self.result = outcome.unwrap_or_else(|panic| Err(Error::Panicked(words_of(panic.as_ref()))));
        }
        self.result.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    fn answer(self: Box<Self>, committed: Result<(), Error>) {
        // Whoever has stopped waiting needs no answer. Work that failed by itself keeps its own reason.
        let _ = self.caller.send(self.result.and_then(|value| committed.map(|()| value)));
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".into())
}

/// Works until nobody can ask any more, then gives the connection back.
pub(super) fn serve(conn: Connection, queue: Receiver<Box<dyn Job>>) -> Connection {
    while let Ok(first) = queue.recv() {
        let until = Instant::now() + BATCH_TIME;
        let more = std::iter::from_fn(|| if Instant::now() < until { queue.try_recv().ok() } else { None });
        commit_together(&conn, std::iter::once(first).chain(more).take(BATCH));
    }
    conn
}

/// Runs the work in one transaction and answers all of it.
pub(super) fn commit_together(conn: &Connection, work: impl Iterator<Item = Box<dyn Job>>) {
    let mut done = Vec::new();
    let committed = transaction(conn, work, &mut done);
    if let Err(error) = &committed {
        tracing::warn!(%error, pieces = done.len(), "nothing of a batch was written");
        // Fails if SQLite has rolled back by itself, which is what is wanted.
        let _ = conn.execute_batch("ROLLBACK");
    }
    for job in done {
        job.answer(committed.clone());
    }
}

fn transaction(
    conn: &Connection,
    mut work: impl Iterator<Item = Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
) -> Result<(), Error> {
    let Some(first) = work.next() else { return Ok(()) };
    done.push(first);
    execute(conn, "BEGIN IMMEDIATE")?;
    loop {
        let job = done.last_mut().expect("one was pushed");
        in_savepoint(conn, job.as_mut())?;
        match work.next() {
            Some(next) => done.push(next),
            None => return execute(conn, "COMMIT"),
        }
    }
}

/// Runs one piece of work; what it changed stays only if it succeeds. An error is the whole transaction's.
fn in_savepoint(conn: &Connection, job: &mut dyn Job) -> Result<(), Error> {
    execute(conn, "SAVEPOINT piece")?;
    if let Err(error) = job.run(&mut Tx::new(conn)) {
        if conn.is_autocommit() {
            // SQLite gives up the whole transaction when the disk fills or fails at a bad moment.
            return Err(error);
        }
        execute(conn, "ROLLBACK TO piece")?;
    }
    execute(conn, "RELEASE piece")
}

fn execute(conn: &Connection, sql: &str) -> Result<(), Error> {
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}
