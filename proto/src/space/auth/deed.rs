//! What is kept of an auth op once it was read: what the fold needs, without signatures and wraps.

use std::collections::BTreeMap;

use super::{Act, Admit, Create, Invite, Kind, Policy, Remove, Role};
use crate::{
    id::{EpochId, InvitationId, PeerId, PersonId, SpaceId},
    key::Verify,
    log::{LogKey, Op},
    space::{Certificate, Person, Wrap},
    time::Time,
};

/// What a sound auth op does.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Creates the space with these members.
    Create { kind: Kind, policy: Policy, members: Vec<Person> },
    /// Makes an invitation good.
    Invite(Invite),
    /// Makes it no good any more.
    Withdraw(InvitationId),
    /// Lets somebody in who asked at that moment.
    Admit { invitation: InvitationId, who: Person, asked: Time },
    /// Puts persons out; of their logs so much counts.
    Remove { persons: Vec<PersonId>, cuts: BTreeMap<LogKey, u64> },
    /// Gives a person a role.
    SetRole(PersonId, Role),
    /// Mints or hands on an epoch: see [`Reading::handed`].
    Epoch,
    /// Adds a peer, on the word of an old one.
    AddPeer { old: PeerId, new: Person },
    /// Sets other rules.
    SetPolicy(Policy),
}

/// What reading an auth op gave.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What it does; nothing if that is unknown here, or what it carries does not hold.
    pub deed: Option<Deed>,
    /// Who came to know the secret of which epoch by it, whether or not the op counts.
    pub handed: Vec<(EpochId, Vec<PeerId>)>,
    /// What it wraps for the reading peer.
    pub for_me: Vec<(EpochId, Wrap)>,
}

impl Deed {
    /// The peers it binds to persons.
    pub fn binds(&self) -> &[Person] {
        match self {
            Deed::Create { members, .. } => members,
            Deed::Admit { who, .. } | Deed::AddPeer { new: who, .. } => std::slice::from_ref(who),
            _ => &[],
        }
    }

    /// Whether it undoes what others do without knowing of it.
    pub const fn is_strong(&self) -> bool {
        matches!(self, Deed::Remove { .. } | Deed::Withdraw(_))
    }
}

impl Reading {
    /// Reads an auth op of `space` as the peer `me`. Checks all signatures within; the op's own is the caller's to check.
    pub fn of(op: &Op, space: SpaceId, me: PeerId, verify: &dyn Verify) -> Reading {
        let Some(Ok(act)) = op.body.as_deref().map(Act::decode) else { return Reading::default() };
        let (handed, for_me) = (handed(&act, op.header.peer), wraps_for(&act, me));
        Reading { deed: deed(act, op, space, verify), handed, for_me }
    }
}

fn deed(act: Act, op: &Op, space: SpaceId, verify: &dyn Verify) -> Option<Deed> {
    Some(match act {
        Act::Create(create) => return found(&create, op, space, verify),
        Act::Invite(invite) => Deed::Invite(invite),
        Act::Withdraw(invitation) => Deed::Withdraw(invitation),
        Act::Admit(admit) => return admission(&admit, space, verify),
        Act::Remove(Remove { persons, cuts }) => {
            Deed::Remove { persons, cuts: cuts.into_iter().map(|cut| (cut.log, cut.seq)).collect() }
        }
        Act::SetRole(person, role) => Deed::SetRole(person, role),
        Act::Epoch(_) => Deed::Epoch,
        Act::AddPeer(certificate) => return succession(&certificate, op, verify),
        Act::SetPolicy(policy) => Deed::SetPolicy(policy),
    })
}

/// The beginning of a space, if its proofs fit its kind and its author.
fn found(create: &Create, op: &Op, space: SpaceId, verify: &dyn Verify) -> Option<Deed> {
    if !op.header.is_genesis() || op.id.0 != space.0 {
        return None;
    }
    let members = match (create.kind, create.kem) {
        (Kind::Own, Some(kem)) => vec![Person { person: space.as_person(), peer: op.header.peer, kem }],
        (Kind::Own, None) | (_, Some(_)) => return None,
        (_, None) => create.persons.iter().map(|proof| proof.verify(verify).ok()).collect::<Option<_>>()?,
    };
    let wanted = if create.kind == Kind::Direct { 2 } else { 1 };
    let fits = members.len() == wanted
        && create.persons.is_empty() == (create.kind == Kind::Own)
        && members[0].peer == op.header.peer
        && (wanted == 1 || (members[0].person != members[1].person && members[0].peer != members[1].peer));
    fits.then_some(Deed::Create { kind: create.kind, policy: create.policy, members })
}

/// An admission, if request and proof hold and name the same.
fn admission(admit: &Admit, space: SpaceId, verify: &dyn Verify) -> Option<Deed> {
    let wish = admit.request.wish;
    if wish.space != space || !admit.request.holds(verify) {
        return None;
    }
    let who = admit.proof.verify(verify).ok()?;
    let same = who.person == wish.person && who.peer == wish.peer;
    same.then_some(Deed::Admit { invitation: admit.request.invitation, who, asked: wish.asked })
}

/// A new peer, if the op is its own and the old one signed for it.
fn succession(certificate: &Certificate, op: &Op, verify: &dyn Verify) -> Option<Deed> {
    let fits = certificate.new.peer == op.header.peer && certificate.holds(verify);
    fits.then_some(Deed::AddPeer { old: certificate.old, new: certificate.new })
}

/// Everybody who knows an epoch by this op: whoever wraps it, too.
fn handed(act: &Act, author: PeerId) -> Vec<(EpochId, Vec<PeerId>)> {
    match act {
        Act::Admit(admit) => admit.epochs.iter().map(|(id, _)| (*id, vec![admit.request.wish.peer, author])).collect(),
        Act::Epoch(epoch) => {
            let peers = epoch.wraps.iter().map(|(peer, _)| *peer).chain([author]);
            vec![(epoch.epoch, peers.collect())]
        }
        _ => Vec::new(),
    }
}

fn wraps_for(act: &Act, me: PeerId) -> Vec<(EpochId, Wrap)> {
    match act {
        Act::Admit(admit) if admit.request.wish.peer == me => admit.epochs.clone(),
        Act::Epoch(epoch) => {
            let mine = epoch.wraps.iter().filter(|(peer, _)| *peer == me);
            mine.map(|(_, wrap)| (epoch.epoch, *wrap)).collect()
        }
        _ => Vec::new(),
    }
}
