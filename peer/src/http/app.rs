//! What every handler has at hand.

use std::{path::Path, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::stub::Node;

/// The running peer, as its API sees it. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The peer itself.
    pub node: Node,
    /// Cancelled when the peer is to stop.
    pub stop: CancellationToken,
    /// The home's folder.
    pub home: Arc<Path>,
    /// The page's port.
    pub api_port: u16,
    /// What the start had to say, as about a port that was taken.
    pub notices: Arc<[String]>,
}

impl App {
    /// The page's address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.api_port)
    }
}
