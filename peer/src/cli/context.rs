//! What every command has at hand.

use api::{Client, Nothing, Problem, client::not_running, route::One, routes};
use jiff::Zoned;

use super::out::Out;
use crate::{home::Home, show::when};

/// The home, the way to its peer, and how to print.
pub struct Context {
    /// The home this command is about.
    pub home: Home,
    /// How to print.
    pub out: Out,
    /// The moment the command was given, here.
    pub now: Zoned,
}

impl Context {
    /// From the environment.
    pub fn new(out: Out) -> Result<Self, Problem> {
        Ok(Self { home: Home::from_env()?, out, now: when::now() })
    }

    /// The way to the running peer.
    pub fn client(&self) -> Result<Client, Problem> {
        self.home.socket().map(Client::new).ok_or_else(not_running)
    }

    /// Calls a route that answers with one object; `part` fills the path's `{…}`.
    pub async fn one<R: One>(&self, part: &str, ask: R::Ask) -> Result<R::Item, Problem> {
        self.client()?.one::<R>(part, &ask).await
    }

    /// The running peer's status; nothing if none runs.
    pub async fn status(&self) -> Result<Option<api::status::Status>, Problem> {
        match self.one::<routes::Status>("", Nothing {}).await {
            Ok(status) => Ok(Some(status)),
            Err(problem) if problem.code == api::Code::NotRunning => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}
