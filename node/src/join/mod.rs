//! Joining: invitations, and whoever comes by them.
//!
//! *Any* member who has heard of an invitation and is online can let the newcomer in. The newcomer asks the members its
//! link names, one after the other and without waiting long, then whoever is on the local network; the first who lets it
//! in is enough. Then a session with that member brings everything else, from the auth log on.

mod admit;
mod ask;
mod error;
mod invite;
mod link;

use std::sync::Arc;

pub(crate) use admit::Door;
pub use error::JoinError;

use crate::shared::Core;

/// Invitations and joining, as commands and the page ask for them.
#[derive(Clone)]
pub struct Join {
    core: Arc<Core>,
}

impl Join {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
