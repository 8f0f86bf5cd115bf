//! Taking what others send.

use std::sync::Arc;

use proto::{
    key::Ed25519,
    log::{Area, Op, Run},
    space::{Ingested, Replica},
    sync::Outcome,
};

use super::{
    commit::{self, Batch, Before, Begun},
    held::Held,
    lookup::Stored,
};
use crate::shared::Core;

/// No session's number.
const NOBODY: u64 = u64::MAX;

/// Takes a run that a session brought: checked, and its write queued, when this returns; the outcome is true once durable.
pub(crate) fn run(
    core: &Arc<Core>,
    held: &Arc<Held>,
    run: Run,
    from: u64,
) -> impl Future<Output = Outcome> + Send + use<> {
    let (outcome, begun) = begin(core, held, run);
    let (core, held) = (core.clone(), held.clone());
    async move {
        let Some(begun) = begun else { return outcome };
        match commit::finish(core, held, begun, Some(from)).await {
            Ok(()) => outcome,
            Err(error) => {
                tracing::warn!(%error, "what others sent could not be stored");
                Outcome::Failed
            }
        }
    }
}

/// Checks a run and queues its write, in the order of calls.
fn begin(core: &Arc<Core>, held: &Arc<Held>, run: Run) -> (Outcome, Option<Begun>) {
    let Ok(ops) = run.open(&Ed25519) else { return (Outcome::Broken, None) };
    let mut locked = held.lock();
    let Ok(inner) = locked.writable() else { return (Outcome::Failed, None) };
    let auth = Batch::has_auth(&ops);
    let before = Before::of(inner, auth);
    let taken = core.store.read(|reader| {
        let stored = Stored::new(reader, held.id, &inner.flight);
        let taken = inner.replica.ingest_ops(ops, &Ed25519, &stored);
        stored.trouble().map(|()| taken)
    });
    match taken {
        Err(error) => {
            // The replica may have taken something by a wrong answer.
            drop(locked);
            super::reload::fail(core, held, error);
            (Outcome::Failed, None)
        }
        Ok(taken) => {
            let outcome = Outcome::of(&taken);
            let Ok(ingested) = taken else { return (outcome, None) };
            let batch = batch_of(core, &mut inner.replica, ingested);
            if batch.ops.iter().any(|op| op.header.peer == core.me.peer) {
                core.found_behind();
            }
            (outcome, Some(commit::begin(core, held.id, inner, before, batch)))
        }
    }
}

fn batch_of(core: &Core, replica: &mut Replica, ingested: Ingested) -> Batch {
    let secrets = if ingested.auth { replica.unlock(&core.me.kem) } else { Vec::new() };
    Batch {
        ops: ingested.stored,
        witness: ingested.witness,
        awaits: ingested.awaits,
        faults: ingested.faults,
        secrets,
        auth: ingested.auth,
        own: false,
    }
}

/// Takes in a space that is not held yet from its whole auth log, if `accept` says so of what the log says. Durable when it returns.
pub(crate) async fn introduce(
    core: &Arc<Core>,
    space: proto::id::SpaceId,
    runs: Vec<Run>,
    accept: impl FnOnce(&Replica) -> bool,
) -> Option<Arc<Held>> {
    let _entering = core.entering.lock().await;
    if let Some(held) = core.held(space) {
        return again(core, held, runs, accept).await;
    }
    let ops: Vec<Vec<Op>> = runs.into_iter().map(|run| run.open(&Ed25519)).collect::<Result<_, _>>().ok()?;
    if ops.iter().flatten().any(|op| op.header.log.area != Area::AUTH) {
        return None;
    }
    let mut replica = Replica::empty(space, core.me.peer);
    let mut batch = Batch { auth: true, ..Batch::default() };
    let taken = core.store.read(|reader| {
        let mut flight = super::lookup::Flight::default();
        for ops in ops {
            let stored = Stored::new(reader, space, &flight);
            let Ok(ingested) = replica.ingest_ops(ops, &Ed25519, &stored) else { return Ok(false) };
            stored.trouble()?;
            flight.begin(&ingested.stored);
            batch.ops.extend(ingested.stored);
            batch.awaits.extend(ingested.awaits);
            batch.faults.extend(ingested.faults);
        }
        Ok(true)
    });
    if !taken.unwrap_or(false) || !accept(&replica) {
        return None;
    }
    batch.secrets = replica.unlock(&core.me.kem);
    super::enter::enter(core, replica, batch).await.ok()
}

/// Takes the auth log of a space that is held already, and that may have let us in again without our knowing.
async fn again(
    core: &Arc<Core>,
    held: Arc<Held>,
    runs: Vec<Run>,
    accept: impl FnOnce(&Replica) -> bool,
) -> Option<Arc<Held>> {
    for one in runs {
        run(core, &held, one, NOBODY).await;
    }
    let is_in = accept(&held.lock().replica);
    let (id, now) = (held.id, core.now());
    if is_in {
        core.store.write(move |tx| tx.join_space(&id, now)).await.ok()?;
        core.joining.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&id);
    }
    is_in.then_some(held)
}
