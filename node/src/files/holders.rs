//! Who has how much of a file.

use std::collections::BTreeSet;

use api::{
    Problem,
    files::{Holder, Holders, ListFiles, ListHolders},
};
use net::blobs::Hash;
use proto::{
    files::{FilePath, Resolved},
    id::{PeerId, PersonId},
};
use store::files::Row;

use super::{
    Files, FilesError,
    list::{held, under},
};
use crate::spaces::Space;

impl Files {
    /// The peers that have some or all of a file: this one, and those of members who shared just this content.
    pub async fn holders_of(&self, space: &str, ask: ListHolders) -> Result<Holders, Problem> {
        let path = under(&ListFiles { path: ask.path, path_bytes: ask.path_bytes })?;
        Ok(self.holding(space, path).await?)
    }

    async fn holding(&self, space: &str, path: FilePath) -> Result<Holders, FilesError> {
        let space = self.core.resolve_space(space).await?;
        let resolved = self.standing_at(&space, &path)?;
        let (size, have) = (resolved.shown.extra.size, self.at_hand(&resolved.shown.extra).await?);
        let mut holders = Vec::new();
        if have > 0 || size == 0 {
            holders.push(self.holder(&space, self.core.me(), self.core.peer(), have));
        }
        let by: BTreeSet<PersonId> = resolved.by.into_iter().chain([resolved.shown.person]).collect();
        for member in space.members().into_iter().filter(|member| by.contains(&member.person)) {
            let others = member.peers.iter().filter(|peer| **peer != self.core.peer());
            holders.extend(others.map(|peer| self.holder(&space, member.person, *peer, size)));
        }
        Ok(Holders { size, holders })
    }

    /// The file that stands at a path.
    pub(crate) fn standing_at(&self, space: &Space, path: &FilePath) -> Result<Resolved<Row>, FilesError> {
        let mut found = None;
        self.core.store.read(|reader| {
            reader.each_file(&space.id(), path, |at, standing| {
                if at == *path {
                    found = Resolved::of(standing);
                }
                false
            })
        })?;
        found.ok_or_else(|| FilesError::NotFound(path.to_string()))
    }

    /// Bytes of a file that are here.
    async fn at_hand(&self, row: &Row) -> Result<u64, FilesError> {
        match row.blob {
            Some(blob) if !blob.is_whole() => Ok(held(row, &self.core.blobs.status(Hash(blob.hash.0)).await?)),
            _ => Ok(row.size),
        }
    }

    fn holder(&self, space: &Space, person: PersonId, peer: PeerId, bytes: u64) -> Holder {
        Holder {
            peer: peer.to_string(),
            person: person.to_string(),
            name: self.core.name_of(Some(space.id()), person),
            me: person == self.core.me(),
            online: peer == self.core.peer() || self.core.sessions.is_online(&peer),
            bytes,
        }
    }
}
