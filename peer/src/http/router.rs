//! From the table of routes to a router: parses what is asked, calls the handler, writes what is answered.

use std::{pin::Pin, sync::Arc};

use api::{
    Code, Problem,
    route::{Lines, List, Method, One, PREFIX, Route, VERSION, VERSION_HEADER},
};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{FromRequestParts, Query, RawPathParams, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use tokio::sync::mpsc;

use super::{answer::Refusal, app::App, lines::LinesBody};

/// The largest request: 256 messages of the greatest length.
const MAX_ASK_BYTES: usize = 32 << 20;

/// What is asked of a handler: the path's part (empty if it has none), and the ask.
pub struct Asked<R: Route> {
    /// The peer.
    pub app: App,
    /// What stood in the path's `{…}`.
    pub part: String,
    /// What is asked.
    pub ask: R::Ask,
}

/// A handler of whatever route. One type for all of them: the layers around it are then compiled once, not forty times.
type Call = Arc<dyn Fn(App, Request) -> Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>> + Send + Sync>;

/// The routes so far.
#[derive(Default)]
pub struct Routes(Router<App>);

impl Routes {
    /// A route that answers with one object.
    pub fn one<R: One, F>(self, handler: fn(Asked<R>) -> F) -> Self
    where
        F: Future<Output = Result<R::Item, Problem>> + Send + 'static,
    {
        self.add::<R, _, _>(move |asked| async move { Ok(Json(handler(asked).await?).into_response()) })
    }

    /// A route that answers with an array.
    pub fn list<R: List, F>(self, handler: fn(Asked<R>) -> F) -> Self
    where
        F: Future<Output = Result<Vec<R::Item>, Problem>> + Send + 'static,
    {
        self.add::<R, _, _>(move |asked| async move { Ok(Json(handler(asked).await?).into_response()) })
    }

    /// A route that answers line by line: the handler's receiver is read until it ends, the caller goes, or the peer
    /// stops. Dropping the receiver is how the handler's work learns that nobody waits any more.
    pub fn lines<R: Lines, F>(self, handler: fn(Asked<R>) -> F) -> Self
    where
        F: Future<Output = Result<mpsc::Receiver<R::Item>, Problem>> + Send + 'static,
    {
        self.add::<R, _, _>(move |asked| async move {
            let stop = asked.app.stop.clone();
            let body = LinesBody::new(handler(asked).await?, stop);
            Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::new(body)).into_response())
        })
    }

    fn add<R, H, F>(self, handler: H) -> Self
    where
        R: Route,
        H: Fn(Asked<R>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let call: Call = Arc::new(move |app, request| {
            let handler = handler.clone();
            Box::pin(async move { handler(parse::<R>(app, request).await?).await })
        });
        Self(self.0.route(&format!("{PREFIX}{}", R::PATH), method_router(R::METHOD, call)))
    }

    /// A route that is not in the table, as it carries bytes; its path begins below [`PREFIX`].
    pub fn raw(self, path: &str, methods: MethodRouter<App>) -> Self {
        Self(self.0.route(&format!("{PREFIX}{path}"), methods))
    }

    /// The finished router; what else is asked for is answered by `otherwise`.
    pub fn into_router(self, otherwise: MethodRouter) -> Router<App> {
        self.0
            .fallback_service(otherwise)
            .method_not_allowed_fallback(|| async {
                Refusal(Problem::new(Code::Usage, "this route has other methods"))
            })
            .layer(axum::middleware::map_response(with_version))
    }
}

/// There is no such route.
pub async fn nothing() -> Refusal {
    Refusal(Problem::new(Code::NotFound, "there is no such route"))
}

async fn with_version(mut response: Response) -> Response {
    response.headers_mut().insert(VERSION_HEADER, HeaderValue::from_static(VERSION));
    response
}

fn method_router(method: Method, call: Call) -> MethodRouter<App> {
    on(filter(method), move |State(app), request| async move { call(app, request).await.map_err(Refusal) })
}

fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Delete => MethodFilter::DELETE,
    }
}

async fn parse<R: Route>(app: App, request: Request) -> Result<Asked<R>, Problem> {
    let (mut head, body) = request.into_parts();
    let params = RawPathParams::from_request_parts(&mut head, &()).await.map_err(|e| unclear(&e))?;
    let part = params.iter().next().map(|(_, part)| part.to_owned()).unwrap_or_default();
    let ask = if R::METHOD.has_body() {
        from_body(body, MAX_ASK_BYTES).await?
    } else {
        Query::try_from_uri(&head.uri).map_err(|e| unclear(&e))?.0
    };
    Ok(Asked { app, part, ask })
}

/// What is asked in a body; nothing at all is an empty object.
pub async fn from_body<T: serde::de::DeserializeOwned>(body: Body, most_bytes: usize) -> Result<T, Problem> {
    let body = to_bytes(body, most_bytes).await.map_err(|e| {
        Problem::new(Code::TooLarge, format!("a request has at most {most_bytes} bytes")).why(e.to_string())
    })?;
    let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
    serde_json::from_slice(text).map_err(|e| unclear(&e))
}

fn unclear(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(Code::Usage, "this request is not understood").why(error.to_string())
}
