//! Making invitations, showing them again, taking them back.

use api::{
    Code, Problem,
    spaces::{Invitation, InvitationState as Shown, NewInvitation, OfSpace},
};
use proto::{
    id::InvitationId,
    key::{SecretKey, Sign},
    space::{
        Kind, Role,
        auth::{InvitationInfo, InvitationState, Invite},
    },
};

use super::{Join, JoinError, link};
use crate::{
    clock::rfc3339,
    spaces::{self, AppendError, Space, api_role, proto_role},
};

impl Join {
    /// Makes an invitation.
    pub async fn invite(&self, space: &str, ask: NewInvitation) -> Result<Invitation, Problem> {
        if ask.expires_s == Some(0) {
            return Err(Problem::new(Code::Usage, "an invitation that expires at once lets nobody in"));
        }
        let space = self.core.resolve_space(space).await.map_err(JoinError::from)?;
        let id = self.make(&space, ask).await?;
        Ok(self.shown(&space, &id)?)
    }

    /// The invitations to one's spaces, the latest first.
    pub async fn invitations(&self, ask: OfSpace) -> Result<Vec<Invitation>, Problem> {
        let spaces = match ask.space {
            Some(space) => vec![self.core.resolve_space(&space).await.map_err(JoinError::from)?],
            None => self.core.spaces().into_iter().filter(Space::is_listed).collect(),
        };
        let mut all = Vec::new();
        for space in &spaces {
            for (id, info) in space.look(|members| members.invitations.clone()).unwrap_or_default() {
                all.push((info.made, self.show(space, &id, &info)?));
            }
        }
        all.sort_by_key(|(made, _)| std::cmp::Reverse(*made));
        Ok(all.into_iter().map(|(_, invitation)| invitation).collect())
    }

    /// Takes an invitation back; whoever came by it stays.
    pub async fn uninvite(&self, id: &str) -> Result<Invitation, Problem> {
        let (space, id) = self.find(id)?;
        let withdraw = |replica: &mut proto::space::Replica, writer: &mut proto::space::Writer<'_>| {
            replica.withdraw(id, writer).map_err(AppendError::from)
        };
        let written = spaces::write(&self.core, &space.held, true, withdraw).await;
        written.map_err(|error| or(error, JoinError::MayNotWithdraw))?;
        Ok(self.shown(&space, &id)?)
    }

    async fn make(&self, space: &Space, ask: NewInvitation) -> Result<InvitationId, JoinError> {
        let now = self.core.now();
        let secret: [u8; 32] = self.core.dice.bytes();
        let id = InvitationId(SecretKey::from_bytes(&secret).public());
        let usual = space.look(|members| if members.kind == Kind::Channel { Role::Reader } else { Role::Writer });
        let role = ask.role.map(proto_role).or(usual).ok_or(JoinError::MayNotInvite)?;
        let expires = ask.expires_s.map(|seconds| now + std::time::Duration::from_secs(seconds));
        let invite = Invite { invitation: id, role, uses: ask.uses, expires };
        // The secret lasts before the op does, so that no invitation is good whose link nobody can show.
        let kept = store::invites::Invite { id, space: space.id(), made: now, secret };
        self.core.store.write(move |tx| tx.put_invite(&kept)).await?;
        let compose = |replica: &mut proto::space::Replica, writer: &mut proto::space::Writer<'_>| {
            replica.invite(invite, writer).map_err(AppendError::from)
        };
        let written = spaces::write(&self.core, &space.held, true, compose).await;
        if let Err(error) = written {
            self.core.store.write(move |tx| tx.drop_invite(&id)).await?;
            return Err(or(error, JoinError::MayNotInvite));
        }
        Ok(id)
    }

    /// The invitation whose id begins so.
    fn find(&self, text: &str) -> Result<(Space, InvitationId), JoinError> {
        let text = text.to_lowercase();
        let all = self.core.spaces().into_iter().flat_map(|space| {
            let ids = space.look(|members| members.invitations.keys().copied().collect::<Vec<_>>()).unwrap_or_default();
            ids.into_iter().map(move |id| (space.clone(), id))
        });
        let mut found = all.filter(|(_, id)| !text.is_empty() && id.to_string().starts_with(&text));
        let first = found.next().ok_or_else(|| JoinError::NoInvitation(text.clone()))?;
        if found.next().is_some() { Err(JoinError::Ambiguous(text)) } else { Ok(first) }
    }

    fn shown(&self, space: &Space, id: &InvitationId) -> Result<Invitation, JoinError> {
        let info = space.look(|members| members.invitations.get(id).cloned()).flatten();
        self.show(space, id, &info.ok_or_else(|| JoinError::NoInvitation(id.to_string()))?)
    }

    fn show(&self, space: &Space, id: &InvitationId, info: &InvitationInfo) -> Result<Invitation, JoinError> {
        let state = shown_state(info.state(self.core.now()));
        let kept = self.core.store.read(|reader| reader.invite(id))?;
        let secret = kept.filter(|_| state == Shown::Open).map(|invite| invite.secret);
        Ok(Invitation {
            id: id.to_string(),
            space: space.id().to_string(),
            space_name: space.name(),
            link: secret.and_then(|secret| link::text(&self.core, space, info, secret)),
            by: self.core.name_of(Some(space.id()), info.by),
            role: api_role(info.role),
            uses: info.uses,
            used: u32::try_from(info.used.len()).unwrap_or(u32::MAX),
            expires: info.expires.map(rfc3339),
            state,
        })
    }
}

fn shown_state(state: InvitationState) -> Shown {
    match state {
        InvitationState::Good => Shown::Open,
        InvitationState::UsedUp => Shown::UsedUp,
        InvitationState::Expired => Shown::Expired,
        InvitationState::Withdrawn | InvitationState::Orphaned => Shown::Withdrawn,
    }
}

/// What it means here that something is not allowed.
fn or(error: AppendError, not_allowed: JoinError) -> JoinError {
    match error {
        AppendError::NotAllowed => not_allowed,
        error => error.into(),
    }
}
