//! Chat: what is said in the spaces one is in.
//!
//! [`Chat`] is what commands and the page use, one function for each route; [`area`] is the fold that the spaces run for every op
//! that counts. Both tell what they did as [`Event`](api::event::Event)s. A message answered "said" lasts on this
//! device, and so do its attachments, which are in the blob store before the op that names them is written.
//! Read marks are private: they are kept here and travel to nobody.

mod around;
mod attach;
mod change;
mod fetch;
mod find;
mod fold;
mod mark;
mod problem;
mod read;
mod say;
mod tell;
#[cfg(test)]
mod tests;
mod typing;

use std::sync::Arc;

use proto::log::{Area, LogId};

pub use fold::area;
pub use problem::ChatError;
pub use read::{Summary, summary};

use crate::{Core, files::Files};

/// Where chat ops are written.
const LOG: LogId = LogId::of(Area::CHAT);

/// What one does with messages. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    core: Arc<Core>,
    files: Files,
    /// Held from the import of an attachment until a message names it.
    attaching: Arc<tokio::sync::Mutex<()>>,
}

impl Chat {
    /// Over everything that the areas share; attachments are fetched as files are.
    pub fn new(core: Arc<Core>, files: Files) -> Self {
        Self { core, files, attaching: Arc::default() }
    }
}
