//! Work that blocks (reading, hashing and writing files) beside the runtime's own.

use std::io;

/// Runs `work` on a thread for blocking work where the runtime has several threads, and at once, in order, where it has
/// one: there simulations run, which may have no threads of their own.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    use tokio::runtime::{Handle, RuntimeFlavor};
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        return work();
    }
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
