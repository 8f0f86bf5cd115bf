//! Shared files: what commands and the page do with them, the fold of their ops, and who may have which blob.
//!
//! [`Files`] has one function for each route; [`area`] is the fold that the spaces run for every op that counts;
//! [`Serving`] decides about requests for blobs. What was answered as shared lasts: the blobs are in their store, kept
//! and synced, before the op that names them is written. Whoever has fetched a file gives it to others.

mod aside;
pub(crate) mod bring;
pub(crate) mod content;
pub(crate) mod fetch;
mod fold;
mod get;
mod holders;
pub(crate) mod import;
pub(crate) mod links;
mod list;
mod problem;
pub(crate) mod progress;
pub(crate) mod scan;
mod serve;
mod share;
mod unshare;
pub(crate) mod writer;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use net::blobs::Hash;
use proto::{
    files::FilePath,
    id::{BlobHash, SpaceId},
    log::{Area, LogId},
};

pub(crate) use aside::aside;
pub use content::{Content, MAX_PIECE_BYTES};
pub use fold::area;
pub use problem::FilesError;
pub use serve::Serving;

use crate::{Core, spaces::Space};

/// Where ops of files are written.
const LOG: LogId = LogId::of(Area::FILES);

/// Blobs of shared files are kept under this and their hash.
const TAG: &str = "files";

/// What one does with files. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    pub(crate) core: Arc<Core>,
    pub(crate) links: Arc<links::Links>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// One share at a time in a space: it first looks at what is shared already.
    sharing: Mutex<BTreeMap<SpaceId, Arc<tokio::sync::Mutex<()>>>>,
    /// Folders into which something is being written, by the name of the work.
    writing: Mutex<BTreeSet<String>>,
    /// What was only looked at.
    previews: content::Previews,
}

impl Files {
    /// Over everything that the areas share.
    pub fn new(core: Arc<Core>) -> Self {
        let links = Arc::new(links::Links::new(core.net.clone()));
        Self { core, links, state: Arc::default() }
    }

    fn sharing(&self, space: &Space) -> Arc<tokio::sync::Mutex<()>> {
        let mut sharing = self.state.sharing.lock().unwrap_or_else(PoisonError::into_inner);
        sharing.entry(space.id()).or_default().clone()
    }

    fn previews(&self) -> &content::Previews {
        &self.state.previews
    }

    /// Reserves the name of a work that writes; nothing if the same work is under way.
    pub(crate) fn begin_writing(&self, name: String) -> Option<Writing> {
        let new = self.state.writing.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        new.then(|| Writing { name, state: self.state.clone() })
    }
}

/// A reserved name, free again when this is dropped.
pub(crate) struct Writing {
    /// The name.
    pub name: String,
    state: Arc<State>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.state.writing.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

/// The name under which a blob of shared files is kept.
fn tag(blob: &BlobHash) -> String {
    format!("{TAG}/{}", Hash(blob.0))
}

/// A path within a space as people give it: a slash at its end, or `./` before it, does not matter.
fn asked_path(asked: &api::AnyPath) -> Result<FilePath, FilesError> {
    let mut bytes = asked.as_bytes();
    while let Some(rest) = bytes.strip_suffix(b"/") {
        bytes = rest;
    }
    while let Some(rest) = bytes.strip_prefix(b"./") {
        bytes = rest;
    }
    let bytes = if bytes == b"." { b"" } else { bytes };
    FilePath::from_bytes(bytes).map_err(|error| FilesError::Path(asked.display().into_owned(), error))
}
