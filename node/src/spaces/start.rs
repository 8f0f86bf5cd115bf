//! The spaces when a node starts.

use std::{sync::Arc, time::Duration};

use proto::about;

use super::{append, handle::Space, held::Held, list::SpacesError, load, rejudge, twin};
use crate::shared::Core;

/// How often it is looked whether the moment of a waiting op has come.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Loads all spaces that were stored.
pub(crate) fn load_all(core: &Arc<Core>) -> Result<(), store::Error> {
    let loaded = core.store.read(|reader| {
        let spaces = reader.spaces()?.into_iter().filter(|space| space.joined.is_some());
        spaces.map(|space| load::load(reader, space.id, core.me.peer)).collect::<Result<Vec<_>, _>>()
    })?;
    let joining = core.store.read(|reader| reader.spaces())?.into_iter().filter(|space| space.joined.is_none());
    core.joining.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(joining.map(|space| space.id));
    let held: Vec<Arc<Held>> = loaded.into_iter().map(|replica| Arc::new(Held::new(replica))).collect();
    held.iter().for_each(|held| core.keep(held.clone()));
    held.iter().for_each(|held| twin::settle(core, held));
    Ok(())
}

/// Gives this peer's key, should it be a new one, to all spaces.
pub(crate) async fn add_self(core: &Arc<Core>) {
    for held in core.all_held() {
        if let Err(error) = append::add_self(core, &held).await {
            tracing::warn!(%error, space = %held.id.short(), "a space does not know this peer's new key yet");
        }
    }
}

/// Says in all spaces what one wants to be called.
pub(crate) async fn call_me(core: &Arc<Core>, name: &str) -> Result<(), SpacesError> {
    let name = about::name(name)?;
    for held in core.all_held() {
        let space = Space::new(core.clone(), held);
        if space.role().is_some() {
            space.call_me(&name).await?;
        }
    }
    core.net.set_name(&name);
    Ok(())
}

/// Applies ops when their moment has come.
pub(crate) async fn keep_due(core: Arc<Core>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = rejudge::due(&core).await {
            tracing::warn!(%error, "ops whose moment has come could not be applied");
        }
    }
}
