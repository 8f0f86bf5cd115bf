//! The peer's one HTTP server. It answers the greeting; it is also where a relay will answer, as another path of [`route`].

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};

use super::{Card, PATH, limit::Limit};

/// Connections served at once; more wait in the system's own queue.
pub const MAX_CALLERS: usize = 64;

/// The longest head of a request, in bytes.
pub const MAX_HEAD_BYTES: usize = 8 << 10;

/// How long a caller may take over everything.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The pause after the system could not hand us a caller, as when no file handles are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What all callers share.
pub(crate) struct Desk {
    card: Card,
    limit: Mutex<Limit>,
    callers: Arc<Semaphore>,
}

impl Desk {
    pub(crate) fn new(card: Card) -> Arc<Self> {
        let callers = Arc::new(Semaphore::new(MAX_CALLERS));
        Arc::new(Self { card, limit: Mutex::new(Limit::new()), callers })
    }
}

/// Answers callers at this listener until dropped.
pub(crate) async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    let mut calls = JoinSet::new();
    loop {
        let Ok(permit) = desk.callers.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, from)) => drop(calls.spawn(call(stream, from, desk.clone(), permit))),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
        while calls.try_join_next().is_some() {}
    }
}

/// Answers one request of one caller.
async fn call(stream: TcpStream, from: SocketAddr, desk: Arc<Desk>, _permit: OwnedSemaphorePermit) {
    let service = service_fn(|request| {
        let response = route(&desk, from.ip(), &request);
        async { Ok::<_, Infallible>(response) }
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(MAX_HEAD_BYTES)
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let _ = tokio::time::timeout(REQUEST_TIMEOUT, connection).await;
}

/// The answer to a request.
fn route(desk: &Desk, from: IpAddr, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if !desk.limit.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).admits(from) {
        return text(StatusCode::TOO_MANY_REQUESTS, "too many requests\n");
    }
    match (request.method(), request.uri().path()) {
        (&Method::GET, PATH) => respond(StatusCode::OK, "application/json", desk.card.greeting().to_json()),
        (_, PATH) => text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n"),
        _ => text(StatusCode::NOT_FOUND, "not found\n"),
    }
}

fn text(status: StatusCode, words: &str) -> Response<Full<Bytes>> {
    respond(status, "text/plain; charset=utf-8", words.to_owned())
}

fn respond(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, kind)
        .header(CACHE_CONTROL, "no-store")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(Full::new(body.into()))
        .expect("constant headers are valid")
}
