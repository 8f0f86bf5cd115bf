//! A replica from what was stored.

use std::collections::BTreeMap;

use super::{Await, Fault, FaultKind, Lookup, Replica, logs::Log};
use crate::{
    id::{EpochId, PeerId, SpaceId},
    key::Verify,
    log::{Area, LogKey, Op, Ranges, Span},
    space::{
        EpochSecret,
        auth::{deed::Reading, graph::Seed},
    },
};

/// What was stored of a space.
#[derive(Debug, Default)]
pub struct Saved {
    /// All auth ops, in any order, with signature and body.
    pub auth: Vec<Op>,
    /// The places held of all other logs.
    pub logs: Vec<(LogKey, Ranges)>,
    /// All faults ever reported. (A rival may be left out, but for auth logs.)
    pub faults: Vec<Fault>,
    /// What still waits.
    pub awaits: Vec<Await>,
    /// The secrets known.
    pub secrets: Vec<(EpochId, EpochSecret)>,
}

/// Why what was stored is no replica.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Auth ops are missing, or are none.
    #[error("the stored auth ops are not whole")]
    Auth,
    /// An op at the end of a range is missing, or does not fit.
    #[error("the stored ops of a log are not whole: {0:?}")]
    Log(LogKey),
}

impl Replica {
    /// From what was stored. (`verify` is for signatures within auth ops.)
    pub fn load(
        space: SpaceId,
        me: PeerId,
        saved: Saved,
        verify: &dyn Verify,
        lookup: &dyn Lookup,
    ) -> Result<Replica, LoadError> {
        let mut replica = Replica::empty(space, me);
        for (_, secret) in saved.secrets {
            replica.secrets.insert(secret);
        }
        let rivals = saved.faults.iter().flat_map(Fault::auth_rivals);
        replica.load_auth(&saved.auth, rivals, verify)?;
        for (key, ranges) in saved.logs.iter().filter(|(key, _)| key.log.area != Area::AUTH) {
            replica.load_log(*key, ranges, lookup)?;
        }
        saved.faults.iter().for_each(|fault| replica.load_fault(fault, lookup));
        saved.awaits.iter().for_each(|await_| replica.load_await(await_));
        replica.waiting.restore(saved.awaits);
        Ok(replica)
    }

    fn load_auth<'a>(
        &mut self,
        ops: &'a [Op],
        rivals: impl Iterator<Item = &'a Op>,
        verify: &dyn Verify,
    ) -> Result<(), LoadError> {
        let mut logs: BTreeMap<LogKey, Vec<&Op>> = BTreeMap::new();
        ops.iter().for_each(|op| logs.entry(op.header.key()).or_default().push(op));
        for (key, mut ops) in logs {
            ops.sort_by_key(|op| op.header.seq);
            self.load_auth_log(key, &ops)?;
        }
        let mut seeds = Vec::new();
        for op in ops.iter().chain(rivals) {
            let reading = Reading::of(op, self.space, self.me, verify);
            self.secrets.keep(&reading.for_me);
            seeds.push(Seed::new(op, reading));
        }
        self.auth.add_all(seeds);
        Ok(())
    }

    fn load_auth_log(&mut self, key: LogKey, ops: &[&Op]) -> Result<(), LoadError> {
        let log = self.logs.get_or_new(key).ok_or(LoadError::Auth)?;
        let whole = ops.iter().all(|op| op.body.is_some());
        let placed = ops.iter().try_for_each(|op| {
            let span = Span::of(std::slice::from_ref(*op)).expect("there is an op");
            log.have.insert(span)
        });
        let unbroken = matches!(log.have.spans(), [span] if span.first == 1);
        if whole && placed.is_ok() && unbroken { Ok(()) } else { Err(LoadError::Auth) }
    }

    fn load_log(&mut self, key: LogKey, ranges: &Ranges, lookup: &dyn Lookup) -> Result<(), LoadError> {
        let loaded = Log::load(&key, ranges, lookup).ok_or(LoadError::Log(key))?;
        if let Some((_, id, time)) = loaded.top() {
            self.frontiers.entry(key.log).or_default().insert(id, time);
            self.shown.get_mut().restart(key.log);
        }
        *self.logs.get_or_new(key).ok_or(LoadError::Log(key))? = loaded;
        Ok(())
    }

    fn load_fault(&mut self, fault: &Fault, lookup: &dyn Lookup) {
        match &fault.kind {
            FaultKind::Untimely => {
                self.logs.get_or_new(fault.log).map(|log| log.lie(fault.seq));
            }
            FaultKind::Fork { rival } if fault.log.log.area == Area::AUTH => {
                self.fork_auth(fault.log, fault.seq, rival.len(), lookup);
            }
            FaultKind::Fork { .. } => self.fork(fault.log, fault.seq, lookup),
        }
    }

    /// What an op names is not to be named again, should it come.
    fn load_await(&mut self, await_: &Await) {
        self.frontiers.entry(await_.log.log).or_default().remove(&await_.unseen);
    }
}

impl Fault {
    /// The auth ops in it.
    fn auth_rivals(&self) -> impl Iterator<Item = &Op> {
        let rival = match &self.kind {
            FaultKind::Fork { rival } if self.log.log.area == Area::AUTH => rival.as_slice(),
            _ => &[],
        };
        rival.iter()
    }
}
