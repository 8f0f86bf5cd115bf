//! Which session fetches which log, so that several partners of one peer do not all send it the same.

use std::collections::BTreeMap;

use crate::{id::SpaceId, log::LogKey, time::Time};

/// How long a session may hold a claim without anything arriving, before another may take it over.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// The claims of all sessions of one peer.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    by_log: BTreeMap<(SpaceId, LogKey), Claim>,
}

#[derive(Debug, Clone, Copy)]
struct Claim {
    session: u64,
    until: Time,
}

impl Claims {
    /// Claims a log for a session, or renews its claim; false if another session is at it.
    pub(super) fn claim(&mut self, session: u64, space: SpaceId, log: LogKey, now: Time) -> bool {
        let claim = self.by_log.entry((space, log)).or_insert(Claim { session, until: now });
        let ours = claim.session == session || claim.until < now;
        if ours {
            *claim = Claim { session, until: now + PATIENCE };
        }
        ours
    }

    /// Gives a log back.
    pub(super) fn release(&mut self, session: u64, space: SpaceId, log: LogKey) {
        if self.by_log.get(&(space, log)).is_some_and(|claim| claim.session == session) {
            self.by_log.remove(&(space, log));
        }
    }

    /// A session has ended: gives back all that it claimed. Call [`Sync::tick`](super::Sync::tick) of the others.
    pub fn end(&mut self, session: u64) {
        self.by_log.retain(|_, claim| claim.session != session);
    }
}
