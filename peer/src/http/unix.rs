//! The gate of the socket: only the user's own programs pass.

use axum::serve::Listener;
use tokio::net::{UnixListener, UnixStream, unix};

use crate::home::socket::me;

/// Callers whom the kernel says to be the user's own, or root's.
pub struct Callers(pub UnixListener);

impl Listener for Callers {
    type Io = UnixStream;
    type Addr = unix::SocketAddr;

    async fn accept(&mut self) -> (UnixStream, unix::SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.0).await;
            match stream.peer_cred() {
                Ok(caller) if may_pass(caller.uid(), me()) => return (stream, address),
                Ok(caller) => tracing::warn!(user = caller.uid(), "another user tried to give commands"),
                Err(error) => tracing::warn!(%error, "a caller that nobody knows tried to give commands"),
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<unix::SocketAddr> {
        self.0.local_addr()
    }
}

fn may_pass(caller: u32, me: u32) -> bool {
    caller == me || caller == 0
}

#[cfg(test)]
mod tests {
    use super::may_pass;

    #[test]
    fn only_the_user_and_root_pass() {
        assert!(may_pass(1000, 1000) && may_pass(0, 1000) && may_pass(0, 0));
        assert!(!may_pass(1001, 1000) && !may_pass(1000, 0));
    }
}
