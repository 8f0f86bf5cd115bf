//! Whether an auth op was allowed, by what its own past says and by the strong ops it did not know of.

use std::collections::BTreeSet;

use super::{
    Invite, Kind, Role, Standing,
    deed::Deed,
    facts::{Facts, View},
    graph::{At, Entry, Graph},
};
use crate::{
    id::{InvitationId, PersonId},
    space::Person,
    time::Time,
};

/// Judges ops, given the strong ops (removals, withdrawals) that were accepted.
pub struct Judge<'a> {
    pub graph: &'a Graph,
    pub facts: &'a Facts,
    pub accepted: &'a BTreeSet<At>,
}

/// An op before its judge: its number, should it have one already.
#[derive(Clone, Copy)]
struct Case<'a> {
    entry: &'a Entry,
    at: Option<At>,
    view: View<'a>,
}

impl<'a> Judge<'a> {
    /// Whether an op counts.
    pub fn counts(&self, entry: &Entry, at: Option<At>) -> bool {
        let Some(deed) = &entry.deed else { return false };
        let view = View { graph: self.graph, facts: self.facts, past: Some(&entry.past) };
        let case = Case { entry, at, view };
        match deed {
            Deed::Create { .. } => self.facts.created.is_none_or(|created| Some(created) == at),
            Deed::AddPeer { old, new } => self.may_add(case, old, new),
            _ => view.standing(&entry.peer).is_some_and(|who| {
                let exempt = matches!(deed, Deed::Remove { .. });
                (exempt || !self.is_undone(case, &who.person)) && self.may(case, who, deed)
            }),
        }
    }

    fn may(&self, case: Case<'_>, who: Standing, deed: &Deed) -> bool {
        let view = case.view;
        match deed {
            Deed::Invite(invite) => may_invite(view, who, invite),
            Deed::Withdraw(invitation) => may_withdraw(view, who, invitation),
            Deed::Admit { invitation, who, asked } => self.may_admit(case, invitation, who, *asked),
            Deed::Remove { persons, .. } => persons.iter().all(|person| may_remove(view, who, person)),
            Deed::SetRole(person, to) => {
                view.role(person).is_some_and(|from| who.role.may_change(from, *to)) && is_shared(view)
            }
            Deed::Epoch => true,
            Deed::SetPolicy(_) => who.role == Role::Owner && is_shared(view),
            Deed::Create { .. } | Deed::AddPeer { .. } => false,
        }
    }

    /// Whether an accepted strong op, which this one did not know of and which did not know of it, is among `strong`.
    fn is_concurrent_with(&self, case: Case<'_>, strong: At) -> bool {
        !case.entry.past.contains(strong) && !case.at.is_some_and(|at| self.graph.before(at, strong))
    }

    fn accepted_deeds(&self) -> impl Iterator<Item = (At, &'a Deed)> + use<'a> {
        let graph = self.graph;
        self.accepted.iter().filter_map(move |at| Some((*at, graph.entry(*at).deed.as_ref()?)))
    }

    /// Whether a removal that the op did not know of removes its author.
    fn is_undone(&self, case: Case<'_>, author: &PersonId) -> bool {
        self.accepted_deeds().any(|(strong, deed)| {
            matches!(deed, Deed::Remove { persons, .. } if persons.contains(author))
                && self.is_concurrent_with(case, strong)
        })
    }

    /// Whether an invitation was made void by a strong op of which the admission knew, or which did not know of it.
    fn is_dead(&self, case: Case<'_>, made: At, invitation: &InvitationId, inviter: &PersonId) -> bool {
        case.view.is_void(made, invitation, inviter)
            || self.accepted_deeds().any(|(strong, deed)| {
                let ends = match deed {
                    Deed::Withdraw(withdrawn) => withdrawn == invitation,
                    Deed::Remove { persons, .. } => persons.contains(inviter) && !self.graph.before(strong, made),
                    _ => false,
                };
                ends && self.is_concurrent_with(case, strong)
            })
    }

    fn may_admit(&self, case: Case<'_>, invitation: &InvitationId, who: &Person, asked: Time) -> bool {
        let view = case.view;
        let Some((made, invite)) = view.invite(invitation) else { return false };
        let Some(inviter) = view.author(made) else { return false };
        let in_time = invite.expires.is_none_or(|expires| case.entry.time <= expires);
        let free = view.holder(&who.peer).is_none_or(|holder| holder == who.person);
        in_time
            && free
            && !self.is_dead(case, made, invitation, &inviter)
            && self.has_uses(view, &invite, who.person)
            && view.removals(&who.person).all(|removal| self.may_return(view, removal, who, made, asked))
    }

    /// Whether fewer persons came by an invitation, as far as the admitter knew, than may.
    fn has_uses(&self, view: View<'_>, invite: &Invite, who: PersonId) -> bool {
        let Some(uses) = invite.uses else { return true };
        let ever = self.facts.invitations.get(&invite.invitation).map_or(0, |course| course.used.len());
        ever < uses as usize || {
            let others = view.invitation(&invite.invitation).map(|info| info.used).unwrap_or_default();
            others.iter().filter(|person| **person != who).count() < uses as usize
        }
    }

    /// Whoever left may ask again; whoever was removed needs an invitation that knows of it.
    fn may_return(&self, view: View<'_>, removal: At, who: &Person, made: At, asked: Time) -> bool {
        let left = view.author(removal) == Some(who.person);
        self.graph.before(removal, made) || (left && asked > self.graph.entry(removal).time)
    }

    /// A peer is added on the word of a member's peer.
    fn may_add(&self, case: Case<'_>, old: &crate::id::PeerId, new: &Person) -> bool {
        case.view.holder(old) == Some(new.person)
            && case.view.holder(&new.peer).is_none_or(|holder| holder == new.person)
            && !self.is_undone(case, &new.person)
    }
}

/// Whether the space is one that people are invited to.
fn is_shared(view: View<'_>) -> bool {
    matches!(view.kind(), Some(Kind::Group | Kind::Channel))
}

fn may_invite(view: View<'_>, who: Standing, invite: &Invite) -> bool {
    let allowed = view.policy().is_some_and(|policy| who.role >= policy.invite);
    allowed && is_shared(view) && invite.role <= who.role && view.invite(&invite.invitation).is_none()
}

fn may_withdraw(view: View<'_>, who: Standing, invitation: &InvitationId) -> bool {
    view.invite(invitation).is_some_and(|(made, _)| who.role >= Role::Manager || view.author(made) == Some(who.person))
}

/// Somebody who is no member yet is removed as a reader is: a ban that also meets admissions not known of.
fn may_remove(view: View<'_>, who: Standing, person: &PersonId) -> bool {
    if *person == who.person {
        return view.kind() != Some(Kind::Own);
    }
    is_shared(view) && who.role.may_remove(view.role(person).unwrap_or(Role::Reader))
}
