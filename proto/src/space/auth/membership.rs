//! What the fold says: who is a member, by which peers, with which role; invitations; epochs.

use std::collections::{BTreeMap, BTreeSet};

use super::{History, Kind, Policy, Role};
use crate::{
    id::{EpochId, InvitationId, KemKey, PeerId, PersonId},
    time::Time,
};

/// A member of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What the person may do.
    pub role: Role,
    /// The person's peers here, each with the key to which secrets are wrapped.
    pub peers: BTreeMap<PeerId, KemKey>,
    /// When the person came.
    pub since: Time,
    /// By which invitation; absent for those who were there from the beginning.
    pub invitation: Option<InvitationId>,
}

/// An invitation, good or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationInfo {
    /// What newcomers become.
    pub role: Role,
    /// How many persons may come by it; absent: any number.
    pub uses: Option<u32>,
    /// Until when.
    pub expires: Option<Time>,
    /// Who invites.
    pub by: PersonId,
    /// Since when.
    pub made: Time,
    /// Who came by it.
    pub used: BTreeSet<PersonId>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
    /// Whether whoever invites was removed.
    pub orphaned: bool,
}

/// Whether an invitation is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// It lets people in.
    Good,
    /// Whoever may do so withdrew it.
    Withdrawn,
    /// Whoever made it was removed.
    Orphaned,
    /// As many came by it as may.
    UsedUp,
    /// Its time is over.
    Expired,
}

impl InvitationInfo {
    /// Whether it is good at this moment.
    pub fn state(&self, now: Time) -> InvitationState {
        if self.withdrawn {
            InvitationState::Withdrawn
        } else if self.orphaned {
            InvitationState::Orphaned
        } else if self.uses.is_some_and(|uses| self.used.len() >= uses as usize) {
            InvitationState::UsedUp
        } else if self.expires.is_some_and(|expires| now > expires) {
            InvitationState::Expired
        } else {
            InvitationState::Good
        }
    }

    /// How many more came by it than may: admitted by members who had not heard of each other.
    pub fn excess(&self) -> usize {
        self.uses.map_or(0, |uses| self.used.len().saturating_sub(uses as usize))
    }
}

/// An epoch and who may know its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochInfo {
    /// Everyone to whom it was ever wrapped, and whoever wrapped it: also by ops that do not count.
    pub recipients: BTreeSet<PeerId>,
    /// When it was first heard of.
    pub since: Time,
}

/// Who a peer is in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The person it acts for.
    pub person: PersonId,
    /// What that person may do.
    pub role: Role,
}

/// The members of a space at some point of its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// What the space is for.
    pub kind: Kind,
    /// The rules it set itself.
    pub policy: Policy,
    /// The members.
    pub members: BTreeMap<PersonId, Member>,
    /// Whose each member peer is.
    pub peers: BTreeMap<PeerId, PersonId>,
    /// All invitations ever made.
    pub invitations: BTreeMap<InvitationId, InvitationInfo>,
    /// All epochs ever minted.
    pub epochs: BTreeMap<EpochId, EpochInfo>,
}

impl Membership {
    /// Who this peer is; nothing if it is no member's.
    pub fn standing(&self, peer: &PeerId) -> Option<Standing> {
        let person = *self.peers.get(peer)?;
        Some(Standing { person, role: self.members.get(&person)?.role })
    }

    /// The KEM key of a member's peer.
    pub fn kem(&self, peer: &PeerId) -> Option<KemKey> {
        self.members.get(self.peers.get(peer)?)?.peers.get(peer).copied()
    }

    /// The epochs under which one may write: known to every member's peer, and to nobody else. The one to use comes first.
    pub fn usable(&self) -> impl Iterator<Item = EpochId> + '_ {
        self.epochs.iter().filter(|(_, epoch)| self.peers.keys().eq(&epoch.recipients)).map(|(id, _)| *id)
    }

    /// Whether newcomers receive what was said before.
    pub fn hands_on_history(&self) -> bool {
        self.policy.history == History::All
    }

    /// Puts a person's place to what it is now.
    pub(super) fn set_member(&mut self, person: &PersonId, member: Option<Member>) {
        if let Some(before) = self.members.remove(person) {
            for peer in before.peers.keys() {
                self.peers.remove(peer);
            }
        }
        if let Some(member) = member {
            self.peers.extend(member.peers.keys().map(|peer| (*peer, *person)));
            self.members.insert(*person, member);
        }
    }
}
