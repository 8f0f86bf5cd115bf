//! What a browser gets: for now one plain text, and no part of the API.
//!
//! Anything on this computer can connect here, and any web site can make a browser try. So the `Host` must be ours
//! (against names that resolve to loopback), nothing may be embedded or run, and the API asks for a session, which
//! nobody can have before the page exists. The page takes the place of [`front`] and of the empty set of sessions.

use api::{
    Code, Problem,
    problem::Failure,
    route::{PREFIX, VERSION},
};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::get,
};

/// On every answer, refusals included.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The routes of the TCP listener on this port.
pub fn router(port: u16) -> Router {
    Router::new()
        .route("/", get(front))
        .fallback(nothing)
        .layer(from_fn_with_state(port, ours))
        .layer(map_response(guarded))
}

async fn front() -> String {
    format!(
        "Peerage {VERSION} runs on this computer.\n\n\
        Its page comes with a later version. Until then everything is done on the command line:\n\n{}",
        crate::cli::commands()
    )
}

async fn nothing(request: Request) -> Response {
    if request.uri().path().starts_with(PREFIX) {
        let problem = Problem::new(Code::NotAllowed, "a session is needed").hint("use the command line: peer help");
        return (StatusCode::UNAUTHORIZED, Json(Failure { error: problem })).into_response();
    }
    (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response()
}

/// Refuses what was not addressed to this listener by one of its own names.
async fn ours(State(port): State<u16>, request: Request, next: Next) -> Response {
    if is_ours(request.headers(), port) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "This peer is not known by that name.\n").into_response()
    }
}

fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else { return false };
    [format!("127.0.0.1:{port}"), format!("localhost:{port}")].iter().any(|own| own.eq_ignore_ascii_case(host))
}

async fn guarded(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
