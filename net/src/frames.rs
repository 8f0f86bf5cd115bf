//! Streams of frames: each message of a protocol travels as its length and then its bytes.
//!
//! A length is four bytes, big-endian, and the reader says before each frame how much it accepts: a longer one ends the
//! stream unread. Bulk that needs no frames uses the same streams raw, through [`tokio::io`].

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use iroh::endpoint::{ReadError, RecvStream, SendStream, VarInt, WriteError};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// No frame may be longer, whatever its reader allows.
pub const MAX_FRAME_BYTES: usize = 16 << 20;

/// What a reader sets aside for a frame before its bytes arrive: a declared length alone costs us no more.
const FIRST_BYTES: usize = 16 << 10;

/// Frames up to this are copied behind their length, to leave in one write.
const JOINED_BYTES: usize = 64 << 10;

/// Bytes of a frame's length.
const LENGTH_BYTES: usize = 4;

/// The code with which a stream ends whose frame was too long.
const TOO_LONG: u32 = 1;

/// Why a frame could not be sent or received.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The frame is longer than its reader, or [`MAX_FRAME_BYTES`], allows. The stream is of no more use.
    #[error("a message of {len} bytes, where at most {max} are allowed")]
    TooLong {
        /// Its length, in bytes.
        len: usize,
        /// The most that is allowed, in bytes.
        max: usize,
    },
    /// The stream ended in the middle of a frame.
    #[error("the message broke off in the middle")]
    BrokenOff,
    /// The other end gave up this stream.
    #[error("the other peer gave up (code {code})")]
    GivenUp {
        /// The code it gave.
        code: u64,
    },
    /// The stream was finished or reset on this side.
    #[error("the stream is closed")]
    Finished,
    /// The link is gone; [`crate::Link::closed`] says why.
    #[error("the link is gone")]
    LinkGone,
}

/// Both directions of a stream.
#[derive(Debug)]
pub struct Stream {
    /// What we send.
    pub writer: Writer,
    /// What we receive.
    pub reader: Reader,
}

/// The sending half of a stream. Dropping it finishes it.
#[derive(Debug)]
pub struct Writer(SendStream);

/// The receiving half of a stream. Dropping it tells the other end to stop.
#[derive(Debug)]
pub struct Reader {
    stream: RecvStream,
    /// What has arrived of the frame under way, its length included: so that a dropped `recv` loses nothing.
    partial: Vec<u8>,
}

impl Stream {
    pub(crate) fn new(send: SendStream, recv: RecvStream) -> Self {
        Self { writer: Writer(send), reader: Reader { stream: recv, partial: Vec::new() } }
    }

    /// Sends one frame: see [`Writer::send`].
    pub async fn send(&mut self, frame: &[u8]) -> Result<(), FrameError> {
        self.writer.send(frame).await
    }

    /// Receives one frame: see [`Reader::recv`].
    pub async fn recv(&mut self, max: usize) -> Result<Option<Vec<u8>>, FrameError> {
        self.reader.recv(max).await
    }

    /// Says that no more will be sent: see [`Writer::finish`].
    pub fn finish(&mut self) {
        self.writer.finish();
    }

    /// Both halves, to be used from two tasks.
    pub fn split(self) -> (Writer, Reader) {
        (self.writer, self.reader)
    }
}

impl Writer {
    /// Sends one frame. Returns when it is handed to the transport, not when it has arrived.
    ///
    /// Not cancel-safe: a dropped call may leave half a frame behind, after which the stream is of no more use.
    pub async fn send(&mut self, frame: &[u8]) -> Result<(), FrameError> {
        if frame.len() > MAX_FRAME_BYTES {
            return Err(FrameError::TooLong { len: frame.len(), max: MAX_FRAME_BYTES });
        }
        let length = (frame.len() as u32).to_be_bytes();
        if frame.len() > JOINED_BYTES {
            self.0.write_all(&length).await?;
            return Ok(self.0.write_all(frame).await?);
        }
        let mut joined = Vec::with_capacity(LENGTH_BYTES + frame.len());
        joined.extend_from_slice(&length);
        joined.extend_from_slice(frame);
        Ok(self.0.write_all(&joined).await?)
    }

    /// Says that no more will be sent; what was sent still arrives. A second call does nothing.
    pub fn finish(&mut self) {
        let _ = self.0.finish();
    }

    /// Gives the stream up: what has not arrived never will.
    pub fn reset(&mut self, code: u32) {
        let _ = self.0.reset(VarInt::from_u32(code));
    }

    /// Resolves once everything sent before [`Writer::finish`] is acknowledged, or the other end has given up.
    pub async fn acknowledged(&mut self) -> Result<(), FrameError> {
        match self.0.stopped().await {
            Ok(None) => Ok(()),
            Ok(Some(code)) => Err(FrameError::GivenUp { code: code.into_inner() }),
            Err(_) => Err(FrameError::LinkGone),
        }
    }

    /// Bytes of streams with a higher priority leave first; streams start at 0.
    pub fn set_priority(&self, priority: i32) {
        let _ = self.0.set_priority(priority);
    }
}

impl Reader {
    /// Receives one frame of at most `max` bytes; `None` when the other end finished.
    ///
    /// Cancel-safe: what a dropped call had received stays for the next. A longer frame stops the stream unread.
    pub async fn recv(&mut self, max: usize) -> Result<Option<Vec<u8>>, FrameError> {
        if !self.fill(LENGTH_BYTES).await? {
            return if self.partial.is_empty() { Ok(None) } else { Err(FrameError::BrokenOff) };
        }
        let len = self.declared();
        let max = max.min(MAX_FRAME_BYTES);
        if len > max {
            self.stop(TOO_LONG);
            return Err(FrameError::TooLong { len, max });
        }
        if !self.fill(LENGTH_BYTES + len).await? {
            return Err(FrameError::BrokenOff);
        }
        let mut frame = std::mem::take(&mut self.partial);
        frame.drain(..LENGTH_BYTES);
        Ok(Some(frame))
    }

    /// Tells the other end that no more will be read.
    pub fn stop(&mut self, code: u32) {
        let _ = self.stream.stop(VarInt::from_u32(code));
    }

    fn declared(&self) -> usize {
        let mut length = [0; LENGTH_BYTES];
        length.copy_from_slice(&self.partial[..LENGTH_BYTES]);
        u32::from_be_bytes(length) as usize
    }

    /// Reads until `target` bytes of the frame are here; false when the stream ended before.
    async fn fill(&mut self, target: usize) -> Result<bool, FrameError> {
        while self.partial.len() < target {
            let missing = target - self.partial.len();
            let Some(chunk) = self.stream.read_chunk(missing).await? else { return Ok(false) };
            if self.partial.capacity() - self.partial.len() < chunk.len() {
                let grown = (2 * self.partial.len()).max(FIRST_BYTES).max(self.partial.len() + chunk.len());
                self.partial.reserve_exact(grown.min(target) - self.partial.len());
            }
            self.partial.extend_from_slice(&chunk);
        }
        Ok(true)
    }
}

impl AsyncWrite for Writer {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        AsyncWrite::poll_write(Pin::new(&mut self.0), cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_flush(Pin::new(&mut self.0), cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_shutdown(Pin::new(&mut self.0), cx)
    }
}

/// Raw reading is for streams whose frames, if any, have all been received.
impl AsyncRead for Reader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        AsyncRead::poll_read(Pin::new(&mut self.stream), cx, buffer)
    }
}

impl From<WriteError> for FrameError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Stopped(code) => Self::GivenUp { code: code.into_inner() },
            WriteError::ClosedStream => Self::Finished,
            _ => Self::LinkGone,
        }
    }
}

impl From<ReadError> for FrameError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Reset(code) => Self::GivenUp { code: code.into_inner() },
            ReadError::ClosedStream => Self::Finished,
            _ => Self::LinkGone,
        }
    }
}
