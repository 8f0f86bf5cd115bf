//! Answers that come line by line.

use std::marker::PhantomData;

use bytes::{Buf, BytesMut};
use http_body_util::BodyExt;
use hyper::{Response, body::Incoming};
use serde::de::DeserializeOwned;

use super::{answer, cut_short};
use crate::{Code, Problem};

/// The longest line taken. The longest there is carries one message.
const MAX_LINE_BYTES: usize = 16 << 20;

/// What comes, one by one. Dropping it tells the peer that nobody waits any more.
pub struct Items<T> {
    body: Incoming,
    buffer: BytesMut,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Items<T> {
    pub(super) fn new(response: Response<Incoming>) -> Self {
        Self { body: response.into_body(), buffer: BytesMut::new(), item: PhantomData }
    }

    /// The next one; `None` when the peer ended the answer. Safe to drop while waiting: nothing is lost.
    pub async fn next(&mut self) -> Result<Option<T>, Problem> {
        loop {
            if let Some(line) = self.take_line() {
                return serde_json::from_slice(&line).map(Some).map_err(|e| answer::not_understood(&e));
            }
            match self.body.frame().await {
                None => return Ok(None),
                Some(Err(error)) => return Err(cut_short(&error)),
                Some(Ok(frame)) => self.keep(frame.into_data().unwrap_or_default())?,
            }
        }
    }

    /// A whole line out of what has arrived. Empty lines only keep the connection alive.
    fn take_line(&mut self) -> Option<BytesMut> {
        loop {
            let end = self.buffer.iter().position(|b| *b == b'\n')?;
            let line = self.buffer.split_to(end);
            self.buffer.advance(1);
            if !line.is_empty() {
                return Some(line);
            }
        }
    }

    fn keep(&mut self, data: bytes::Bytes) -> Result<(), Problem> {
        if self.buffer.len() + data.len() > MAX_LINE_BYTES {
            return Err(Problem::new(Code::TooLarge, "the peer's answer has a line that is too long"));
        }
        self.buffer.extend_from_slice(&data);
        Ok(())
    }
}
