//! Answers that go out line by line.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// A body that is a line of JSON for each item received; ends with the sender or with the peer.
pub struct LinesBody<T> {
    items: mpsc::Receiver<T>,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl<T> LinesBody<T> {
    /// Lines of what is received.
    pub fn new(items: mpsc::Receiver<T>, stop: CancellationToken) -> Self {
        Self { items, stopped: Box::pin(stop.cancelled_owned()) }
    }
}

impl<T: Serialize + Send + 'static> Body for LinesBody<T> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        let Some(item) = ready!(self.items.poll_recv(cx)) else { return Poll::Ready(None) };
        let mut line = serde_json::to_vec(&item).expect("what the API answers is JSON");
        line.push(b'\n');
        Poll::Ready(Some(Ok(Frame::data(line.into()))))
    }
}
