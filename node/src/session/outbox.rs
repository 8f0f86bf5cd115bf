//! What is on its way to a partner: frames in order, written by a task of their own, bounded in bytes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use net::Writer;
use proto::{session::Frame, sync::MAX_UNSENT_BYTES};
use tokio::{sync::mpsc, task::JoinHandle};

/// Frames on their way. Dropping it stops the writing.
pub(super) struct Outbox {
    frames: mpsc::UnboundedSender<Vec<u8>>,
    unsent_bytes: Arc<AtomicUsize>,
    writing: JoinHandle<()>,
}

/// The partner does not read, or more is said than the protocol has room for.
#[derive(Debug)]
pub(super) struct Full;

impl Outbox {
    pub(super) fn new(mut writer: Writer) -> Self {
        let (frames, mut queue) = mpsc::unbounded_channel::<Vec<u8>>();
        let unsent_bytes = Arc::new(AtomicUsize::new(0));
        let unsent = unsent_bytes.clone();
        let writing = tokio::spawn(async move {
            while let Some(frame) = queue.recv().await {
                let sent = writer.send(&frame).await;
                unsent.fetch_sub(frame.len(), Ordering::Relaxed);
                if sent.is_err() {
                    return;
                }
            }
        });
        Self { frames, unsent_bytes, writing }
    }

    /// Queues a frame. The queue is bounded by [`MAX_UNSENT_BYTES`], not by its number of frames.
    pub(super) fn send(&self, frame: &Frame) -> Result<(), Full> {
        let bytes = frame.to_bytes();
        let unsent = self.unsent_bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        if unsent + bytes.len() > MAX_UNSENT_BYTES {
            return Err(Full);
        }
        self.frames.send(bytes).map_err(|_| Full)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.writing.abort();
    }
}
