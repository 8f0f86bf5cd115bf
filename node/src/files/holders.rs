//! Who has how much of a file.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    Problem,
    files::{Holder, Holders, ListFiles, ListHolders},
};
use net::{Key, blobs::Hash};
use proto::{
    files::{FilePath, Resolved},
    id::{PeerId, PersonId},
};
use store::files::Row;
use tokio::task::JoinSet;

use super::{
    Files, FilesError,
    list::{held, under},
};
use crate::{people, spaces::Space};

/// So many members are asked what they have, the nearest first.
const MOST_ASKED: usize = 24;

impl Files {
    /// The peers that have some or all of a file: this one, those of members who say so, and those of members who shared it and
    /// are away.
    pub async fn holders_of(&self, space: &str, ask: ListHolders) -> Result<Holders, Problem> {
        let path = under(&ListFiles { path: ask.path, path_bytes: ask.path_bytes })?;
        Ok(self.holding(space, path).await?)
    }

    async fn holding(&self, space: &str, path: FilePath) -> Result<Holders, FilesError> {
        let space = self.core.resolve_space(space).await?;
        let resolved = self.standing_at(&space, &path)?;
        let row = resolved.shown.extra;
        let (size, have, said) = (row.size, self.at_hand(&row).await?, self.said(&space, &row).await);
        let mut holders = Vec::new();
        if have > 0 || size == 0 {
            holders.push(self.holder(&space, self.core.me(), self.core.peer(), have));
        }
        let by: BTreeSet<PersonId> = resolved.by.into_iter().chain([resolved.shown.person]).collect();
        for member in space.members() {
            for peer in member.peers.into_iter().filter(|peer| *peer != self.core.peer()) {
                let away = if by.contains(&member.person) { size } else { 0 };
                let bytes = said.get(&peer).copied().unwrap_or(away).min(size);
                if bytes > 0 {
                    holders.push(self.holder(&space, member.person, peer, bytes));
                }
            }
        }
        Ok(Holders { size, holders })
    }

    /// Bytes of a file that members who are there say they have.
    async fn said(&self, space: &Space, row: &Row) -> BTreeMap<PeerId, u64> {
        let Some(blob) = row.blob else { return BTreeMap::new() };
        let mut asked = JoinSet::new();
        for peer in space.online_peers().into_iter().take(MOST_ASKED) {
            let (files, row) = (self.clone(), row.clone());
            asked.spawn(async move {
                let addrs = people::addresses_of(&files.core, &peer);
                let link = files.links.to(Key(peer.0), &addrs).await.ok()?;
                let status = files.core.blobs.held_by(&link, Hash(blob.hash.0)).await?;
                Some((peer, held(&row, &status)))
            });
        }
        asked.join_all().await.into_iter().flatten().collect()
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
