//! A space, as areas use it.

use api::spaces::{Kind, Role};
use api::{Code, Problem};
use proto::{
    id::{PeerId, PersonId, SpaceId},
    log::{LogId, Op},
};

/// A space one is in. Cheap to clone; all clones are the same space.
#[derive(Clone)]
pub struct Space {}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// One's role, or having left, does not allow it.
    #[error("one may not write this here")]
    NotAllowed,
    /// A body is longer than an op may carry.
    #[error("it is too long")]
    TooLong,
    /// Nothing lasts at the moment.
    #[error("it could not be stored: {0}")]
    Store(#[from] store::Error),
    /// Others hold more of this peer's own logs than it does: it takes a new key first, in a moment.
    #[error("this peer is taking a new key")]
    Behind,
}

impl AppendError {
    /// For people.
    pub fn problem(&self) -> Problem {
        match self {
            Self::NotAllowed => Problem::new(Code::NotAllowed, "you may not write here")
                .why("your role in this space does not allow it, or you are not in it any more"),
            Self::TooLong => {
                Problem::new(Code::TooLarge, "this is too long").hint("share it as a file with `peer share`")
            }
            Self::Store(error) => crate::error::store_problem(error),
            Self::Behind => Problem::new(Code::Home, "this home is older than what others have of it")
                .why("it was restored or copied, so the peer takes a new key")
                .hint("try again in a moment"),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        error.problem()
    }
}

/// A person in a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: PersonId,
    /// What they may do.
    pub role: Role,
    /// The peers that act for them.
    pub peers: Vec<PeerId>,
}

impl Space {
    /// Which space.
    pub fn id(&self) -> SpaceId {
        todo!()
    }

    /// What kind of space.
    pub fn kind(&self) -> Kind {
        todo!()
    }

    /// What it is called; of a direct space the other person's name.
    pub fn name(&self) -> String {
        todo!()
    }

    /// One's own role; nothing if one is not a member (any more).
    pub fn role(&self) -> Option<Role> {
        todo!()
    }

    /// The persons in it, by id.
    pub fn members(&self) -> Vec<Member> {
        todo!()
    }

    /// The person a peer acts for here, now or formerly.
    pub fn person_of(&self, peer: &PeerId) -> Option<PersonId> {
        let _ = peer;
        todo!()
    }

    /// Whether a peer may be told what is in here: it acts for a member.
    pub fn has_peer(&self, peer: &PeerId) -> bool {
        let _ = peer;
        todo!()
    }

    /// The member peers one has a session with at present, nearest first.
    pub fn online_peers(&self) -> Vec<PeerId> {
        todo!()
    }

    /// Whether one may write in this area at present.
    pub fn may_write(&self, area: proto::log::Area) -> bool {
        let _ = area;
        todo!()
    }

    /// Writes a body (plain; it is sealed here) into one's own log: durable, and applied to its area, when this returns.
    ///
    /// The order of calls is the order in the log. Dropping the future does not take the op back.
    pub async fn append(&self, log: LogId, body: Vec<u8>) -> Result<Op, AppendError> {
        let _ = (log, body);
        todo!()
    }

    /// Like [`Space::append`], for several bodies at one time: all or none.
    pub async fn append_all(&self, log: LogId, bodies: Vec<Vec<u8>>) -> Result<Vec<Op>, AppendError> {
        let _ = (log, bodies);
        todo!()
    }
}
