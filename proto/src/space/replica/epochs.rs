//! The secrets known, those still wrapped, and what has to be handed on before writing.

use std::collections::BTreeMap;

use crate::{
    id::{EpochId, KemKey, PeerId},
    space::{EpochSecret, History, Membership, Sealer, Wrap},
};

/// So many wraps of one epoch are kept until one opens; more only come from members who lie.
const MAX_WRAPPED: usize = 16;

/// The secrets of a space.
#[derive(Debug, Default)]
pub struct Secrets {
    known: BTreeMap<EpochId, (EpochSecret, Sealer)>,
    wrapped: BTreeMap<EpochId, Vec<Wrap>>,
}

impl Secrets {
    /// What seals and opens under an epoch, if its secret is known.
    pub fn get(&self, epoch: &EpochId) -> Option<&Sealer> {
        self.known.get(epoch).map(|(_, sealer)| sealer)
    }

    /// An epoch's secret, if it is known.
    pub fn secret(&self, epoch: &EpochId) -> Option<&EpochSecret> {
        self.known.get(epoch).map(|(secret, _)| secret)
    }

    /// All that are known.
    pub fn iter(&self) -> impl Iterator<Item = (EpochId, &EpochSecret)> + '_ {
        self.known.iter().map(|(id, (secret, _))| (*id, secret))
    }

    /// Takes a secret; it says itself of which epoch.
    pub fn insert(&mut self, secret: EpochSecret) -> EpochId {
        let id = secret.id();
        self.wrapped.remove(&id);
        let sealer = Sealer::new(&secret);
        self.known.insert(id, (secret, sealer));
        id
    }

    /// Keeps what was wrapped for this peer until it is opened.
    pub fn keep(&mut self, wraps: &[(EpochId, Wrap)]) {
        for (epoch, wrap) in wraps.iter().filter(|(epoch, _)| !self.known.contains_key(epoch)) {
            let kept = self.wrapped.entry(*epoch).or_default();
            if kept.len() < MAX_WRAPPED && !kept.contains(wrap) {
                kept.push(*wrap);
            }
        }
    }

    /// Opens what can be opened. A wrap of something else than the epoch's secret is nothing.
    pub fn unlock(&mut self, open: impl Fn(EpochId, &Wrap) -> Option<[u8; 32]>) -> Vec<(EpochId, EpochSecret)> {
        let mut opened = Vec::new();
        for (epoch, wraps) in std::mem::take(&mut self.wrapped) {
            let secrets = wraps.iter().filter_map(|wrap| open(epoch, wrap)).map(EpochSecret::from_bytes);
            if let Some(secret) = secrets.into_iter().find(|secret| secret.id() == epoch) {
                self.insert(secret.clone());
                opened.push((epoch, secret));
            }
        }
        opened
    }

    /// What is to be done before writing among these members.
    pub fn plan(&self, members: &Membership) -> Plan {
        let mut plan = Plan::default();
        for (epoch, info) in members.epochs.iter().filter(|(epoch, _)| self.known.contains_key(epoch)) {
            let lacking = members.peers.keys().filter(|peer| !info.recipients.contains(peer));
            let (may, may_not): (Vec<PeerId>, Vec<PeerId>) = lacking.partition(|peer| may_have(members, peer, epoch));
            let only_members = info.recipients.iter().all(|peer| members.peers.contains_key(peer));
            if plan.write.is_none() && only_members && may_not.is_empty() {
                plan.write = Some(*epoch);
            }
            if !may.is_empty() {
                plan.hand_on.push((*epoch, keys(members, may.iter())));
            }
        }
        plan
    }
}

/// Whether a peer that lacks an epoch may have it: all history is for newcomers, or its person has it already.
fn may_have(members: &Membership, peer: &PeerId, epoch: &EpochId) -> bool {
    let of_person = || {
        let info = members.epochs.get(epoch)?;
        let member = members.members.get(members.peers.get(peer)?)?;
        Some(member.peers.keys().any(|other| info.recipients.contains(other)))
    };
    members.policy.history == History::All || of_person().unwrap_or(false)
}

/// The KEM keys of peers.
pub fn keys<'a>(members: &Membership, peers: impl Iterator<Item = &'a PeerId>) -> Vec<(PeerId, KemKey)> {
    peers.filter_map(|peer| Some((*peer, members.kem(peer)?))).collect()
}

/// What is to be done before writing.
#[derive(Debug, Default)]
pub struct Plan {
    /// The epoch to write under, once all is handed on; nothing: one is to be minted.
    pub write: Option<EpochId>,
    /// Secrets that peers lack who may have them.
    pub hand_on: Vec<(EpochId, Vec<(PeerId, KemKey)>)>,
}
