//! From the store to other peers.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use iroh::endpoint::{RecvStream, SendStream, VarInt};
use iroh_blobs::{
    api::ExportBaoError,
    protocol::Request,
    provider::{self, HandleGetError, HandleGetManyError, StreamPair, events::EventSender},
    util,
};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{Blobs, Hash, store::Traffic};
use crate::{Key, Link};

/// Requests of one link that are answered at once; more wait.
pub const MAX_REQUESTS: usize = 32;

/// How long an asker may take over its request.
pub const REQUEST_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Decides who may have which blob. Called on the network's tasks: quick, if it blocks at all.
pub trait Serve: Send + Sync + 'static {
    /// Whether `asker` may have, or watch, this blob. To those who may not it does not exist.
    fn may_have(&self, asker: &Key, hash: &Hash) -> bool;

    /// A complete blob could not be read while it was served: its source file was changed, or the disk failed.
    fn damaged(&self, hash: &Hash);
}

/// The stream of a request, on which what is sent is counted.
type Pair = StreamPair<RecvStream, Counted>;

impl Blobs {
    /// Answers the requests of a [`crate::Protocol::Blobs`] link until it closes. Nothing can be pushed to us.
    pub async fn serve(&self, link: Link, serve: Arc<dyn Serve>) {
        let places = Arc::new(Semaphore::new(MAX_REQUESTS));
        let mut requests = JoinSet::new();
        let (connection, asker) = (link.connection(), link.key());
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let Ok((send, recv)) = connection.accept_bi().await else { return };
            let counted = Counted { stream: send, traffic: self.traffic.clone() };
            let pair = StreamPair::new(connection.stable_id() as u64, recv, counted, EventSender::DEFAULT);
            let (blobs, serve) = (self.clone(), serve.clone());
            requests.spawn(async move {
                blobs.answer(asker, pair, &*serve).await;
                drop(place);
            });
            while requests.try_join_next().is_some() {}
        }
    }

    /// Answers one request. Who may not have a blob sees the stream end without a byte, as it does for one that is not here.
    async fn answer(&self, asker: Key, mut pair: Pair, serve: &dyn Serve) {
        let read = tokio::time::timeout(REQUEST_READ_TIMEOUT, pair.read_request()).await;
        let Ok(Ok(request)) = read else { return };
        let hashes = asked(&request);
        if hashes.is_empty() || !hashes.iter().all(|hash| serve.may_have(&asker, hash)) {
            return;
        }
        if matches!(request, Request::Get(_)) && !self.has_any(hashes[0]).await {
            return;
        }
        let store = self.store();
        let answered = match request {
            Request::Get(request) => provider::handle_get(pair, store, request).await,
            Request::GetMany(request) => provider::handle_get_many(pair, store, request).await,
            Request::Observe(request) => provider::handle_observe(pair, store, request).await,
            _ => return,
        };
        if let Err(error) = answered {
            tracing::debug!(asker = %asker.short(), "a request was not answered in full: {error:#}");
            let unreadable = error.downcast_ref().is_some_and(get_is_unreadable)
                || error.downcast_ref().is_some_and(get_many_is_unreadable);
            if unreadable {
                self.report(hashes, serve).await;
            }
        }
    }
}

impl Blobs {
    /// Reports those of the blobs that are complete by our books and yet cannot be read. The parts of an incomplete one
    /// that are not held cannot be read either; that is in order.
    async fn report(&self, hashes: Vec<Hash>, serve: &dyn Serve) {
        for hash in hashes {
            if self.claims_all(hash).await && self.is_damaged(hash).await {
                serve.damaged(&hash);
            }
        }
    }
}

/// Whether it was our side that could not read, rather than theirs that would not listen.
fn get_is_unreadable(error: &HandleGetError) -> bool {
    matches!(error, HandleGetError::ExportBao { source: ExportBaoError::ExportBaoInner { .. }, .. })
}

fn get_many_is_unreadable(error: &HandleGetManyError) -> bool {
    matches!(error, HandleGetManyError::ExportBao { source: ExportBaoError::ExportBaoInner { .. }, .. })
}

/// The blobs that a request is about; none if we do not answer its like. A request for a blob *and those it lists* would
/// reach blobs that the asker may not have, through a blob that the asker wrote.
fn asked(request: &Request) -> Vec<Hash> {
    match request {
        Request::Get(request) if request.ranges.is_blob() => vec![request.hash.into()],
        Request::GetMany(request) => request.hashes.iter().map(|hash| (*hash).into()).collect(),
        Request::Observe(request) => vec![request.hash.into()],
        _ => Vec::new(),
    }
}

/// A stream that counts what is sent on it.
struct Counted {
    stream: SendStream,
    traffic: Arc<Traffic>,
}

impl Counted {
    fn count(&self, bytes: usize) {
        self.traffic.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl util::SendStream for Counted {
    async fn send_bytes(&mut self, bytes: Bytes) -> io::Result<()> {
        self.count(bytes.len());
        Ok(self.stream.write_chunk(bytes).await?)
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.count(bytes.len());
        Ok(self.stream.write_all(bytes).await?)
    }

    async fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn reset(&mut self, code: VarInt) -> io::Result<()> {
        Ok(self.stream.reset(code)?)
    }

    async fn stopped(&mut self) -> io::Result<Option<VarInt>> {
        Ok(self.stream.stopped().await?)
    }

    fn id(&self) -> u64 {
        self.stream.id().index()
    }
}
