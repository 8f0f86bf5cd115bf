//! Spaces, as commands and the page ask for them.

use std::sync::Arc;

use api::{
    Code, Problem,
    spaces::{Entered, Left, NewSpace as AskNew, Rename},
};
use proto::{
    about::{self, About, NameError},
    log::{Area, LogId},
    space::{Kind, NewSpace, Policy},
};
use store::Reader;

use super::{
    append, enter,
    handle::{AppendError, Space},
    resolve::ResolveError,
};
use crate::{chat, shared::Core};

/// The log of names.
const ABOUT: LogId = LogId::of(Area::ABOUT);

/// Spaces, as commands and the page ask for them.
#[derive(Clone)]
pub struct Spaces {
    core: Arc<Core>,
}

/// Why something about a space was not done.
#[derive(Debug, thiserror::Error)]
pub enum SpacesError {
    /// It is not clear which.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// It was not written.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Not a name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Groups and channels can be made; the others come by themselves.
    #[error("a space of that kind cannot be made")]
    Kind,
    /// Conversations have no name of their own.
    #[error("a conversation with a person has no name of its own")]
    Nameless,
    /// Only managers and owners name a space.
    #[error("you may not rename this space")]
    NotManager,
    /// A space of one's own, or with one person, is not left.
    #[error("this space cannot be left")]
    Bound,
}

impl SpacesError {
    /// For people.
    pub fn problem(&self) -> Problem {
        let problem = |code| Problem::new(code, self.to_string());
        match self {
            Self::Resolve(error) => error.problem(),
            Self::Append(error) => error.problem(),
            Self::Name(NameError::TooLong) => problem(Code::TooLarge),
            Self::Name(_) => problem(Code::Usage),
            Self::Kind => problem(Code::Usage).hint("make a group or a channel"),
            Self::Nameless => problem(Code::NotAllowed),
            Self::NotManager => problem(Code::NotAllowed).why("only its owners and managers may"),
            Self::Bound => problem(Code::NotAllowed).hint("block the person instead: `peer block NAME`"),
        }
    }
}

impl From<SpacesError> for Problem {
    fn from(error: SpacesError) -> Self {
        error.problem()
    }
}

impl From<store::Error> for SpacesError {
    fn from(error: store::Error) -> Self {
        Self::Append(error.into())
    }
}

impl Spaces {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// The spaces one is in, those with the latest messages first.
    pub async fn list(&self) -> Result<Vec<api::spaces::Space>, Problem> {
        let listed = self.core.spaces().into_iter().filter(Space::is_listed);
        let mut spaces: Vec<_> = listed.map(|space| space.shown()).collect::<Result<_, _>>()?;
        let latest = |space: &api::spaces::Space| space.last.as_ref().map(|message| message.time.clone());
        spaces.sort_by(|a, b| latest(b).cmp(&latest(a)).then_with(|| a.name.cmp(&b.name)));
        Ok(spaces)
    }

    /// One space.
    pub async fn get(&self, space: &str) -> Result<api::spaces::Space, Problem> {
        Ok(self.find(space).await?.shown()?)
    }

    /// Makes a group or a channel.
    pub async fn create(&self, ask: AskNew) -> Result<Entered, Problem> {
        Ok(Entered { space: self.make(ask).await?.shown()? })
    }

    /// Gives a space another name.
    pub async fn rename(&self, space: &str, ask: Rename) -> Result<Entered, Problem> {
        let space = self.find(space).await?;
        space.rename(&ask.name).await?;
        Ok(Entered { space: space.shown()? })
    }

    /// Leaves a space. What was there stays readable here no longer; others keep it.
    pub async fn leave(&self, space: &str) -> Result<Left, Problem> {
        let space = self.find(space).await?;
        let name = space.name();
        space.leave().await?;
        Ok(Left { space: space.id().to_string(), name })
    }

    /// The members of a space, oneself first, then those online, then by name.
    pub async fn members(&self, space: &str) -> Result<Vec<api::spaces::Member>, Problem> {
        Ok(self.find(space).await?.shown_members())
    }

    async fn find(&self, space: &str) -> Result<Space, SpacesError> {
        Ok(self.core.resolve_space(space).await?)
    }

    async fn make(&self, ask: AskNew) -> Result<Space, SpacesError> {
        let name = about::name(&ask.name)?;
        let kind = match ask.kind {
            api::spaces::Kind::Group => Kind::Group,
            api::spaces::Kind::Channel => Kind::Channel,
            _ => return Err(SpacesError::Kind),
        };
        let new = NewSpace::shared(kind, Policy::of(kind), self.core.me.proof.clone());
        let held = enter::create(&self.core, new).await?;
        let space = Space::new(self.core.clone(), held);
        let names = [About::Space(name), About::Me(self.core.own_name())];
        let said = names.iter().filter(|about| About::from_bytes(&about.to_bytes()).is_some());
        space.append_all(ABOUT, said.map(About::to_bytes).collect()).await?;
        Ok(space)
    }
}

impl Space {
    async fn rename(&self, name: &str) -> Result<(), SpacesError> {
        let name = about::name(name)?;
        if matches!(self.kind(), api::spaces::Kind::Own | api::spaces::Kind::Direct) {
            return Err(SpacesError::Nameless);
        }
        if !matches!(self.role(), Some(api::spaces::Role::Owner | api::spaces::Role::Manager)) {
            return Err(SpacesError::NotManager);
        }
        self.append(ABOUT, About::Space(name).to_bytes()).await?;
        Ok(())
    }

    /// Says what one wants to be called here, unless that is said already.
    pub(crate) async fn call_me(&self, name: &str) -> Result<(), AppendError> {
        let (id, me) = (self.id(), self.core.me.person);
        let said = self.core.store.read(|reader| reader.name(&id, Some(&me)))?;
        if name.is_empty() || said.is_some_and(|said| said.name == name) {
            return Ok(());
        }
        self.append(ABOUT, About::Me(name.to_owned()).to_bytes()).await.map(drop)
    }

    async fn leave(&self) -> Result<(), SpacesError> {
        if matches!(self.kind(), api::spaces::Kind::Own | api::spaces::Kind::Direct) {
            return Err(SpacesError::Bound);
        }
        let (id, now) = (self.id(), self.core.now());
        let leave = |replica: &mut proto::space::Replica, writer: &mut proto::space::Writer<'_>| {
            replica.leave(writer).map_err(AppendError::from)
        };
        append::write(&self.core, &self.held, true, leave).await?;
        self.core.store.write(move |tx| tx.leave_space(&id, now)).await?;
        self.core.events.tell(api::event::Event::Space { space: id.to_string() });
        Ok(())
    }

    /// As people see it.
    pub(crate) fn shown(&self) -> Result<api::spaces::Space, SpacesError> {
        let (id, me) = (self.id(), self.core.me.person);
        let members = self.members();
        let (chat, notices) = self.core.store.read(|r| Ok((chat::summary(r, me, &id)?, self.notices(r)?)))?;
        let online = members.iter().filter(|member| member.person == me || self.is_online(&member.peers)).count();
        Ok(api::spaces::Space {
            id: id.to_string(),
            name: self.name(),
            kind: self.kind(),
            role: self.role().unwrap_or(api::spaces::Role::Reader),
            members: members.len(),
            online,
            unread: chat.unread,
            mentioned: chat.mentioned,
            last: chat.last,
            notices,
        })
    }

    fn is_online(&self, peers: &[proto::id::PeerId]) -> bool {
        peers.iter().any(|peer| self.core.sessions.is_online(peer))
    }

    fn shown_members(&self) -> Vec<api::spaces::Member> {
        let me = self.core.me.person;
        let shown = |member: super::Member| api::spaces::Member {
            id: member.person.to_string(),
            name: self.core.name_of(Some(self.id()), member.person),
            role: member.role,
            online: member.person == me || self.is_online(&member.peers),
            peers: member.peers.iter().map(ToString::to_string).collect(),
            me: member.person == me,
        };
        let mut members: Vec<_> = self.members().into_iter().map(shown).collect();
        members.sort_by_key(|member| (!member.me, !member.online, member.name.to_lowercase(), member.id.clone()));
        members
    }

    /// What members should know.
    fn notices(&self, reader: &Reader<'_>) -> Result<Vec<String>, store::Error> {
        let mut notices = Vec::new();
        for fork in reader.forks(&self.id())?.into_iter().filter(|fork| !fork.proof.is_empty()) {
            let person = reader.peer(&fork.log.peer)?.map(|peer| peer.person);
            let name = person.map_or_else(|| Ok(fork.log.peer.short()), |p| super::name_in(reader, &self.id(), &p))?;
            notices.push(format!(
                "A device of {name} has written two different histories; what it wrote since does not count."
            ));
        }
        notices.dedup();
        let excess: usize =
            self.look(|m| m.invitations.values().map(|invitation| invitation.excess()).sum()).unwrap_or(0);
        if excess > 0 {
            notices.push(format!("{excess} more came by an invitation than it allows."));
        }
        Ok(notices)
    }
}
