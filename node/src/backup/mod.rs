//! Backup and restore: the keys and one moment of the store, encrypted with a passphrase in the `age` format.
//!
//! Within the encryption: a first line that says what it is, the keys, then the store's file to the end. The format's
//! last chunk is marked as the last, so that a file that was cut off is told from a whole one. What was shared or
//! fetched (blobs) is not in it: others have it, or its place on the disk does.
//!
//! A restored home takes a new peer key at once: the one in the backup may still be in use elsewhere.

mod read;
mod write;

use std::{io, path::PathBuf};

use api::{Code, Problem};

use crate::home::{self, HomeError};
pub use read::restore;
pub(crate) use write::write;

/// The first line of what is encrypted; a change that old programs cannot read takes a new number.
const HEADER: &[u8] = b"peerage backup 1\n";

/// The keys in a backup are at most so many bytes long.
const MAX_KEYS_BYTES: u32 = 64 * 1024;

/// The cost of trying a passphrase, as the power of two that `age` writes into the file: about half a second and 128 MiB.
const WORK_FACTOR: u8 = 17;

/// A passphrase has at least so many letters.
pub const MIN_PASSPHRASE_LETTERS: usize = 8;

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The passphrase is shorter than [`MIN_PASSPHRASE_LETTERS`].
    #[error("the passphrase is too short")]
    Short,
    /// It does not open the file.
    #[error("the passphrase is not the one of this backup")]
    Passphrase,
    /// The file ends too early.
    #[error("the backup is cut off: its end is missing")]
    CutOff,
    /// It is a backup, but altered.
    #[error("the backup is damaged")]
    Damaged,
    /// It is something else.
    #[error("{} is no backup of a peer", .0.display())]
    Foreign(PathBuf),
    /// A newer program wrote it.
    #[error("the backup was made by a newer version of this program")]
    Newer,
    /// The home to restore into holds something already.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The home cannot be made.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The store cannot be copied.
    #[error("the store cannot be copied: {0}")]
    Store(#[from] store::Error),
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl BackupError {
    /// For people.
    pub fn problem(&self) -> Problem {
        let hinted = |code, hint: &str| Problem::new(code, self.to_string()).hint(hint);
        match self {
            Self::Short => Problem::new(Code::Usage, self.to_string())
                .hint(format!("use {MIN_PASSPHRASE_LETTERS} letters or more")),
            Self::Passphrase => hinted(Code::Refused, "try again; nothing was changed"),
            Self::CutOff | Self::Damaged => hinted(Code::File, "copy the file again, or use another backup"),
            Self::Foreign(_) => hinted(Code::File, "give the file that `peer backup` wrote"),
            Self::Newer => hinted(Code::Version, "install a newer peer"),
            Self::NotEmpty(_) => hinted(Code::Home, "choose a new folder with PEER_HOME, or move the old one away"),
            Self::Home(error) => error.problem(),
            Self::Store(error) => crate::error::store_problem(error),
            Self::Io { error, .. } if home::is_full(error) => home::full_disk().why(self.to_string()),
            Self::Io { .. } => Problem::new(Code::File, self.to_string()),
        }
    }
}

impl From<BackupError> for Problem {
    fn from(error: BackupError) -> Self {
        error.problem()
    }
}

#[cfg(test)]
mod tests;
