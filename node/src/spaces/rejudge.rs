//! Judging stored ops anew, when members, secrets or the time have changed: what waited may count, what counted may not.

use std::sync::Arc;

use proto::{
    id::{OpId, PersonId, SpaceId},
    log::{Area, LogKey, Op},
    time::Time,
};
use store::{
    Error,
    ops::{Limit, State},
};

use super::{
    commit::Again,
    held::Held,
    judge::{Fate, judge, reason},
};
use crate::{
    area::{After, Counted},
    shared::Core,
};

/// So many ops are judged and written at one time.
const PAGE: usize = 512;

/// So much is read at one time.
const LIMIT: Limit = Limit { ops: PAGE, bytes: 4 * 1024 * 1024 };

/// Judges in the background what a write may have changed the verdict of.
pub(super) fn after(core: &Arc<Core>, held: &Arc<Held>, again: Again) {
    if !again.waiting && !again.all && again.faults.is_empty() {
        return;
    }
    let (core, held) = (core.clone(), held.clone());
    core.tasks.clone().spawn(async move {
        let _one_at_a_time = held.judging.lock().await;
        if let Err(error) = all(&core, &held, again).await {
            tracing::warn!(%error, "stored ops could not be judged anew");
        }
    });
}

async fn all(core: &Arc<Core>, held: &Arc<Held>, again: Again) -> Result<(), Error> {
    if again.all {
        let logs: Vec<LogKey> = core.store.read(|r| r.logs(&held.id))?.into_iter().map(|held| held.log).collect();
        for log in logs.into_iter().filter(|log| log.log.area != Area::AUTH) {
            log_from(core, held, log, 1).await?;
        }
    }
    for fault in again.faults {
        log_from(core, held, fault.log, fault.seq).await?;
    }
    if again.waiting {
        for reason in reason::OF_SPACE.into_iter().map(Some).chain([None]) {
            waiting(core, held, reason).await?;
        }
    }
    Ok(())
}

/// Judges the ops whose moment has come.
pub(crate) async fn due(core: &Arc<Core>) -> Result<(), Error> {
    loop {
        let now = core.now();
        let due = core.store.read(|reader| reader.due(now, PAGE))?;
        if due.is_empty() {
            return Ok(());
        }
        for (space, op) in due {
            let Some(held) = core.held(space) else { continue };
            let _one_at_a_time = held.judging.lock().await;
            page(core, &held, vec![op]).await?;
        }
    }
}

/// Judges all that waits for this reason; with none, all that is void.
async fn waiting(core: &Arc<Core>, held: &Arc<Held>, reason: Option<u8>) -> Result<(), Error> {
    let mut after: Option<(Time, OpId)> = None;
    loop {
        let ops = core.store.read(|reader| match reason {
            Some(reason) => reader.pending(&held.id, reason, after, PAGE),
            None => reader.void(&held.id, after, PAGE),
        })?;
        let Some(last) = ops.last() else { return Ok(()) };
        after = Some(last.order());
        page(core, held, ops).await?;
    }
}

/// Judges a log from this place on.
async fn log_from(core: &Arc<Core>, held: &Arc<Held>, log: LogKey, first: u64) -> Result<(), Error> {
    let mut from = first;
    loop {
        let ops = core.store.read(|reader| reader.ops_up(&held.id, &log, from..=u64::MAX, LIMIT))?;
        let Some(last) = ops.last() else { return Ok(()) };
        from = last.header.seq + 1;
        page(core, held, ops).await?;
    }
}

/// Takes what was applied of a space out of the view `from`, and applies it to the one it has now.
pub(super) async fn carry_over(core: &Arc<Core>, held: &Arc<Held>, from: SpaceId) -> Result<(), Error> {
    let logs: Vec<LogKey> = core.store.read(|r| r.logs(&held.id))?.into_iter().map(|held| held.log).collect();
    for log in logs.into_iter().filter(|log| log.log.area != Area::AUTH) {
        let mut next = 1;
        loop {
            let ops = core.store.read(|reader| reader.ops_up(&held.id, &log, next..=u64::MAX, LIMIT))?;
            let Some(last) = ops.last() else { break };
            next = last.header.seq + 1;
            carry_page(core, held, from, ops).await?;
        }
    }
    Ok(())
}

async fn carry_page(core: &Arc<Core>, held: &Arc<Held>, from: SpaceId, ops: Vec<Op>) -> Result<(), Error> {
    let now = core.now();
    let written = {
        let locked = held.lock();
        let fate = |op: Op| (judge(&locked.replica, &op, now, |area| core.areas.has(area)), op);
        let judged: Vec<(Fate, Op)> = ops.into_iter().map(fate).collect();
        let (areas, to, wanted) = (core.areas.clone(), locked.view, core.events.anybody());
        core.store.write(move |tx| {
            let mut after = After::new(wanted);
            for (fate, op) in &judged {
                let Fate::Applied(standing, body) = fate else { continue };
                if tx.state(&op.id)? == Some(State::Applied) {
                    let seen = |space| Counted::new(space, op, *standing, areas.me(), body, now);
                    areas.withdraw(tx, &seen(from), &mut After::new(false))?;
                    areas.apply(tx, &seen(to), &mut after)?;
                }
            }
            Ok(after.into_events(to))
        })
    };
    written.await?.into_iter().for_each(|event| core.events.tell(event));
    Ok(())
}

/// An op whose state changes.
struct Change {
    op: Op,
    to: Fate,
    /// Whose it is, if its author is a member (still).
    author: Option<PersonId>,
    /// What it says: an area may need it to withdraw it.
    body: Option<Vec<u8>>,
}

async fn page(core: &Arc<Core>, held: &Arc<Held>, ops: Vec<Op>) -> Result<(), Error> {
    let now = core.now();
    let written = {
        let locked = held.lock();
        let change = |op: Op| {
            let to = judge(&locked.replica, &op, now, |area| core.areas.has(area));
            let author = locked.replica.author(&op.header).map(|standing| standing.person);
            let body = locked.replica.open(&op).ok();
            Change { op, to, author, body }
        };
        let changes: Vec<Change> = ops.into_iter().map(change).collect();
        let (areas, space, wanted) = (core.areas.clone(), locked.view, core.events.anybody());
        core.store.write(move |tx| {
            let mut after = After::new(wanted);
            for change in &changes {
                change.run(tx, &areas, space, now, &mut after)?;
            }
            Ok(after.into_events(space))
        })
    };
    written.await?.into_iter().for_each(|event| core.events.tell(event));
    Ok(())
}

impl Change {
    fn run(
        &self,
        tx: &mut store::Tx<'_>,
        areas: &crate::area::Areas,
        space: proto::id::SpaceId,
        now: Time,
        after: &mut After,
    ) -> Result<(), Error> {
        let Some(was) = tx.state(&self.op.id)? else { return Ok(()) };
        match (&self.to, was) {
            (Fate::Applied(..), State::Applied) => {}
            (Fate::Applied(standing, body), _) => {
                tx.set_state(&self.op.id, State::Applied)?;
                areas.apply(tx, &Counted::new(space, &self.op, *standing, areas.me(), body, now), after)?;
            }
            (Fate::Kept(to), was) if *to == was => {}
            (Fate::Kept(to), was) => {
                tx.set_state(&self.op.id, *to)?;
                if was == State::Applied {
                    self.withdraw(tx, areas, space, now, after)?;
                }
            }
        }
        Ok(())
    }

    fn withdraw(
        &self,
        tx: &mut store::Tx<'_>,
        areas: &crate::area::Areas,
        space: proto::id::SpaceId,
        now: Time,
        after: &mut After,
    ) -> Result<(), Error> {
        let known = tx.peer(&self.op.header.peer)?.map(|peer| peer.person);
        let body = self.body.as_deref().unwrap_or_default();
        let Some(person) = self.author.or(known) else { return Ok(()) };
        let standing = proto::space::Standing { person, role: proto::space::Role::Reader };
        areas.withdraw(tx, &Counted::new(space, &self.op, standing, areas.me(), body, now), after)
    }
}
