//! Links to those who hold blobs: one each, opened when first needed.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use net::{DialError, Key, Link, Net, Protocol};

/// Links for blobs, kept as long as they live.
pub struct Links {
    net: Net,
    open: Mutex<BTreeMap<Key, Link>>,
}

impl Links {
    /// None yet.
    pub fn new(net: Net) -> Self {
        Self { net, open: Mutex::default() }
    }

    /// The link with `key`, dialled if there is none. Two that ask at the same time may dial twice; one link is kept.
    pub async fn to(&self, key: Key, addrs: &[SocketAddr]) -> Result<Link, DialError> {
        if let Some(link) = self.alive(&key) {
            return Ok(link);
        }
        let link = self.net.dial(key, addrs, Protocol::Blobs).await?;
        Ok(self.with(|open| open.entry(key).or_insert(link).clone()))
    }

    /// Forgets the links that are closed.
    pub fn tidy(&self) {
        self.with(|open| open.retain(|_, link| link.close_reason().is_none()));
    }

    fn alive(&self, key: &Key) -> Option<Link> {
        self.tidy();
        self.with(|open| open.get(key).cloned())
    }

    fn with<T>(&self, f: impl FnOnce(&mut BTreeMap<Key, Link>) -> T) -> T {
        f(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
