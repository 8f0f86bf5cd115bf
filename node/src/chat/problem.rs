//! What can be wrong with what one wants to do with messages.

use api::{Code, Problem};
use proto::chat::{BodyError, MAX_ATTACHMENTS, MAX_TEXT_BYTES};

use crate::{
    error::{internal, store_problem},
    spaces::{AppendError, ResolveError},
};

/// Why something was not done with messages.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// No such message.
    #[error("there is no message {0:?}")]
    NoMessage(String),
    /// Several messages' ids begin so.
    #[error("several messages' ids begin with {0:?}")]
    Ambiguous(String),
    /// Nothing of this name is attached.
    #[error("nothing called {0:?} is attached to the message")]
    NotAttached(String),
    /// Only its author changes a message.
    #[error("the message is somebody else's")]
    NotYours,
    /// It was taken back.
    #[error("the message was taken back")]
    Withdrawn,
    /// What one wants to say breaks a limit.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// No moment.
    #[error("{0:?} is no moment")]
    NotATime(String),
    /// A file to be attached.
    #[error("{0} cannot be attached")]
    Attach(String, #[source] net::blobs::ImportError),
    /// The path of a file to be attached leads from nowhere.
    #[error("{0} is not an absolute path of a file")]
    NotAFile(String),
    /// It belongs to a peer's home.
    #[error("{0}: {why}", why = crate::home::private::WHY)]
    Private(String),
    /// The blob store failed.
    #[error(transparent)]
    Blobs(#[from] net::blobs::StoreError),
    /// It is not clear where.
    #[error(transparent)]
    Where(#[from] ResolveError),
    /// It could not be written.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<ChatError> for Problem {
    fn from(error: ChatError) -> Problem {
        let problem = |code| Problem::new(code, error.to_string());
        match &error {
            ChatError::NoMessage(_) => problem(Code::NotFound).hint("`peer read SPACE --json` shows their ids"),
            ChatError::NotAttached(_) => problem(Code::NotFound),
            ChatError::Ambiguous(_) => problem(Code::Ambiguous).hint("give more letters of the id"),
            ChatError::NotYours => problem(Code::NotAllowed).why("only its author edits a message or takes it back"),
            ChatError::Withdrawn => problem(Code::NotAllowed).why("nothing can be done with it any more"),
            ChatError::Body(body) => of_body(*body),
            ChatError::NotATime(_) => problem(Code::Usage).hint("write it like 2026-11-22T11:26:33Z"),
            ChatError::Attach(_, net::blobs::ImportError::Read { source, .. }) => {
                problem(Code::File).why(source.to_string())
            }
            ChatError::Attach(_, net::blobs::ImportError::Store(source)) => {
                problem(Code::Storage).why(source.to_string())
            }
            ChatError::NotAFile(_) | ChatError::Private(_) => problem(Code::File),
            ChatError::Blobs(blobs) => problem(Code::Storage).why(blobs.to_string()),
            ChatError::Where(place) => place.problem(),
            ChatError::Append(append) => append.problem(),
            ChatError::Store(store) => store_problem(store),
        }
    }
}

fn of_body(error: BodyError) -> Problem {
    let problem = |code| Problem::new(code, error.to_string());
    match error {
        BodyError::Empty => problem(Code::Usage),
        BodyError::TextTooLong => problem(Code::TooLarge)
            .why(format!("the text has more than {MAX_TEXT_BYTES} bytes"))
            .hint("attach it as a file, or share it with `peer share`"),
        BodyError::TooManyAttachments => problem(Code::TooLarge)
            .why(format!("more than {MAX_ATTACHMENTS} files"))
            .hint("share the folder with `peer share`"),
        BodyError::BadEmoji => problem(Code::Usage),
        BodyError::BadName | BodyError::BadMentions | BodyError::Unknown => internal(&error),
    }
}
