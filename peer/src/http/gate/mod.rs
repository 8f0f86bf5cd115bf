//! The gate of the page's listener.
//!
//! Every program and every user of this computer can connect to loopback, and any web site can make a browser try. So a
//! request counts only if it was addressed to this listener by one of its own names, comes from no other site's page, and
//! shows a session; a change and a WebSocket show a tab's token besides. A session begins with a code that only the
//! peer's own user can get (`peer open`, over the Unix socket); it works once. What the checks promise, and what they
//! cannot, is told in docs/spec/page.md.
//!
//! Secrets are kept as hashes, and compared as hashes: [`blake3::Hash`] compares in constant time. None is ever logged.

mod codes;
mod request;
mod secret;
mod sessions;
mod tries;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use api::{Code, Problem, session::TAB_HEADER};
use axum::http::{HeaderMap, header, request::Parts};

use tokio::sync::Notify;

use codes::{Codes, Taken};
pub use request::{Refused, changes, check, is_websocket};
use sessions::Sessions;
pub use sessions::{IDLE, Session};
use tries::Tries;

/// The codes, the sessions, and how often somebody guessed wrong.
pub struct Gate {
    state: Mutex<State>,
    /// Told when a session ends.
    ended: Notify,
}

struct State {
    codes: Codes,
    sessions: Sessions,
    tries: Tries,
}

/// A browser was let in.
pub struct Entered {
    /// Its session, as the cookie carries it; none if it was in already.
    pub cookie: Option<String>,
    /// The token of the tab that came with the code.
    pub token: String,
}

impl Gate {
    /// With the sessions that the home keeps.
    pub fn new(home: &Path) -> Self {
        let sessions = Sessions::load(home, now_s());
        let state = State { codes: Codes::default(), sessions, tries: Tries::default() };
        Self { state: Mutex::new(state), ended: Notify::new() }
    }

    /// A new code, and for how long it works.
    pub fn code(&self) -> Result<(String, std::time::Duration), Problem> {
        let code = secret::new()?;
        self.state().codes.add(&code, Instant::now());
        Ok((code, codes::WORKS_FOR))
    }

    /// Trades a code for a session. A code that comes a second time, and not from the browser it let in, ends the session that
    /// it made: one of the two who had it ought not to have.
    ///
    /// A right code always works, however many wrong ones came before: they have 256 bits, and another user of this computer
    /// must not be able to keep the right one out.
    pub fn enter(&self, code: &str, shown: Option<&Session>) -> Result<Entered, Problem> {
        let mut state = self.state();
        match state.codes.take(code, Instant::now()) {
            Taken::Fresh(place) => {
                let cookie = state.sessions.begin(now_s())?;
                let session = state.sessions.find(&cookie, now_s()).ok_or_else(wrong_code)?;
                state.codes.made(place, session.id());
                Ok(Entered { token: session.token()?, cookie: Some(cookie) })
            }
            Taken::Again(Some(id)) if shown.is_some_and(|shown| shown.id() == id) => {
                Ok(Entered { token: shown.ok_or_else(wrong_code)?.token()?, cookie: None })
            }
            Taken::Again(session) => {
                tracing::warn!("a code for the page was used twice: the browser it had let in is signed out");
                if let Some(session) = session {
                    state.sessions.end(&session)?;
                    self.ended.notify_waiters();
                }
                Err(wrong_code())
            }
            Taken::Unknown if state.tries.wrong(Instant::now()) => Err(wrong_code()),
            Taken::Unknown => Err(Problem::new(Code::TooLarge, "too many wrong codes").hint("peer open")),
        }
    }

    /// The session whose cookie a request shows.
    pub fn session(&self, headers: &HeaderMap, peer: &str) -> Option<Session> {
        let name = cookie_name(peer);
        let mut state = self.state();
        cookies(headers)
            .filter(|(cookie, _)| *cookie == name)
            .find_map(|(_, value)| state.sessions.find(value, now_s()))
    }

    /// Whether a session goes on.
    pub fn stands(&self, session: &Session) -> bool {
        self.state().sessions.stands(&session.id())
    }

    /// Resolves when a session ends, whichever.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    /// Ends a session.
    pub fn leave(&self, session: &Session) -> Result<(), Problem> {
        let ended = self.state().sessions.end(&session.id());
        self.ended.notify_waiters();
        ended
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request shows a token of the session: in the header, or, as browsers can send none with a WebSocket, among the
/// protocols that it offers.
pub fn shows_token(head: &Parts, session: &Session) -> bool {
    let header = head.headers.get(TAB_HEADER).and_then(|value| value.to_str().ok());
    let offered = request::protocols(&head.headers).find_map(|one| one.strip_prefix(api::session::TAB_PROTOCOL_PREFIX));
    let shown = if request::is_websocket(&head.headers) { offered } else { header };
    shown.is_some_and(|token| session.knows(token))
}

/// Cookies are sent to all ports of a host, so that several peers' come together: each is told by its peer.
pub fn cookie_name(peer: &str) -> String {
    format!("peerage-{peer}")
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='))
}

fn wrong_code() -> Problem {
    Problem::new(Code::Refused, "this link has been used already, or is too old").hint("peer open")
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests;
