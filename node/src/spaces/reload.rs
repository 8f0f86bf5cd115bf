//! After a write that failed, the replica knows more than the store: it is loaded anew.

use std::{sync::Arc, time::Duration};

use super::{held::Held, load};
use crate::shared::Core;

/// How long to wait before a store that cannot be read is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// Keeps everybody from changing the space until it is loaded anew, which happens at once.
pub(super) fn fail(core: &Arc<Core>, held: &Arc<Held>, error: store::Error) {
    let before = held.lock().broken.replace(error);
    if before.is_none() {
        core.tasks.spawn(reload(core.clone(), held.clone()));
    }
}

async fn reload(core: Arc<Core>, held: Arc<Held>) {
    loop {
        // As a write, so that all writes that were queued before have been done or have failed.
        let (id, me) = (held.id, core.me.peer);
        match core.store.write(move |tx| load::load(tx, id, me)).await {
            Ok(replica) => return held.lock().renew(replica),
            Err(store::Error::Closed) => return,
            Err(error) => tracing::warn!(%error, space = %id.short(), "a space cannot be loaded"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}
