//! What the counting ops established, and what follows from it at some point of the history.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Kind, Member, Policy, Role, Standing,
    deed::Deed,
    graph::{At, Graph},
    membership::InvitationInfo,
    past::Past,
};
use crate::id::{InvitationId, PeerId, PersonId};

/// The counting ops about one person, each list in the one order.
#[derive(Debug, Default, Clone)]
pub struct Track {
    /// Was let in, or was there from the beginning.
    pub joined: Vec<At>,
    /// Got another peer.
    pub added: Vec<At>,
    /// Got another role.
    pub roles: Vec<At>,
    /// Was removed, or left.
    pub removed: Vec<At>,
}

/// The counting ops about one invitation, each list in the one order.
#[derive(Debug, Default, Clone)]
pub struct Course {
    /// Was made good.
    pub made: Vec<At>,
    /// Was withdrawn.
    pub withdrawn: Vec<At>,
    /// Somebody came by it.
    pub used: Vec<At>,
}

/// The counting ops, by what they are about.
#[derive(Debug, Default, Clone)]
pub struct Facts {
    /// The op that created the space.
    pub created: Option<At>,
    /// By person.
    pub persons: BTreeMap<PersonId, Track>,
    /// By peer: the ops that bind it to a person.
    pub peers: BTreeMap<PeerId, Vec<At>>,
    /// By invitation.
    pub invitations: BTreeMap<InvitationId, Course>,
    /// Other rules were set.
    pub policies: Vec<At>,
}

impl Facts {
    /// Adds an op that counts.
    pub fn add(&mut self, graph: &Graph, at: At) {
        let Some(deed) = &graph.entry(at).deed else { return };
        let put = |list: &mut Vec<At>| {
            let order = graph.entry(at).order();
            let index = list.partition_point(|other| graph.entry(*other).order() < order);
            list.insert(index, at);
        };
        deed.binds().iter().for_each(|who| put(self.peers.entry(who.peer).or_default()));
        match deed {
            Deed::Create { members, .. } => {
                self.created = Some(at);
                members.iter().for_each(|who| put(&mut self.persons.entry(who.person).or_default().joined));
            }
            Deed::Admit { invitation, who, .. } => {
                put(&mut self.persons.entry(who.person).or_default().joined);
                put(&mut self.invitations.entry(*invitation).or_default().used);
            }
            Deed::AddPeer { new, .. } => put(&mut self.persons.entry(new.person).or_default().added),
            Deed::Remove { persons, .. } => {
                persons.iter().for_each(|person| put(&mut self.persons.entry(*person).or_default().removed));
            }
            Deed::SetRole(person, _) => put(&mut self.persons.entry(*person).or_default().roles),
            Deed::Invite(invite) => put(&mut self.invitations.entry(invite.invitation).or_default().made),
            Deed::Withdraw(invitation) => put(&mut self.invitations.entry(*invitation).or_default().withdrawn),
            Deed::SetPolicy(_) => put(&mut self.policies),
            Deed::Epoch => {}
        }
    }
}

/// The facts as of some point of the history.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The ops.
    pub graph: &'a Graph,
    /// What they established.
    pub facts: &'a Facts,
    /// What is looked at; absent: everything.
    pub past: Option<&'a Past>,
}

impl<'a> View<'a> {
    fn has(&self, at: At) -> bool {
        self.past.is_none_or(|past| past.contains(at))
    }

    fn deed(&self, at: At) -> Option<&'a Deed> {
        self.graph.entry(at).deed.as_ref()
    }

    fn seen(&self, list: &'a [At]) -> impl DoubleEndedIterator<Item = At> + use<'_, 'a> {
        list.iter().copied().filter(|at| self.has(*at))
    }

    /// Whether what an op gave a person still holds: every removal of that person is in the op's past.
    fn holds(&self, track: &'a Track, at: At) -> bool {
        self.seen(&track.removed).all(|removal| self.graph.before(removal, at))
    }

    fn track(&self, person: &PersonId) -> Option<&'a Track> {
        self.facts.persons.get(person)
    }

    /// The op by which a person is a member; nothing if it is none.
    fn joined(&self, person: &PersonId) -> Option<At> {
        let track = self.track(person)?;
        self.seen(&track.joined).find(|at| self.holds(track, *at))
    }

    /// The op that created the space, and what it said.
    fn created(&self) -> Option<(Kind, Policy)> {
        match self.deed(self.facts.created.filter(|at| self.has(*at))?)? {
            Deed::Create { kind, policy, .. } => Some((*kind, *policy)),
            _ => None,
        }
    }

    /// What the space is for.
    pub fn kind(&self) -> Option<Kind> {
        self.created().map(|(kind, _)| kind)
    }

    /// The rules.
    pub fn policy(&self) -> Option<Policy> {
        let set = self.seen(&self.facts.policies).next_back().and_then(|at| self.deed(at));
        match set {
            Some(Deed::SetPolicy(policy)) => Some(*policy),
            _ => self.created().map(|(_, policy)| policy),
        }
    }

    /// A person's role; nothing if it is no member.
    pub fn role(&self, person: &PersonId) -> Option<Role> {
        let joined = self.joined(person)?;
        let track = self.track(person)?;
        let set = self.seen(&track.roles).rev().find(|at| self.holds(track, *at));
        match set.and_then(|at| self.deed(at)) {
            Some(Deed::SetRole(_, role)) => Some(*role),
            _ => self.first_role(joined),
        }
    }

    fn first_role(&self, joined: At) -> Option<Role> {
        match self.deed(joined)? {
            Deed::Create { kind: Kind::Direct, .. } => Some(Role::Writer),
            Deed::Create { .. } => Some(Role::Owner),
            Deed::Admit { invitation, .. } => {
                let past = Some(&self.graph.entry(joined).past);
                View { past, ..*self }.invite(invitation).map(|(_, invite)| invite.role)
            }
            _ => None,
        }
    }

    /// The member person a peer acts for: the first to which it was bound.
    pub fn holder(&self, peer: &PeerId) -> Option<PersonId> {
        let bound = self.facts.peers.get(peer)?;
        self.seen(bound).find_map(|at| {
            let who = self.deed(at)?.binds().iter().find(|who| who.peer == *peer)?;
            let track = self.track(&who.person)?;
            (self.holds(track, at) && self.joined(&who.person).is_some()).then_some(who.person)
        })
    }

    /// Who a peer is.
    pub fn standing(&self, peer: &PeerId) -> Option<Standing> {
        let person = self.holder(peer)?;
        Some(Standing { person, role: self.role(&person)? })
    }

    /// The op that made an invitation good, and what it said: the first, should there be several.
    pub fn invite(&self, invitation: &InvitationId) -> Option<(At, super::Invite)> {
        let made = &self.facts.invitations.get(invitation)?.made;
        let at = self.seen(made).next()?;
        match self.deed(at)? {
            Deed::Invite(invite) => Some((at, *invite)),
            _ => None,
        }
    }

    /// Who an op's author was when it wrote it.
    pub fn author(&self, at: At) -> Option<PersonId> {
        let entry = self.graph.entry(at);
        View { past: Some(&entry.past), ..*self }.holder(&entry.peer)
    }

    /// The removals of a person, in the one order.
    pub fn removals(&self, person: &PersonId) -> impl Iterator<Item = At> + use<'_, 'a> {
        self.track(person).into_iter().flat_map(|track| self.seen(&track.removed))
    }

    /// A member; nothing if the person is none.
    pub fn member(&self, person: &PersonId) -> Option<Member> {
        let joined = self.joined(person)?;
        let track = self.track(person)?;
        let bound = self.seen(&track.joined).chain(self.seen(&track.added)).filter(|at| self.holds(track, *at));
        let peers = bound
            .filter_map(|at| self.deed(at))
            .flat_map(Deed::binds)
            .filter(|who| who.person == *person && self.holder(&who.peer) == Some(*person))
            .map(|who| (who.peer, who.kem))
            .collect();
        let invitation = match self.deed(joined)? {
            Deed::Admit { invitation, .. } => Some(*invitation),
            _ => None,
        };
        Some(Member { role: self.role(person)?, peers, since: self.graph.entry(joined).time, invitation })
    }

    /// An invitation; nothing if it was never made.
    pub fn invitation(&self, id: &InvitationId) -> Option<InvitationInfo> {
        let (made, invite) = self.invite(id)?;
        let course = self.facts.invitations.get(id)?;
        let by = self.author(made)?;
        let used = self.seen(&course.used).filter_map(|at| self.deed(at)).flat_map(Deed::binds);
        Some(InvitationInfo {
            role: invite.role,
            uses: invite.uses,
            expires: invite.expires,
            by,
            made: self.graph.entry(made).time,
            used: used.map(|who| who.person).collect(),
            withdrawn: self.is_withdrawn(id),
            orphaned: self.is_orphaned(made, &by),
        })
    }

    fn is_withdrawn(&self, id: &InvitationId) -> bool {
        self.facts.invitations.get(id).is_some_and(|course| self.seen(&course.withdrawn).next().is_some())
    }

    fn is_orphaned(&self, made: At, by: &PersonId) -> bool {
        self.removals(by).any(|removal| !self.graph.before(removal, made))
    }

    /// Whether an invitation was withdrawn, or whoever made it removed.
    pub fn is_void(&self, made: At, id: &InvitationId, by: &PersonId) -> bool {
        self.is_withdrawn(id) || self.is_orphaned(made, by)
    }

    /// The persons that were ever bound to a peer of this one: nearly always this one alone.
    pub fn entangled(&self, person: &PersonId) -> BTreeSet<PersonId> {
        let track = self.track(person);
        let bound = track.into_iter().flat_map(|track| track.joined.iter().chain(&track.added));
        let peers = bound.filter_map(|at| self.deed(*at)).flat_map(Deed::binds).filter(|who| who.person == *person);
        let ops = peers.filter_map(|who| self.facts.peers.get(&who.peer)).flatten();
        ops.filter_map(|at| self.deed(*at)).flat_map(Deed::binds).map(|who| who.person).chain([*person]).collect()
    }
}
