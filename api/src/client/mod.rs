//! The client: what every command uses to talk to the running peer.
//!
//! HTTP/1.1 over the peer's Unix socket, one connection a call: opening one costs some tens of microseconds, and
//! a call that is dropped takes its connection along, which is how the peer learns that nobody waits any more.
//! Whatever goes wrong on the way is a [`Problem`] a person can act on.

mod answer;
mod lines;
mod uri;

use std::path::PathBuf;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

pub use lines::Items;

use crate::{
    Code, Problem,
    route::{Lines, List, One, Route},
};

/// A way to the running peer. Cheap to make and to clone; holds no connection.
#[derive(Debug, Clone)]
pub struct Client {
    socket: PathBuf,
}

impl Client {
    /// A client of the peer that listens on this socket.
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into() }
    }

    /// Calls a route whose path has no part to fill in and which answers with one object.
    pub async fn ask<R: One>(&self, ask: &R::Ask) -> Result<R::Item, Problem> {
        self.one::<R>("", ask).await
    }

    /// Calls a route that answers with one object; `part` fills the path's `{…}`.
    pub async fn one<R: One>(&self, part: &str, ask: &R::Ask) -> Result<R::Item, Problem> {
        answer::whole(self.send::<R>(part, ask).await?).await
    }

    /// Calls a route that answers with an array; `part` fills the path's `{…}`.
    pub async fn list<R: List>(&self, part: &str, ask: &R::Ask) -> Result<Vec<R::Item>, Problem> {
        answer::whole(self.send::<R>(part, ask).await?).await
    }

    /// Calls a route that answers line by line; `part` fills the path's `{…}`. Dropping what it returns ends the call.
    pub async fn lines<R: Lines>(&self, part: &str, ask: &R::Ask) -> Result<Items<R::Item>, Problem> {
        Ok(Items::new(answer::checked(self.send::<R>(part, ask).await?).await?))
    }

    async fn send<R: Route>(&self, part: &str, ask: &R::Ask) -> Result<Response<Incoming>, Problem> {
        let request = request::<R>(part, ask)?;
        let stream = UnixStream::connect(&self.socket).await.map_err(|e| unreachable(&e))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| cut_short(&e))?;
        tokio::spawn(connection);
        let response = sender.send_request(request).await.map_err(|e| cut_short(&e))?;
        answer::same_version::<R>(&response)?;
        Ok(response)
    }
}

fn request<R: Route>(part: &str, ask: &R::Ask) -> Result<Request<Full<Bytes>>, Problem> {
    if R::PATH.contains('{') && part.is_empty() {
        return Err(Problem::new(Code::Usage, "it is not said which: the name or id is empty"));
    }
    let (query, body) = if R::METHOD.has_body() {
        (String::new(), serde_json::to_vec(ask).map_err(|e| internal(&e))?)
    } else {
        (uri::query(ask).map_err(|e| internal(&e))?, Vec::new())
    };
    Request::builder()
        .method(R::METHOD.as_str())
        .uri(uri::path(R::PATH, part) + &query)
        .header(header::HOST, "peer")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(body.into()))
        .map_err(|e| internal(&e))
}

/// Nobody listens on the socket.
fn unreachable(error: &std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            Problem::new(Code::NotAllowed, "the running peer belongs to another user").why(error.to_string())
        }
        _ => not_running(),
    }
}

/// What every command says where no peer runs.
pub fn not_running() -> Problem {
    Problem::new(Code::NotRunning, "the peer is not running").hint("peer up --background")
}

/// The peer went away before its answer was whole.
pub(crate) fn cut_short(error: &dyn std::error::Error) -> Problem {
    Problem::new(Code::NotRunning, "the peer stopped before it had answered")
        .why(error.to_string())
        .hint("see what it was doing with: peer log; start it again with: peer up --background")
}

fn internal(error: &dyn std::error::Error) -> Problem {
    Problem::new(Code::Internal, "this request cannot be put into words").why(error.to_string())
}

#[cfg(test)]
mod tests;
