//! Blobs of which our books say more than is true: forgotten, and fetched anew.
//!
//! The store cannot be told to drop a blob whose file the user changed or deleted. So such a blob is remembered as forgotten
//! while the program runs; what is fetched of it goes to a store of its own first and then, whole, into the books' place:
//! bytes that the store owns win over a file that it refers to.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard},
};

use super::{Blobs, ExportHow, FetchError, Fetched, Hash, ImportHow, StoreError};
use crate::Link;

/// The folder, in the store's, of what is being mended.
const FOLDER: &str = "mending";

/// What is forgotten.
#[derive(Debug, Default)]
pub(super) struct Mending {
    forgotten: Mutex<BTreeSet<Hash>>,
    /// Held by the one who mends; the others wait for it.
    turn: tokio::sync::Mutex<()>,
}

impl Mending {
    pub(super) fn is_forgotten(&self, hash: Hash) -> bool {
        self.lock().contains(&hash)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Hash>> {
        self.forgotten.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Blobs {
    /// Forgets a blob whose bytes turned out to be damaged: nothing of it is held from now on, and [`Blobs::fetch`] brings
    /// all of it anew. Its names stay. An import of the right bytes by copy ([`ImportHow::Copy`]) brings it back as well.
    pub fn forget(&self, hash: Hash) {
        self.mending.lock().insert(hash);
    }

    /// Takes back [`Blobs::forget`] after the right bytes have come.
    pub(super) fn remember(&self, hash: Hash) {
        self.mending.lock().remove(&hash);
    }

    /// Fetches all of a forgotten blob.
    pub(super) async fn mend(
        &self,
        link: &Link,
        hash: Hash,
        progress: impl FnMut(u64) + Send,
    ) -> Result<Fetched, FetchError> {
        let _turn = self.mending.turn.lock().await;
        if !self.mending.is_forgotten(hash) {
            return self.fetch_missing(link, hash, &[], progress).await;
        }
        let Some(dir) = &self.dir else {
            self.remember(hash);
            return self.fetch_missing(link, hash, &[], progress).await;
        };
        let broken = |error: &dyn std::error::Error| StoreError(error.to_string());
        let folder = dir.join(FOLDER);
        let _ = tokio::fs::remove_dir_all(&folder).await;
        let beside = Blobs::open(&folder.join("store")).await.map_err(|error| broken(&error))?.blobs;
        let fetched = beside.fetch_missing(link, hash, &[], progress).await;
        let file = folder.join("whole");
        let exported = match &fetched {
            Ok(_) => beside.export(hash, &file, ExportHow::Reference, |_, _| {}).await.map(drop),
            Err(_) => Ok(()),
        };
        beside.close().await;
        let fetched = fetched?;
        exported.map_err(|error| broken(&error))?;
        self.traffic.received.fetch_add(fetched.bytes, std::sync::atomic::Ordering::Relaxed);
        let imported = self.import_file(&file, ImportHow::Copy, |_, _| {}).await;
        let _ = tokio::fs::remove_dir_all(&folder).await;
        imported.map_err(|error| broken(&error))?;
        Ok(fetched)
    }
}
