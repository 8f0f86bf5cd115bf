//! How a browser gets its session, and gives it back. What is checked of every request is the [`gate`](super::gate)'s.

use api::{
    Code, Nothing, Problem, routes,
    session::{Login, Opened, Tab},
};
use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{
    answer::Refusal,
    app::App,
    gate::{IDLE, Session, cookie_name},
    live,
    router::{Routes, from_body},
};

/// What a browser that has no session yet may send.
const MAX_LOGIN_BYTES: usize = 4096;

/// The route that lets a browser in, for the user's own programs.
pub fn open(routes: Routes) -> Routes {
    routes.one::<routes::Open, _>(|a| async move {
        let (code, works_for) = a.app.gate.code()?;
        Ok(Opened { url: format!("{}#code={code}", a.app.url()), expires_s: works_for.as_secs() })
    })
}

/// The routes that only a browser has.
pub fn routes(routes: Routes) -> Routes {
    routes.raw("/session", post(enter).delete(leave)).raw("/tab", post(tab)).raw("/live", get(live::live))
}

async fn enter(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let peer = app.peer();
    let shown = app.gate.session(request.headers(), &peer);
    let Login { code } = from_body(request.into_body(), MAX_LOGIN_BYTES).await?;
    let entered = app.gate.enter(&code, shown.as_ref())?;
    let mut response = Json(Tab { token: entered.token }).into_response();
    if let Some(cookie) = entered.cookie {
        tracing::info!("a browser was let in");
        set_cookie(response.headers_mut(), &peer, &cookie, IDLE.as_secs())?;
    }
    Ok(response)
}

async fn tab(Extension(session): Extension<Session>) -> Result<Json<Tab>, Refusal> {
    Ok(Json(Tab { token: session.token()? }))
}

async fn leave(State(app): State<App>, Extension(session): Extension<Session>) -> Result<Response, Refusal> {
    app.gate.leave(&session)?;
    tracing::info!("a browser was signed out");
    let mut response = Json(Nothing {}).into_response();
    set_cookie(response.headers_mut(), &app.peer(), "", 0)?;
    Ok(response)
}

/// Seen by no script, sent with no request that another site makes, and only to the API.
fn set_cookie(headers: &mut HeaderMap, peer: &str, value: &str, seconds: u64) -> Result<(), Problem> {
    let name = cookie_name(peer);
    let cookie = format!("{name}={value}; Path=/api/; Max-Age={seconds}; HttpOnly; SameSite=Strict");
    let mut cookie = HeaderValue::from_str(&cookie)
        .map_err(|e| Problem::new(Code::Internal, "a cookie cannot be set").why(e.to_string()))?;
    cookie.set_sensitive(true);
    headers.insert(header::SET_COOKIE, cookie);
    Ok(())
}
