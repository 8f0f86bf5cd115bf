//! What can go wrong with sending and receiving.

use api::{Code as Kind, Problem};
use proto::{
    files::ManifestError,
    send::{NotACode, NotALink, Refusal},
};

use crate::files::FilesError;

/// Why nothing was offered, or nothing received.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Files cannot be read, written or fetched.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// Nothing that could be sent was given.
    #[error("there is nothing to send")]
    Nothing,
    /// It may be received more often than an offer may.
    #[error("an offer may be received 1 to {} times", proto::send::MAX_USES)]
    Uses,
    /// The list of files is too long, or the other's makes no sense.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// There is no such offer.
    #[error("there is no offer {0:?}")]
    NoOffer(String),
    /// Several offers' ids begin so.
    #[error("several offers' ids begin with {0:?}")]
    Several(String),
    /// It is no code.
    #[error("this is no code: {0}")]
    NotACode(#[from] NotACode),
    /// It is no link.
    #[error(transparent)]
    NotALink(#[from] NotALink),
    /// Nobody on this network has an offer with these words.
    #[error("nobody on this network sends something with this code")]
    NobodyNear,
    /// Looking at the local network is switched off.
    #[error("words only work on one network, and looking around on it is switched off")]
    DiscoveryOff,
    /// The sender cannot be reached.
    #[error("the sender cannot be reached: {0}")]
    Unreachable(String),
    /// The sender says no.
    #[error("{0}")]
    Refused(Refusal),
    /// The sender does not know the code: it is somebody else.
    #[error("the other side does not know this code")]
    Impostor,
    /// The other side does not keep to the rules.
    #[error(transparent)]
    Malformed(#[from] proto::send::Malformed),
}

impl SendError {
    /// For people.
    pub fn problem(&self) -> Problem {
        let problem = |code| Problem::new(code, self.to_string());
        match self {
            Self::Files(error) => error.problem(),
            Self::Nothing | Self::Uses => problem(Kind::Usage),
            Self::Manifest(ManifestError::TooLong) => problem(Kind::TooLarge).hint("send an archive of the folder"),
            Self::NoOffer(_) => problem(Kind::NotFound).hint("peer sends"),
            Self::Several(_) => problem(Kind::Ambiguous).hint("give more letters of the id"),
            Self::NotACode(_) | Self::NotALink(_) => {
                problem(Kind::Usage).hint("give all words of the code, or the whole link")
            }
            Self::NobodyNear => problem(Kind::NotFound)
                .hint("words work on one network only; on different ones use the link that `peer send` shows"),
            Self::DiscoveryOff => {
                problem(Kind::Unreachable).hint("switch it on with `peer nearby --on`, or use the link")
            }
            Self::Unreachable(_) => problem(Kind::Unreachable).hint("the sender must be running while you receive"),
            Self::Refused(Refusal::Wrong) => problem(Kind::Refused).hint("after three wrong tries a code is dead"),
            Self::Refused(Refusal::Dead | Refusal::Used | Refusal::Unknown) => {
                problem(Kind::Refused).hint("ask for a new code: `peer send` makes one")
            }
            Self::Refused(Refusal::Busy) => problem(Kind::Refused).hint("try again in a minute"),
            Self::Impostor | Self::Malformed(_) | Self::Manifest(_) => problem(Kind::Refused),
        }
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        error.problem()
    }
}

impl From<store::Error> for SendError {
    fn from(error: store::Error) -> Self {
        Self::Files(error.into())
    }
}
