//! The handle that everybody shares.

use std::{
    future::Future,
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, mpsc},
    task::{Context, Poll, ready},
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    file,
    pool::{Pool, read_once},
    tx::{Reader, Tx},
    writer::{self, Job, QUEUE, Work},
};
use crate::{Error, OpenError};

/// What lasts. Cheap to clone; all clones are one store, which closes when the last of them is dropped.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

enum Inner {
    File(OnFile),
    Memory(Mutex<Option<Connection>>),
}

impl Store {
    /// Opens the file at `path`, making it if there is none, readable by its owner only.
    ///
    /// An older version is brought up to date in one transaction. A file that is newer, damaged or another
    /// program's is left as it is. That only one process at a time opens a home is the caller's to ensure.
    pub fn open(path: impl AsRef<Path>) -> Result<Store, OpenError> {
        let on_file = OnFile::start(path.as_ref(), file::writer(path.as_ref())?)?;
        Ok(Store { inner: Arc::new(Inner::File(on_file)) })
    }

    /// A store that does not last: the same SQL in memory. Everything happens within the call, on the caller's thread.
    pub fn memory() -> Store {
        Store { inner: Arc::new(Inner::Memory(Mutex::new(Some(file::memory())))) }
    }

    /// Changes the store. `work` is queued by this call (in the order of calls, also if the answer is never awaited)
    /// and durable once the answer is `Ok`. If it returns an error or panics, nothing of it stays; so it should hand on any
    /// error that a method of [`Tx`] gives it.
    ///
    /// Work that waits at the same time is committed together. At most 4096 pieces wait: a further call blocks its
    /// thread until the writer, which needs nothing from any caller, has taken one. So `work` must not wait for
    /// a lock that callers of this function hold, nor use the store: it has the [`Tx`].
    pub fn write<T, F>(&self, work: F) -> Written<T>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let (job, answer) = Work::new(work);
        match &*self.inner {
            Inner::File(on_file) => on_file.queue(Box::new(job)),
            Inner::Memory(conn) => {
                if let Some(conn) = &*lock(conn) {
                    writer::commit_together(conn, std::iter::once(Box::new(job) as Box<dyn Job>));
                }
            }
        }
        Written { answer }
    }

    /// Reads one moment of the store, on the caller's thread: everything answered before is in it, and what is
    /// written meanwhile is not. Meant to be short; not to be called from within another read or a write.
    pub fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        match &*self.inner {
            Inner::File(on_file) => on_file.pool.read(read),
            Inner::Memory(conn) => read_once(lock(conn).as_ref().ok_or(Error::Closed)?, read),
        }
    }

    /// Writes one moment of the store into a new file at `to`, readable by its owner only and synced to the disk.
    /// Writing goes on meanwhile. The copy is a store like any other.
    pub fn back_up(&self, to: impl AsRef<Path>) -> Result<(), Error> {
        match &*self.inner {
            Inner::File(on_file) => on_file.pool.back_up(to.as_ref()),
            Inner::Memory(conn) => file::back_up(lock(conn).as_ref().ok_or(Error::Closed)?, to.as_ref()),
        }
    }

    #[cfg(test)]
    pub(crate) fn is_memory(&self) -> bool {
        matches!(&*self.inner, Inner::Memory(_))
    }

    /// Does all that was queued, then closes the file, for every clone. What comes later is answered `Closed`.
    pub fn close(&self) {
        match &*self.inner {
            Inner::File(on_file) => on_file.close(),
            Inner::Memory(conn) => drop(lock(conn).take()),
        }
    }
}

/// The answer to a [`Store::write`]: when it is `Ok`, the change is durable. Dropping it does not undo anything.
#[must_use = "only an awaited write is known to be durable"]
#[derive(Debug)]
pub struct Written<T> {
    answer: oneshot::Receiver<Result<T, Error>>,
}

impl<T> Written<T> {
    /// Waits on this thread: for programs without a runtime.
    pub fn wait(self) -> Result<T, Error> {
        self.answer.blocking_recv().unwrap_or(Err(Error::Closed))
    }
}

impl<T> Future for Written<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(ready!(Pin::new(&mut self.answer).poll(cx)).unwrap_or(Err(Error::Closed)))
    }
}

/// A file with its writing thread.
struct OnFile {
    queue: RwLock<Option<mpsc::SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<Connection>>>,
    pool: Pool,
}

impl OnFile {
    fn start(path: &Path, conn: Connection) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("store".into()).spawn(|| writer::serve(conn, waiting));
        let thread = thread.map_err(Error::from)?;
        Ok(Self { queue: RwLock::new(Some(queue)), thread: Mutex::new(Some(thread)), pool: Pool::new(path.to_owned()) })
    }

    /// A job that cannot be queued is dropped, which answers it `Closed`.
    fn queue(&self, job: Box<dyn Job>) {
        if let Some(queue) = &*self.queue.read().unwrap_or_else(PoisonError::into_inner) {
            let _ = queue.send(job);
        }
    }

    fn close(&self) {
        drop(self.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        let Some(thread) = lock(&self.thread).take() else { return };
        if thread.thread().id() == std::thread::current().id() {
            // A piece of work held the last clone: the thread ends by itself.
            return;
        }
        let writer = thread.join();
        self.pool.close();
        // Closed last, it copies the write-ahead log into the database and removes it.
        drop(writer);
    }
}

impl Drop for OnFile {
    fn drop(&mut self) {
        self.close();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
