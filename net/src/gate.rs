//! Who may come in.

use std::sync::{Arc, RwLock};

use crate::{Key, Protocol};

/// Decides about every incoming link right after its handshake, when the other's key is certain and before anything of it
/// is delivered. Called on the network's tasks: it must not block.
pub trait Gate: Send + Sync + 'static {
    /// Whether `key` may connect for `protocol`. The refused see [`crate::code::REFUSED`] and nothing else.
    fn may_connect(&self, key: &Key, protocol: Protocol) -> bool;
}

/// The gate that lets everybody in: what a [`crate::Net`] starts with.
#[derive(Clone, Copy, Debug)]
pub struct Open;

impl Gate for Open {
    fn may_connect(&self, _key: &Key, _protocol: Protocol) -> bool {
        true
    }
}

/// The gate in force.
pub(crate) struct Doorway(RwLock<Arc<dyn Gate>>);

impl Doorway {
    pub(crate) fn new() -> Self {
        Self(RwLock::new(Arc::new(Open)))
    }

    pub(crate) fn set(&self, gate: Arc<dyn Gate>) {
        *self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = gate;
    }

    pub(crate) fn may_connect(&self, key: &Key, protocol: Protocol) -> bool {
        let gate = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        gate.may_connect(key, protocol)
    }
}
