//! Bodies that come piece by piece.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use api::Problem;
use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::sync::mpsc;

/// A body of pieces as they are received. A problem among them breaks the connection off: what was promised does not come.
pub struct Pieces(pub mpsc::Receiver<Result<Bytes, Problem>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Problem;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Problem>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
