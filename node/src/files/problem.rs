//! What can go wrong with files.

use std::path::PathBuf;

use api::{Code, Problem};
use net::blobs::ImportError;
use proto::files::PathError;

use super::{bring::BringError, fetch::GetError};
use crate::{
    error::store_problem,
    spaces::{AppendError, ResolveError},
};

/// Why files were not shared, listed, fetched or unshared.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// It is not clear which space is meant.
    #[error(transparent)]
    Space(#[from] ResolveError),
    /// Nothing may be written there.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The store of ops fails.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store of blobs fails.
    #[error("the store of blobs fails: {0}")]
    Blobs(String),
    /// It is no path within a space.
    #[error("{0:?} is no path of a space")]
    Path(String, #[source] PathError),
    /// A path of this computer is not absolute, or has no name.
    #[error("{} cannot be shared: it has no name of its own", .0.display())]
    NoName(PathBuf),
    /// A file or folder of this computer cannot be read or written.
    #[error("{}: {error}", path.display())]
    Disk {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Nothing is shared there.
    #[error("nothing is shared at {0:?}")]
    NotFound(String),
    /// Its bytes are not what its entry says, here or at those who have it.
    #[error("{0:?} has changed since it was shared")]
    Changed(String),
    /// Only others share it.
    #[error("{path:?} is shared by {by}, not by you")]
    NotOwn {
        /// What.
        path: String,
        /// By whom.
        by: String,
    },
    /// The same is under way already.
    #[error("the same files are being fetched to the same folder already")]
    UnderWay,
    /// Some files could not be brought.
    #[error("{failed} of {of} files could not be fetched")]
    Some {
        /// How many not.
        failed: usize,
        /// Of how many.
        of: usize,
        /// Why the first of them not.
        why: String,
        /// Whether nobody to give them was reachable.
        unreachable: bool,
    },
}

impl FilesError {
    /// For people.
    pub fn problem(&self) -> Problem {
        let problem = |code| Problem::new(code, self.to_string());
        match self {
            Self::Space(error) => error.problem(),
            Self::Append(error) => error.problem(),
            Self::Store(error) => store_problem(error),
            Self::Blobs(_) => problem(Code::Storage).hint("see whether the disk is full"),
            Self::Path(_, error) => problem(Code::Usage).why(error.to_string()),
            Self::NoName(_) => problem(Code::Usage).hint("give the absolute path of a file or folder"),
            Self::Disk { error, .. } if error.kind() == std::io::ErrorKind::StorageFull => crate::home::full_disk(),
            Self::Disk { .. } => problem(Code::File),
            Self::NotFound(_) => problem(Code::NotFound).hint("`peer files SPACE` lists what is shared"),
            Self::Changed(_) => problem(Code::File),
            Self::NotOwn { .. } => problem(Code::NotAllowed),
            Self::UnderWay => problem(Code::AlreadyRunning),
            Self::Some { why, unreachable, .. } => {
                let code = if *unreachable { Code::Unreachable } else { Code::File };
                problem(code).why(why).hint("the same command goes on where it was")
            }
        }
    }
}

impl From<FilesError> for Problem {
    fn from(error: FilesError) -> Self {
        error.problem()
    }
}

impl From<ImportError> for FilesError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Read { path, source } => Self::Disk { path, error: source },
            ImportError::Store(error) => Self::Blobs(error.to_string()),
        }
    }
}

impl From<net::blobs::StoreError> for FilesError {
    fn from(error: net::blobs::StoreError) -> Self {
        Self::Blobs(error.to_string())
    }
}

impl FilesError {
    /// Why nothing more was brought to `to`.
    pub(crate) fn bringing(error: BringError, to: PathBuf) -> Self {
        match error {
            BringError::Write(error) => Self::Disk { path: to, error },
            BringError::Store(error) => Self::Store(error),
            BringError::Blobs(error) => error.into(),
            BringError::Get(error) => {
                let unreachable = matches!(error, GetError::Nobody);
                Self::Some { failed: 1, of: 1, why: error.to_string(), unreachable }
            }
        }
    }
}
