//! What every handler has at hand.

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use node::Node;
use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use crate::home::uploads::Uploads;

/// The running peer, as its API sees it. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The peer itself. It is another one after it had to take a new key.
    pub node: Arc<RwLock<Node>>,
    /// Cancelled when the peer is to stop.
    pub stop: CancellationToken,
    /// The home's folder.
    pub home: Arc<Path>,
    /// Since when the peer runs, RFC 3339.
    pub since: Arc<str>,
    /// The page's port.
    pub api_port: u16,
    /// What browsers hand over.
    pub uploads: Arc<Uploads>,
    /// Who may use the page.
    pub gate: Arc<Gate>,
    /// What the start had to say, as about a port that was taken.
    pub notices: Arc<[String]>,
}

impl App {
    /// The peer itself.
    pub fn node(&self) -> Node {
        self.node.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another one takes its place.
    pub fn set_node(&self, node: Node) {
        *self.node.write().unwrap_or_else(PoisonError::into_inner) = node;
    }

    /// The peer's id.
    pub fn peer(&self) -> String {
        self.node().core().peer().to_string()
    }

    /// The page's address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.api_port)
    }
}
