//! A space, as areas use it.

use std::sync::Arc;

use api::{Code, Problem};
use proto::{
    id::{PeerId, PersonId, SpaceId},
    log::{Area, LogId, Op},
    space::{Kind, Membership, Role},
};

use super::{append, held::Held, kinds, names};
use crate::shared::Core;

/// A space one is in. Cheap to clone; all clones are the same space.
#[derive(Clone)]
pub struct Space {
    pub(crate) core: Arc<Core>,
    pub(crate) held: Arc<Held>,
}

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
    pub role: api::spaces::Role,
    /// The peers that act for them.
    pub peers: Vec<PeerId>,
}

impl Space {
    pub(crate) fn new(core: Arc<Core>, held: Arc<Held>) -> Self {
        Self { core, held }
    }

    /// Which space.
    pub fn id(&self) -> SpaceId {
        self.held.id
    }

    /// What kind of space.
    pub fn kind(&self) -> api::spaces::Kind {
        self.look(|members| kinds::api_kind(members.kind)).unwrap_or(api::spaces::Kind::Group)
    }

    /// What it is called; of a direct space the other person's name, of one's own one's own.
    pub fn name(&self) -> String {
        let whose = match self.kind() {
            api::spaces::Kind::Own => Some(self.core.me.person),
            api::spaces::Kind::Direct => self.other(),
            _ => None,
        };
        match whose {
            Some(person) => self.core.name_of(Some(self.id()), person),
            None => names::space_name(&self.core, self.id()),
        }
    }

    /// Of a direct space the other person.
    pub fn other(&self) -> Option<PersonId> {
        let direct = self.kind() == api::spaces::Kind::Direct;
        self.members().into_iter().map(|member| member.person).find(|person| direct && *person != self.core.me.person)
    }

    /// One's own role; nothing if one is not a member (any more).
    pub fn role(&self) -> Option<api::spaces::Role> {
        self.own_role().map(kinds::api_role)
    }

    fn own_role(&self) -> Option<Role> {
        self.look(|members| members.standing(&self.core.me.peer).map(|standing| standing.role)).flatten()
    }

    /// The persons in it, by id.
    pub fn members(&self) -> Vec<Member> {
        let member = |(person, member): (&PersonId, &proto::space::auth::Member)| Member {
            person: *person,
            role: kinds::api_role(member.role),
            peers: member.peers.keys().copied().collect(),
        };
        self.look(|members| members.members.iter().map(member).collect()).unwrap_or_default()
    }

    /// The person a peer acts for here, now or formerly.
    pub fn person_of(&self, peer: &PeerId) -> Option<PersonId> {
        let now = self.look(|members| members.peers.get(peer).copied()).flatten();
        now.or_else(|| self.core.store.read(|reader| reader.peer(peer)).ok().flatten().map(|peer| peer.person))
    }

    /// Whether a peer may be told what is in here: it acts for a member.
    pub fn has_peer(&self, peer: &PeerId) -> bool {
        self.look(|members| members.peers.contains_key(peer)).unwrap_or(false)
    }

    /// The peers of other members one has a session with at present, nearest first.
    pub fn online_peers(&self) -> Vec<PeerId> {
        let peers = self.look(|members| members.peers.keys().copied().collect::<Vec<_>>()).unwrap_or_default();
        let sessions = &self.core.sessions;
        let reached = peers.into_iter().filter_map(|peer| Some((sessions.contact_with(&peer)?.rtt, peer)));
        let mut reached: Vec<_> = reached.collect();
        reached.sort_by_key(|(rtt, peer)| (rtt.unwrap_or(std::time::Duration::MAX), *peer));
        reached.into_iter().map(|(_, peer)| peer).collect()
    }

    /// Whether one may write in this area at present.
    pub fn may_write(&self, area: Area) -> bool {
        let least = self.look(|members| members.policy.least(area));
        least.zip(self.own_role()).is_some_and(|(least, own)| own >= least)
    }

    /// Writes a body (plain; it is sealed here) into one's own log: durable, and applied to its area, when this returns.
    ///
    /// The order of calls is the order in the log. Dropping the future does not take the op back.
    pub async fn append(&self, log: LogId, body: Vec<u8>) -> Result<Op, AppendError> {
        let ops = self.append_all(log, vec![body]).await?;
        ops.into_iter().next().ok_or(AppendError::NotAllowed)
    }

    /// Like [`Space::append`], for several bodies at one time: all or none.
    pub async fn append_all(&self, log: LogId, bodies: Vec<Vec<u8>>) -> Result<Vec<Op>, AppendError> {
        append::bodies(&self.core, &self.held, log, bodies).await
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Membership) -> T) -> Option<T> {
        self.held.lock().replica.membership().map(look)
    }

    /// Whether it is for people to see in lists: a group, a channel, or a direct space that others have not superseded.
    pub(crate) fn is_listed(&self) -> bool {
        let kind = self.look(|members| members.kind);
        match kind {
            Some(Kind::Group | Kind::Channel) => self.own_role().is_some(),
            Some(Kind::Direct) => {
                let other = self.other().and_then(|other| super::direct::held_with(&self.core, other));
                other.is_some_and(|held| held.id == self.id())
            }
            _ => false,
        }
    }
}
