//! The page's listener: how many may be connected at a time.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::serve::Listener;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// So many connections there are at most: browsers keep six for each of their profiles, and one a tab for what happens. Anybody
/// on this computer can connect, and what is open must not take away the files that the peer itself has to open.
const MOST: usize = 256;

/// Connections from this computer, as long as there are not too many.
pub struct Browsers {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Browsers {
    /// Those of this listener.
    pub fn new(listener: TcpListener) -> Self {
        Self { listener, room: Arc::new(Semaphore::new(MOST)) }
    }
}

impl Listener for Browsers {
    type Io = Browser;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Browser, SocketAddr) {
        let room = self.room.clone().acquire_owned().await.expect("never closed");
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // What happens is told at once, in small pieces.
        let _ = stream.set_nodelay(true);
        (Browser { stream, _room: room }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One connection, and its place among them.
pub struct Browser {
    stream: TcpStream,
    _room: OwnedSemaphorePermit,
}

impl AsyncRead for Browser {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Browser {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
