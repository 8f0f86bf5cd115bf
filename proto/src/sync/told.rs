//! What the partner is known to hold, so that it is not hinted at what it said or was sent itself.

use std::collections::BTreeMap;

use crate::{
    id::SpaceId,
    log::{LogKey, Ranges},
};

/// At most so many logs are remembered; beyond that all is forgotten, which costs a few hints too many.
const MAX_REMEMBERED: usize = 4096;

/// Places of logs that the partner holds, as far as one remembers.
#[derive(Debug, Default)]
pub(super) struct Told(BTreeMap<(SpaceId, LogKey), Ranges>);

impl Told {
    pub(super) fn add(&mut self, space: SpaceId, log: LogKey, held: &Ranges) {
        if self.0.len() >= MAX_REMEMBERED {
            self.0.clear();
        }
        let known = self.0.entry((space, log)).or_default();
        known.extend(held);
        *known = known.newest_ranges();
    }

    /// The partner was not to be told for a while: what it was told before it may not have been able to fetch.
    pub(super) fn forget(&mut self, space: SpaceId) {
        self.0.retain(|(known, _), _| *known != space);
    }

    /// What of this is news to the partner.
    pub(super) fn news(&self, space: SpaceId, log: LogKey, held: &Ranges) -> Ranges {
        self.0.get(&(space, log)).map_or_else(|| held.clone(), |known| held.without(known))
    }
}
