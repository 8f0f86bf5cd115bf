//! One space in memory.

use std::sync::{Mutex, MutexGuard};

use proto::{
    id::SpaceId,
    space::Replica,
    sync::{Digest, Head, Part},
    time::Time,
};

use super::lookup::Flight;

/// One space: its replica behind a lock that is never held across a wait.
pub(crate) struct Held {
    pub(crate) id: SpaceId,
    inner: Mutex<Inner>,
    /// Held by whoever judges stored ops anew: one at a time.
    pub(super) judging: tokio::sync::Mutex<()>,
}

pub(crate) struct Inner {
    pub(crate) replica: Replica,
    pub(super) flight: Flight,
    /// Whose view its ops are in: its own, but for a direct space that has a twin.
    pub(super) view: SpaceId,
    /// Set when a write failed, so that the replica knows more than the store: nothing goes in until it is loaded anew.
    pub(super) broken: Option<store::Error>,
    /// Set while members may lack secrets that are known here: the moment of the latest change of members or secrets.
    pub(super) unmended: Option<Time>,
    digests: [Option<Digest>; 2],
}

impl Held {
    pub(super) fn new(replica: Replica) -> Self {
        let id = replica.space();
        let inner = Mutex::new(Inner::new(replica));
        Self { id, inner, judging: tokio::sync::Mutex::new(()) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Inner {
    fn new(replica: Replica) -> Self {
        let (view, flight) = (replica.space(), Flight::default());
        Self { replica, flight, view, broken: None, unmended: Some(Time(0)), digests: [None; 2] }
    }

    /// For changing the replica; an error while it is to be loaded anew.
    pub(super) fn writable(&mut self) -> Result<&mut Self, store::Error> {
        self.digests = [None; 2];
        match &self.broken {
            Some(error) => Err(error.clone()),
            None => Ok(self),
        }
    }

    /// Puts a replica that was loaded anew in place.
    pub(super) fn renew(&mut self, replica: Replica) {
        *self = Self { view: self.view, ..Self::new(replica) };
    }

    /// A hash of what is held of a part.
    pub(crate) fn digest(&mut self, part: Part) -> Digest {
        let slot = match part {
            Part::Auth => 0,
            Part::Rest => 1,
        };
        if let Some(digest) = self.digests[slot] {
            return digest;
        }
        let heads: Vec<Head> = self.heads(part, None, usize::MAX);
        *self.digests[slot].insert(Digest::of(heads))
    }

    /// What is held of a part, by log, from beyond `after` on.
    pub(crate) fn heads(&self, part: Part, after: Option<proto::log::LogKey>, limit: usize) -> Vec<Head> {
        let heads = self.replica.heads(after).filter(|head| Part::of(&head.log) == part);
        heads.take(limit).map(spoken).collect()
    }
}

/// As sync says it.
pub(crate) fn spoken(head: proto::space::Head) -> Head {
    Head { log: head.log, held: head.held.newest_ranges(), last: head.id, time: head.time, forked: head.forked }
}
