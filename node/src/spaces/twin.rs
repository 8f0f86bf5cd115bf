//! Two direct spaces with one person: each side made one before it had heard of the other's.
//!
//! Both sides then write into the one with the lower id. What was said in the other is seen there too: its ops keep their space, but
//! their area's view is that of the lower. When a lower one comes, what was applied is withdrawn from the old view and applied to the new.

use std::sync::Arc;

use proto::{
    id::{PersonId, SpaceId},
    space::{Kind, Replica},
};

use super::{held::Held, rejudge};
use crate::shared::Core;

/// The setting that says whose view a space's ops are in; absent: its own.
fn setting(space: SpaceId) -> String {
    format!("view/{space}")
}

/// Of a direct space the other person.
pub(super) fn other(core: &Core, replica: &Replica) -> Option<PersonId> {
    let members = replica.membership().filter(|members| members.kind == Kind::Direct)?;
    members.members.keys().copied().find(|person| *person != core.me.person)
}

/// The direct spaces with a person, the lowest first.
pub(super) fn with(core: &Core, person: PersonId) -> Vec<Arc<Held>> {
    let mut all = core.all_held();
    all.retain(|held| other(core, &held.lock().replica) == Some(person));
    all
}

/// Gives a direct space that has just come its view, and the higher ones this view too.
pub(super) fn settle(core: &Arc<Core>, held: &Arc<Held>) {
    let Some(person) = other(core, &held.lock().replica) else { return };
    let all = with(core, person);
    let Some(lowest) = all.first().map(|lowest| lowest.id) else { return };
    for twin in all {
        twin.lock().view = lowest;
        let core = core.clone();
        core.tasks.clone().spawn(async move {
            if let Err(error) = carry_over(&core, &twin, lowest).await {
                tracing::warn!(%error, "what was said in a second direct space could not be moved");
            }
        });
    }
}

/// Moves what was applied of a space to where it is to be seen, unless it is there. May break off and begin anew at any point.
async fn carry_over(core: &Arc<Core>, held: &Arc<Held>, to: SpaceId) -> Result<(), store::Error> {
    let (id, name) = (held.id, setting(held.id));
    let _one_at_a_time = held.judging.lock().await;
    let kept = core.store.read(|reader| reader.setting(&name))?;
    let from = kept.and_then(|bytes| bytes.try_into().ok()).map_or(id, SpaceId);
    if from == to {
        return Ok(());
    }
    rejudge::carry_over(core, held, from).await?;
    core.store.write(move |tx| tx.set(&name, &to.0)).await
}
