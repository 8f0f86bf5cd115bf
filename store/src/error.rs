//! Why the store could not do what was asked.

use std::sync::Arc;

use rusqlite::ErrorCode;

/// Why a read or a write did not happen. A write that fails has changed nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No room is left. Writing works again as soon as there is.
    #[error("the disk is full")]
    Full,
    /// The disk or the file system refused.
    #[error("the disk cannot be read or written: {0}")]
    Io(String),
    /// What is in the file is not what was written there.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The caller's closure panicked; what it had written was taken back.
    #[error("a piece of work on the store broke off: {0}")]
    Panicked(String),
    /// A value is beyond what the store keeps.
    #[error("not kept: {0}")]
    Refused(&'static str),
    /// [`Store::close`](crate::Store::close) came first.
    #[error("the store is closed")]
    Closed,
    /// Anything else SQLite says: a mistake of ours.
    #[error("the database refused: {0}")]
    Sql(#[source] Arc<rusqlite::Error>),
}

impl Error {
    /// Whether there is no room, so that the user is to make some.
    pub const fn is_full(&self) -> bool {
        matches!(self, Error::Full)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        match &error {
            Sql::FromSqlConversionFailure(..) | Sql::InvalidColumnType(..) | Sql::IntegralValueOutOfRange(..) => {
                Error::Damaged(error.to_string())
            }
            _ => match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Error::Full,
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Damaged(error.to_string()),
                Some(
                    ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::ReadOnly
                    | ErrorCode::PermissionDenied
                    | ErrorCode::NoLargeFileSupport
                    | ErrorCode::FileLockingProtocolFailed,
                ) => Error::Io(error.to_string()),
                _ => Error::Sql(Arc::new(error)),
            },
        }
    }
}

/// Why a file could not be opened as a store. The file is as it was.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// A newer program has written it.
    #[error("the database is of version {found}, this program knows up to {known}")]
    Newer {
        /// The file's version.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// It is a database, but not a store.
    #[error("the database belongs to another program")]
    Foreign,
    /// It is no database, or a damaged one.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The disk is full or cannot be read or written.
    #[error(transparent)]
    Failed(Error),
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        match error {
            Error::Damaged(why) => OpenError::Damaged(why),
            error => OpenError::Failed(error),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::Full,
            _ => Error::Io(error.to_string()),
        }
    }
}
