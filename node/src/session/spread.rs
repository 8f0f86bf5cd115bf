//! News on its way to the sessions.

use std::sync::Arc;

use proto::{
    id::SpaceId,
    log::{LogKey, Run},
    session::{Beacon, Holding, Typing, Whereabouts},
    sync::Head,
};

use super::Sessions;
use crate::{shared::Core, spaces::Spread};

/// Something every session should hear of.
#[derive(Clone)]
pub(super) enum News {
    /// New ops of one log, with the run itself if it is small.
    Ops(SpaceId, Arc<Head>, Option<Arc<Run>>),
    /// Members may have changed.
    Members(SpaceId),
    /// This peer holds a log up to here.
    Held(SpaceId, LogKey, u64),
    /// Others hold logs up to here.
    Report(SpaceId, Arc<Vec<Holding>>),
    /// Somebody is there.
    Presence(Arc<Vec<Beacon>>),
    /// Where peers may be found.
    Addresses(Arc<Vec<Whereabouts>>),
    /// Somebody is writing.
    Typing(Typing),
}

impl Sessions {
    /// Tells every session but `from` what is new in a space, once it lasts.
    pub(crate) fn spread(&self, core: &Core, space: SpaceId, spread: &Spread, from: Option<u64>) {
        for (head, run) in &spread.logs {
            let last = head.held.iter().map(|range| range.last).max().unwrap_or(0);
            let news = News::Ops(space, Arc::new(head.clone()), run.clone().map(Arc::new));
            self.tell(from, &news);
            if head.log.peer != core.me.peer {
                self.tell(None, &News::Held(space, head.log, last));
            }
        }
        if spread.auth {
            self.tell(None, &News::Members(space));
            self.wake.notify_one();
        }
    }
}
