//! Who was what at the auth heads that ops name: remembered, as most ops name the same few.

use std::{collections::HashMap, sync::Arc};

use crate::{
    id::{OpId, PeerId},
    space::{
        Membership, Policy, Standing,
        auth::{fold::Fold, past::Past},
    },
    time::Time,
};

/// So many different auth heads are remembered with what follows from them.
const MAX_SIGHTS: usize = 256;

/// So many whole memberships are remembered.
const MAX_MEMBERSHIPS: usize = 16;

/// The space as of some auth heads.
#[derive(Debug)]
pub struct Sight {
    /// Everything up to the heads.
    pub past: Past,
    /// The latest moment in it.
    pub horizon: Time,
    /// The rules.
    pub policy: Option<Policy>,
    standings: HashMap<PeerId, Option<Standing>>,
}

/// What is remembered.
#[derive(Debug, Default)]
pub struct Views {
    sights: HashMap<Vec<OpId>, Sight>,
    memberships: HashMap<Vec<OpId>, Arc<Membership>>,
}

impl Views {
    /// Forgets all: the auth ops changed.
    pub fn clear(&mut self) {
        self.sights.clear();
        self.memberships.clear();
    }

    /// The space as of these heads, and who the peer is there. Nothing if a head is not known.
    pub fn sight(&mut self, auth: &Fold, heads: &[OpId], peer: &PeerId) -> Option<(&Sight, Option<Standing>)> {
        if !self.sights.contains_key(heads) {
            if self.sights.len() >= MAX_SIGHTS {
                self.sights.clear();
            }
            self.sights.insert(heads.to_vec(), Sight::at(auth, heads)?);
        }
        let sight = self.sights.get_mut(heads)?;
        let Sight { past, standings, .. } = sight;
        let standing = *standings.entry(*peer).or_insert_with(|| auth.view(Some(past)).standing(peer));
        Some((sight, standing))
    }

    /// The members as of these heads. Nothing if a head is not known.
    pub fn membership(&mut self, auth: &Fold, heads: &[OpId]) -> Option<Arc<Membership>> {
        if let Some(membership) = self.memberships.get(heads) {
            return Some(membership.clone());
        }
        let (past, _) = auth.graph().closure(heads)?;
        let membership = Arc::new(auth.membership_at(&past)?);
        if self.memberships.len() >= MAX_MEMBERSHIPS {
            self.memberships.clear();
        }
        self.memberships.insert(heads.to_vec(), membership.clone());
        Some(membership)
    }
}

impl Sight {
    fn at(auth: &Fold, heads: &[OpId]) -> Option<Sight> {
        let (past, horizon) = auth.graph().closure(heads)?;
        let policy = auth.view(Some(&past)).policy();
        Some(Sight { past, horizon, policy, standings: HashMap::new() })
    }
}
