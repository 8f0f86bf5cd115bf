//! A space comes into being here: created, or joined.

use std::sync::Arc;

use proto::{
    id::SpaceId,
    key::Ed25519,
    space::{Hpke, Kind, NewSpace, Replica, Writer},
};

use super::{
    commit::{self, Batch, Before},
    handle::AppendError,
    held::Held,
    kinds::kind_number,
    twin,
};
use crate::shared::Core;

/// Creates a space with oneself in it; durable when it returns.
pub(crate) async fn create(core: &Arc<Core>, new: NewSpace) -> Result<Arc<Held>, AppendError> {
    core.may_write()?;
    let (replica, genesis) = compose(core, new)?;
    let batch = Batch { ops: vec![genesis], auth: true, own: true, ..Batch::default() };
    enter(core, replica, batch).await
}

fn compose(core: &Core, new: NewSpace) -> Result<(Replica, proto::log::Op), AppendError> {
    let mut rng = core.dice.fork();
    let mut writer = Writer { now: core.now(), signer: &core.me.signer, wrap: &Hpke, rng: &mut rng };
    Ok(Replica::create(new, &mut writer, &Ed25519)?)
}

/// Takes a replica in, with the ops it was made of.
pub(super) async fn enter(core: &Arc<Core>, replica: Replica, batch: Batch) -> Result<Arc<Held>, AppendError> {
    let id = replica.space();
    let members = replica.membership().ok_or(AppendError::NotAllowed)?;
    let (kind, joined) = (members.kind, joined(core, &replica));
    let known = core.store.read(|reader| reader.space(&id))?;
    let space = store::spaces::Space {
        id,
        kind: kind_number(kind),
        name: known.map(|known| known.name).unwrap_or_default(),
        created: batch.ops.first().map_or(core.now(), |op| op.header.time),
        joined: Some(joined),
        left: None,
    };
    let shared = matches!(kind, Kind::Group | Kind::Channel);
    let listed = core.store.write(move |tx| {
        tx.put_space(&space)?;
        // What was said before is history, never unread. Between two, the first message may come before the space does.
        if shared { tx.begin_chat(&id, joined) } else { Ok(()) }
    });
    let held = Arc::new(Held::new(replica));
    let begun = {
        let mut locked = held.lock();
        commit::begin(core, id, &mut locked, Before::nobody(), batch)
    };
    listed.await?;
    core.keep(held.clone());
    let finishing = core.tasks.spawn(commit::finish(core.clone(), held.clone(), begun, None));
    let done = finishing.await.unwrap_or(Err(store::Error::Closed));
    if let Err(error) = done {
        core.forget(id);
        return Err(error.into());
    }
    twin::settle(core, &held);
    core.joining.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&id);
    core.events.tell(api::event::Event::Space { space: id.to_string() });
    Ok(held)
}

/// The moment oneself came.
fn joined(core: &Core, replica: &Replica) -> proto::time::Time {
    let member = replica.membership().and_then(|members| members.members.get(&core.me.person));
    member.map_or(core.now(), |member| member.since)
}

/// Whether this is (still) a space's id that one is about to join.
pub(crate) fn is_joining(core: &Core, space: SpaceId) -> bool {
    core.joining.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).contains(&space)
}
