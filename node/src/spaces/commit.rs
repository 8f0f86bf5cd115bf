//! One write: ops in, views folded, secrets and names kept, all or nothing; then everybody is told.

use std::{collections::BTreeMap, sync::Arc};

use api::event::Event;
use proto::{
    id::{KemKey, OpId, PeerId, PersonId, SpaceId},
    log::{Area, Op, Ranges, Run},
    space::{Await, EpochSecret, Fault, Membership},
    sync::{Head, MAX_EAGER_BYTES},
};
use store::{Error, Written};

use super::{
    held::{Held, Inner},
    judge::{Fate, judge},
    work::Work,
};
use crate::{area::After, shared::Core};

/// What one write brings in.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) ops: Vec<Op>,
    /// An op held already whose signature is to be kept too.
    pub(super) witness: Option<Op>,
    pub(super) awaits: Vec<Await>,
    pub(super) faults: Vec<Fault>,
    pub(super) secrets: Vec<(proto::id::EpochId, EpochSecret)>,
    /// Whether members may have changed.
    pub(super) auth: bool,
    /// One's own ops must continue one's own log, should an earlier write have failed.
    pub(super) own: bool,
}

/// A write under way.
pub(super) struct Begun {
    written: Written<Vec<Event>>,
    spread: Spread,
    ids: Vec<OpId>,
    again: Again,
}

/// What is to be judged anew once a write has lasted.
#[derive(Default)]
pub(super) struct Again {
    /// Ops that wait.
    pub(super) waiting: bool,
    /// Everything: somebody lost a role or a place.
    pub(super) all: bool,
    /// Logs that count less far.
    pub(super) faults: Vec<Fault>,
}

/// What others are told.
pub(crate) struct Spread {
    /// What is new of each log, with the run if it is small.
    pub(crate) logs: Vec<(Head, Option<Run>)>,
    /// Whether members may have changed.
    pub(crate) auth: bool,
}

/// Queues the write. The replica has taken the ops already; the caller holds its lock.
pub(super) fn begin(core: &Arc<Core>, id: SpaceId, inner: &mut Inner, before: Before, batch: Batch) -> Begun {
    let now = core.now();
    let fates: Vec<Fate> = batch.ops.iter().map(|op| judge(&inner.replica, op, now, |a| core.areas.has(a))).collect();
    let again = Again {
        waiting: batch.auth || !batch.secrets.is_empty(),
        all: batch.auth && before.lost(inner.replica.membership()),
        faults: batch.faults.clone(),
    };
    if again.waiting {
        inner.unmended = batch.ops.iter().map(|op| op.header.time).chain(inner.unmended).chain([now]).max();
    }
    let spread = Spread { logs: news(&batch.ops, inner), auth: batch.auth };
    let ids: Vec<OpId> = batch.ops.iter().map(|op| op.id).collect();
    inner.flight.begin(&batch.ops);
    let acting = if batch.auth { newcomers(&before, inner.replica.membership()) } else { Vec::new() };
    let (areas, auth) = (core.areas.clone(), batch.auth);
    let view = inner.view;
    let work = Work { space: id, view, now, batch, fates, acting };
    let wanted = core.events.anybody();
    let written = core.store.write(move |tx| {
        let mut after = After::new(wanted);
        if auth {
            after.tell(|| Event::Members { space: id.to_string() });
        }
        work.run(tx, &areas, &mut after)?;
        Ok(after.into_events(view))
    });
    Begun { written, spread, ids, again }
}

/// Waits for the write and tells everybody; `from` is the session the ops came by.
pub(super) async fn finish(core: Arc<Core>, held: Arc<Held>, begun: Begun, from: Option<u64>) -> Result<(), Error> {
    match begun.written.await {
        Ok(events) => {
            held.lock().flight.end(&begun.ids);
            events.into_iter().for_each(|event| core.events.tell(event));
            core.sessions.spread(&core, held.id, &begun.spread, from);
            super::rejudge::after(&core, &held, begun.again);
            Ok(())
        }
        Err(error) => {
            super::reload::fail(&core, &held, error.clone());
            Err(error)
        }
    }
}

/// The members before a change.
pub(super) struct Before(Option<Membership>);

impl Before {
    /// Of a space that is new here.
    pub(super) fn nobody() -> Self {
        Self(None)
    }

    /// Remembered only where members may change.
    pub(super) fn of(inner: &Inner, auth: bool) -> Self {
        Self(inner.replica.membership().filter(|_| auth).cloned())
    }

    /// Whether somebody lost a place, a peer or a role.
    fn lost(&self, now: Option<&Membership>) -> bool {
        let (Some(before), Some(now)) = (&self.0, now) else { return false };
        before.peers.keys().any(|peer| {
            let (was, is) = (before.standing(peer), now.standing(peer));
            is.map(|is| (is.person, is.role)) < was.map(|was| (was.person, was.role))
                || is.map(|is| is.person) != was.map(|was| was.person)
        })
    }
}

/// Peers that were no member's before.
fn newcomers(before: &Before, now: Option<&Membership>) -> Vec<(PeerId, PersonId, KemKey)> {
    let Some(now) = now else { return Vec::new() };
    let known = |peer: &PeerId| before.0.as_ref().is_some_and(|before| before.peers.contains_key(peer));
    let new = now.peers.iter().filter(|(peer, _)| !known(peer));
    new.filter_map(|(peer, person)| Some((*peer, *person, now.kem(peer)?))).collect()
}

/// What is new of each log.
fn news(ops: &[Op], inner: &Inner) -> Vec<(Head, Option<Run>)> {
    let mut by_log: BTreeMap<_, Vec<Op>> = BTreeMap::new();
    for op in ops {
        by_log.entry(op.header.key()).or_default().push(op.clone());
    }
    by_log
        .into_iter()
        .filter_map(|(log, ops)| {
            let last = ops.last()?;
            let mut held = Ranges::new();
            ops.iter().for_each(|op| held.insert(op.header.seq, op.header.seq));
            let forked = inner.replica.head(&log).and_then(|head| head.forked);
            let head = Head { log, held, last: last.id, time: last.header.time, forked };
            Some((head, small_run(&ops)))
        })
        .collect()
}

/// The ops as a run, if they follow each other and may travel in a hint.
fn small_run(ops: &[Op]) -> Option<Run> {
    let bytes: usize = ops.iter().map(|op| op.body.as_ref().map_or(0, Vec::len) + 256).sum();
    let follow = ops.windows(2).all(|pair| pair[0].header.seq + 1 == pair[1].header.seq);
    if follow && bytes <= MAX_EAGER_BYTES { Run::new(ops) } else { None }
}

impl Batch {
    /// Whether an op in it is an auth op.
    pub(super) fn has_auth(ops: &[Op]) -> bool {
        ops.iter().any(|op| op.header.log.area == Area::AUTH)
    }
}
