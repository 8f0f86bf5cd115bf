//! What a browser gets: the page, and behind the [`gate`](super::gate) the API.

use api::{
    Code, Problem,
    route::{PREFIX, VERSION},
};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state, map_response_with_state},
    response::{IntoResponse, Response},
    routing::any,
};

use super::{
    answer::Refusal,
    app::App,
    assets,
    gate::{self, Refused},
    router, routes, session,
};

/// On every answer, refusals included, unless the answer says otherwise.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()",
    ),
];

/// The routes of the page's listener.
pub fn router(app: App) -> Router {
    session::routes(routes())
        .into_router(any(page))
        .layer(from_fn_with_state(app.clone(), pass))
        .layer(map_response_with_state(app.clone(), guarded))
        .with_state(app)
}

async fn page(request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with(PREFIX) {
        return router::nothing().await.into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match assets::answer(path, request.headers()) {
        Some(file) => file,
        None if path == "/" && !assets::any() => front().into_response(),
        None => (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response(),
    }
}

fn front() -> String {
    format!(
        "Peerage {VERSION} runs on this computer.\n\n\
        This build has no page. Everything is done on the command line:\n\n{}",
        crate::cli::commands()
    )
}

/// Lets a request through that may pass; beneath the API it then carries its session.
async fn pass(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    match gate::check(&head, app.api_port) {
        Ok(()) => {}
        Err(Refused::NotOurs) => {
            return (StatusCode::MISDIRECTED_REQUEST, "This peer is not known by that name.\n").into_response();
        }
        Err(Refused::Foreign) => return foreign(),
    }
    let path = head.uri.path();
    if !path.starts_with(PREFIX) || path == "/api/v1/session" && head.method == Method::POST {
        return next.run(Request::from_parts(head, body)).await;
    }
    let Some(session) = app.gate.session(&head.headers, &app.peer()) else { return no_session() };
    let needs_token = gate::changes(&head.method) || gate::is_websocket(&head.headers);
    if needs_token && path != "/api/v1/tab" && !gate::shows_token(&head, &session) {
        return no_token();
    }
    head.extensions.insert(session);
    next.run(Request::from_parts(head, body)).await
}

fn foreign() -> Response {
    Refusal(Problem::new(Code::NotAllowed, "another site's page asks, and is not let in")).into_response()
}

fn no_session() -> Response {
    let problem = Problem::new(Code::NotAllowed, "this browser is not signed in").hint("peer open");
    (StatusCode::UNAUTHORIZED, Refusal(problem)).into_response()
}

fn no_token() -> Response {
    Refusal(Problem::new(Code::NotAllowed, "this tab has to be loaded again").why("it shows no token")).into_response()
}

/// What a document may do: nothing but what this listener serves, and no script but its files. Nothing of a peer's is ever
/// made HTML: a browser that knows Trusted Types refuses the attempt.
fn policy(port: u16) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; \
        font-src 'self'; connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}; manifest-src 'self'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

async fn guarded(State(app): State<App>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy(app.api_port))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
