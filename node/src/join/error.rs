//! Why somebody does not come in, or cannot invite.

use api::{Code, Problem};
use proto::space::LinkError;

use crate::spaces::{AppendError, ResolveError, SpacesError};

/// Why somebody does not come in, or cannot invite.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// It is not clear which space.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// It was not written.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// A space cannot be shown.
    #[error(transparent)]
    Spaces(#[from] SpacesError),
    /// What was given is no link, or not a whole one.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// One's role does not allow to invite, or nobody can be invited to that kind of space.
    #[error("you may not invite to this space")]
    MayNotInvite,
    /// One's role does not allow to take that invitation back.
    #[error("you may not take this invitation back")]
    MayNotWithdraw,
    /// No invitation has this id.
    #[error("there is no invitation {0:?}")]
    NoInvitation(String),
    /// Several invitations' ids begin so.
    #[error("{0:?} can mean several invitations")]
    Ambiguous(String),
    /// As many have used it as may.
    #[error("the invitation has been used up")]
    UsedUp,
    /// Its time is over.
    #[error("the invitation has expired")]
    Expired,
    /// It was taken back.
    #[error("the invitation was withdrawn")]
    Withdrawn,
    /// One was removed, or left, since.
    #[error("you were a member before: a new invitation is needed")]
    Removed,
    /// Those who were reached know nothing of it.
    #[error("nobody who was reached knows this invitation")]
    Unknown,
    /// The members do not accept the request.
    #[error("the request to join was not accepted")]
    Invalid,
    /// No member could be reached.
    #[error("no member of the space could be reached")]
    Nobody {
        /// How many were tried.
        tried: usize,
    },
    /// Members were reached, and all were too busy.
    #[error("those who could let you in are busy")]
    Busy,
    /// One was let in, but the space's log did not arrive in time.
    #[error("you were let in, but the space has not arrived yet")]
    NotArrived,
}

impl JoinError {
    /// Whether a member has said no, so that this invitation will not let anybody in later.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::UsedUp | Self::Expired | Self::Withdrawn | Self::Removed | Self::Invalid)
    }

    /// For people.
    pub fn problem(&self) -> Problem {
        let problem = |code| Problem::new(code, self.to_string());
        const ASK: &str = "ask a member for a new one";
        match self {
            Self::Resolve(error) => error.problem(),
            Self::Append(error) => error.problem(),
            Self::Spaces(error) => error.problem(),
            Self::Link(LinkError::Newer) => problem(Code::Version).hint("install a newer peer"),
            Self::Link(_) => problem(Code::Invitation).hint("copy the whole link again"),
            Self::MayNotInvite => problem(Code::NotAllowed).why("the space's rules or its kind do not allow it"),
            Self::MayNotWithdraw => problem(Code::NotAllowed).why("only who made it, managers and owners may"),
            Self::NoInvitation(_) => problem(Code::NotFound).hint("`peer invites` lists them"),
            Self::Ambiguous(_) => problem(Code::Ambiguous).hint("say more of its id"),
            Self::UsedUp => problem(Code::Invitation).why("it lets in only so many people").hint(ASK),
            Self::Expired => problem(Code::Invitation).why("its time is over").hint(ASK),
            Self::Withdrawn => problem(Code::Invitation).why("a member took it back").hint(ASK),
            Self::Removed => problem(Code::Invitation).why("you left, or were removed").hint(ASK),
            Self::Unknown => problem(Code::Invitation)
                .why("it may be for another space, or those online have not heard of it yet")
                .hint("try again when more members are online"),
            Self::Invalid => problem(Code::Invitation).hint(ASK),
            Self::Nobody { tried } => problem(Code::Unreachable)
                .why(format!("{tried} were tried, and none answered"))
                .hint("try again when a member is online"),
            Self::Busy => problem(Code::Unreachable).hint("try again in a minute"),
            Self::NotArrived => problem(Code::Unreachable)
                .why("the member who let you in went away meanwhile")
                .hint("it arrives by itself as soon as a member is online"),
        }
    }
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        error.problem()
    }
}

impl From<store::Error> for JoinError {
    fn from(error: store::Error) -> Self {
        Self::Append(error.into())
    }
}
