//! Taking back what one shared.

use std::collections::BTreeSet;

use api::{
    AnyPath, Problem,
    files::{Unshare, Unshared},
};
use proto::{
    files::{Body, Content, FilePath},
    id::{BlobHash, SpaceId},
    log::Area,
};

use super::{Files, FilesError, LOG, asked_path, tag};
use crate::spaces::{AppendError, Space};

impl Files {
    /// Shares files or folders no longer. What others have fetched they keep.
    pub async fn unshare(&self, space: &str, ask: Unshare) -> Result<Unshared, Problem> {
        Ok(self.unshare_all(space, ask.paths).await?)
    }

    async fn unshare_all(&self, space: &str, asked: Vec<AnyPath>) -> Result<Unshared, FilesError> {
        let space = self.core.resolve_space(space).await?;
        if !space.may_write(Area::FILES) {
            return Err(AppendError::NotAllowed.into());
        }
        let sharing = self.sharing(&space);
        let _alone = sharing.lock().await;
        let (mut paths, mut own) = (Vec::new(), BTreeSet::new());
        for asked in &asked {
            let path = asked_path(asked)?;
            own.extend(self.own_beneath(&space, &path)?);
            paths.push(path);
        }
        let body = Body::Unshare(proto::files::Unshare { paths: paths.clone() }).to_bytes();
        space.append(LOG, body).await?;
        let files = own.iter().filter(|(_, content)| *content != Content::Folder).count() as u64;
        self.let_go(space.id(), own.into_iter().map(|(path, _)| path).collect()).await?;
        Ok(Unshared { files })
    }

    /// What one shares oneself at a path and beneath it; an error if that is nothing.
    fn own_beneath(&self, space: &Space, path: &FilePath) -> Result<Vec<(FilePath, Content)>, FilesError> {
        let (me, mut own, mut others) = (self.core.me(), Vec::new(), None);
        self.core.store.read(|reader| {
            reader.each_file(&space.id(), path, |path, standing| {
                for entry in standing {
                    if entry.person == me {
                        own.push((path.clone(), entry.content))
                    } else {
                        others = Some(entry.person)
                    }
                }
                true
            })
        })?;
        match (own.is_empty(), others) {
            (false, _) => Ok(own),
            (true, None) => Err(FilesError::NotFound(path.to_string())),
            (true, Some(by)) => {
                let by = self.core.name_of(Some(space.id()), by);
                Err(FilesError::NotOwn { path: path.to_string(), by })
            }
        }
    }

    /// Forgets where these own files come from, and keeps their blobs no longer unless something else still names them.
    pub(super) async fn let_go(&self, space: SpaceId, paths: Vec<FilePath>) -> Result<(), store::Error> {
        let dropped = self.core.store.write(move |tx| {
            let mut hashes = BTreeSet::new();
            for path in &paths {
                hashes.extend(
                    tx.own_sources(&space, path)?.into_iter().filter(|own| own.path == *path).map(|own| own.hash),
                );
                tx.drop_own_source(&space, path)?;
            }
            Ok(hashes)
        });
        for hash in dropped.await? {
            self.let_blob_go(hash).await?;
        }
        Ok(())
    }

    async fn let_blob_go(&self, hash: BlobHash) -> Result<(), store::Error> {
        let (known, naming) = self.core.store.read(|reader| Ok((reader.blob(&hash)?, reader.spaces_naming(&hash)?)))?;
        if known.is_none() || !naming.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.core.blobs.unprotect(&tag(&hash)).await {
            tracing::warn!(%error, "a blob that nothing names is kept");
            return Ok(());
        }
        self.core.store.write(move |tx| tx.lose_blob(&hash)).await
    }
}
