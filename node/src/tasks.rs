//! What runs in the background, and ends with the node.

use std::future::Future;

use tokio::task::JoinHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What runs in the background, and ends with the node. Clones are the same.
#[derive(Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    cut: CancellationToken,
}

impl Tasks {
    /// Runs work that comes to its end by itself; a stop waits for it.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        let cut = self.cut.clone();
        self.tracker.spawn(async move {
            match cut.run_until_cancelled(work).await {
                Some(done) => done,
                // Nobody is told of what was cut off.
                None => std::future::pending().await,
            }
        })
    }

    /// Runs work until it ends or the node stops, whichever comes first.
    pub fn spawn_until_stop(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.spawn(async move { stop.run_until_cancelled(work).await });
    }

    /// Resolves when the node stops.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Whether the node stops.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Ends everything where it is, without waiting; what is spawned later does nothing.
    pub(crate) fn cut(&self) {
        self.cut.cancel();
    }

    /// Tells all to stop and waits until they have.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}
