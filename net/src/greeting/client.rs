//! Asking who is at an address.

use std::{net::SocketAddr, time::Duration};

use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, StatusCode, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Greeting, MAX_GREETING_BYTES, PATH, ParseError, server::MAX_HEAD_BYTES};

/// How long asking may take in all.
pub const GREET_TIMEOUT: Duration = Duration::from_secs(5);

/// Why nobody was found at an address.
#[derive(Debug, thiserror::Error)]
pub enum GreetError {
    /// Nobody answers there.
    #[error("nobody answers at {addr}")]
    Unreachable {
        /// The address asked.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// It took longer than [`GREET_TIMEOUT`].
    #[error("no answer from {addr} in time")]
    TimedOut {
        /// The address asked.
        addr: SocketAddr,
    },
    /// Something answers, but not as a peer does.
    #[error("something at {addr} answers that is no peer: {why}")]
    NoPeer {
        /// The address asked.
        addr: SocketAddr,
        /// In what its answer differs.
        why: String,
    },
    /// A peer answers that has been asked too often.
    #[error("the peer at {addr} has been asked too often; try again in a minute")]
    TooOften {
        /// The address asked.
        addr: SocketAddr,
    },
    /// A peer of another version answers, or what came is damaged.
    #[error("what {addr} answers is no greeting")]
    Parse {
        /// The address asked.
        addr: SocketAddr,
        /// What is wrong with it.
        source: ParseError,
    },
}

/// Asks who is at this address, on TCP.
pub async fn greet(addr: SocketAddr) -> Result<Greeting, GreetError> {
    let asked = tokio::time::timeout(GREET_TIMEOUT, ask(addr)).await;
    let body = asked.unwrap_or(Err(GreetError::TimedOut { addr }))?;
    Greeting::parse(&body).map_err(|source| GreetError::Parse { addr, source })
}

async fn ask(addr: SocketAddr) -> Result<Bytes, GreetError> {
    let no_peer = |error: &dyn std::error::Error| GreetError::NoPeer { addr, why: error.to_string() };
    let stream = TcpStream::connect(addr).await.map_err(|source| GreetError::Unreachable { addr, source })?;
    let handshake = http1::Builder::new().max_buf_size(MAX_HEAD_BYTES).handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| no_peer(&error))?;
    let request = Request::get(PATH).header(HOST, addr.to_string()).body(Empty::<Bytes>::new());
    let request = request.expect("a constant path and an address are valid");
    let exchange = async {
        let response = sender.send_request(request).await.map_err(|error| no_peer(&error))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::TOO_MANY_REQUESTS => return Err(GreetError::TooOften { addr }),
            status => return Err(GreetError::NoPeer { addr, why: status.to_string() }),
        }
        let body = Limited::new(response.into_body(), MAX_GREETING_BYTES).collect().await;
        Ok(body.map_err(|error| no_peer(&*error))?.to_bytes())
    };
    tokio::pin!(exchange);
    tokio::select! {
        answer = &mut exchange => answer,
        // The answer may be complete although the connection is over.
        _ = connection => exchange.await,
    }
}
