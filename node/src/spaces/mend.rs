//! Handing on the secrets that members lack: whoever let them in did not know them (yet).

use std::{sync::Arc, time::Duration};

use super::{append, handle::AppendError, held::Held};
use crate::shared::Core;

/// How often it is looked whether somebody lacks a secret, give or take a half: of all who know it one is then the first.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Hands on what others lack, for as long as the node runs.
pub(crate) async fn keep_mended(core: Arc<Core>) {
    loop {
        let millis = LOOK_EVERY.as_millis() as u64;
        tokio::time::sleep(Duration::from_millis(millis / 2 + core.dice.below(millis))).await;
        for held in core.all_held() {
            match mend(&core, &held).await {
                Ok(()) | Err(AppendError::NotAllowed | AppendError::Behind) => {}
                Err(error) => tracing::warn!(%error, "members could not be given the secrets they lack"),
            }
        }
    }
}

async fn mend(core: &Arc<Core>, held: &Arc<Held>) -> Result<(), AppendError> {
    {
        let mut inner = held.lock();
        let Some(changed) = inner.unmended else { return Ok(()) };
        // What is held until due may bring members; then it is looked again.
        if !changed.is_ahead_of(core.now()) {
            inner.unmended = None;
        }
    }
    append::write(core, held, true, |replica, writer| Ok(replica.mend(writer)?)).await.map(drop)
}
