//! What did not hold.

use crate::{Answer, Text, View};

/// Something that must hold and did not. Numbers as in [`crate::system`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say what each field is")]
pub enum Violation {
    /// A member was refused.
    #[error("peer {peer} may do this, and was answered {answer:?}")]
    NotServed { peer: usize, answer: Answer },
    /// An outsider was not.
    #[error("peer {peer} is outside space {space}, or down, and yet it is done")]
    OutsiderServed { peer: usize, space: usize },
    /// An invitation did not open.
    #[error("invitation {invitation} is good and known, and peer {peer} was answered {answer:?}")]
    NotLetIn { peer: usize, invitation: usize, answer: Answer },
    /// An invitation opened that is no good.
    #[error("invitation {invitation} is known to be no good, and peer {peer} was let in")]
    LetIn { peer: usize, invitation: usize },
    /// A member does not know its space.
    #[error("peer {peer} is a member of space {space} and does not know it")]
    Ignorant { peer: usize, space: usize },
    /// Two members show different things.
    #[error("peers {} and {} show space {space} differently: {:?} and {:?}", peers.0, peers.1, views.0, views.1)]
    Disagree { space: usize, peers: (usize, usize), views: (Box<View>, Box<View>) },
    /// All agree upon the wrong members.
    #[error("space {space}: peer {peer} is shown as a member: {shown}")]
    WrongMember { space: usize, peer: usize, shown: bool },
    /// Nobody said that.
    #[error("space {space}: text {text} is shown, and its author never said it there")]
    Invented { space: usize, text: Text },
    /// It is shown twice.
    #[error("space {space}: text {text} is shown twice")]
    Twice { space: usize, text: Text },
    /// It was acknowledged, or shown before, and is gone.
    #[error("space {space}: text {text} is lost")]
    Lost { space: usize, text: Text },
    /// It was not there when all had settled, and now it is.
    #[error("space {space}: text {text} was not shown before")]
    Changed { space: usize, text: Text },
    /// Something stands above what it follows.
    #[error("space {space}: text {text} stands below {other}")]
    Order { space: usize, text: Text, other: Text },
    /// What was settled is shown in another order.
    #[error("space {space}: the order of what was settled has changed")]
    Reordered { space: usize },
    /// Among honest peers.
    #[error("{what}")]
    Fault { what: String },
    /// Somebody outside sees what it must not.
    #[error("peer {peer} is outside space {space}, and sees into it")]
    Leaked { peer: usize, space: usize },
}
