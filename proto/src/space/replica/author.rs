//! Taking auth ops.

use super::{Fault, FaultKind, Ingested, Lookup, Refusal, Replica};
use crate::{
    key::Verify,
    log::{LogKey, Op, Span},
    space::auth::{
        deed::{Deed, Reading},
        graph::{MAX_ORPHANS, Seed},
    },
};

/// Of an author who wrote two auth ops at one place, at most so many beside those held in the log are taken, so that
/// ops of others that build on either can be taken, too.
const MAX_RIVALS: usize = 1024;

impl Replica {
    pub(super) fn ingest_auth(
        &mut self,
        mut ops: Vec<Op>,
        mut done: Ingested,
        verify: &dyn Verify,
        lookup: &dyn Lookup,
    ) -> Result<Ingested, Refusal> {
        if ops.iter().any(|op| op.body.is_none()) {
            return Err(Refusal::NotWhole);
        }
        let graph = self.auth.graph();
        let known = ops.iter().take_while(|op| graph.knows(&op.id)).count();
        let new = ops.split_off(known);
        if new.is_empty() {
            done.witness = ops.pop();
            return Ok(done);
        }
        let place = self.place_auth(&done.log, &new)?;
        let read = |op: &Op| Reading::of(op, self.space, self.me, verify);
        let readings: Vec<Reading> = new.iter().map(read).collect();
        self.check_author(&new, &readings)?;
        done.lacks_auth = new.iter().any(|op| self.lacks_auth(&op.header));
        match place {
            Branch::Goes(span) => {
                let log = self.logs.get_or_new(done.log).ok_or(Refusal::TooManyLogs)?;
                log.have.insert(span).map_err(|_| Refusal::NotWhole)?;
                done.auth = self.take_auth(&new, readings) > 0;
                done.stored = new;
            }
            Branch::Forks(seq) => {
                done.auth = true;
                self.take_auth(&new, readings);
                self.fork_auth(done.log, seq, new.len(), lookup);
                done.faults.push(Fault { log: done.log, seq, kind: FaultKind::Fork { rival: new } });
            }
        }
        Ok(done)
    }

    /// Where new ops of an author belong: at the end of what is held, or beside it.
    fn place_auth(&self, key: &LogKey, new: &[Op]) -> Result<Branch, Refusal> {
        let span = Span::of(new).expect("there are new ops");
        let top = self.logs.get(key).and_then(|log| log.have.head());
        let goes_on = match top {
            Some(top) => top.is_followed_by(&span),
            None => span.first == 1,
        };
        if goes_on {
            return Ok(Branch::Goes(span));
        }
        if span.before.is_none_or(|before| self.auth.graph().knows(&before)) {
            let rivals = self.logs.get(key).map_or(0, |log| log.rivals) + new.len();
            return if rivals <= MAX_RIVALS { Ok(Branch::Forks(span.first)) } else { Err(Refusal::NotWhole) };
        }
        Err(Refusal::Conflict { log: *key, below: span.first })
    }

    /// Auth ops come from those who were ever members, or say why they are; who is not known yet has to wait.
    fn check_author(&self, new: &[Op], readings: &[Reading]) -> Result<(), Refusal> {
        let header = &new[0].header;
        let waits = header.auth.iter().chain(&header.previous).any(|id| self.auth.graph().find(id).is_none());
        let introduces = readings.iter().filter_map(|reading| reading.deed.as_ref());
        let says_why = introduces.filter(|deed| self.is_vouched(deed)).flat_map(Deed::binds);
        let is_known = self.knows_peer(&header.peer) || says_why.into_iter().any(|who| who.peer == header.peer);
        if !waits && !is_known {
            return Err(Refusal::Stranger);
        }
        if self.auth.graph().orphans() + new.len() > MAX_ORPHANS && waits {
            return Err(Refusal::TooManyWait);
        }
        Ok(())
    }

    /// Whether a peer may be added on the word of one that is known.
    fn is_vouched(&self, deed: &Deed) -> bool {
        !matches!(deed, Deed::AddPeer { old, .. } if !self.knows_peer(old))
    }

    /// Puts ops into the fold; returns how many took effect.
    pub(super) fn take_auth(&mut self, ops: &[Op], readings: Vec<Reading>) -> usize {
        let mut took = 0;
        for (op, reading) in ops.iter().zip(readings) {
            self.secrets.keep(&reading.for_me);
            took += self.auth.add(Seed::new(op, reading));
        }
        if took > 0 {
            self.views.get_mut().clear();
        }
        took
    }

    /// Notes that an author wrote two auth ops at a place.
    pub(super) fn fork_auth(&mut self, key: LogKey, seq: u64, rivals: usize, lookup: &dyn Lookup) {
        let Some(log) = self.logs.get_or_new(key) else { return };
        log.rivals += rivals;
        if log.fork(&key, seq, lookup) {
            self.auth.fork(key.peer, seq);
            self.views.get_mut().clear();
        }
    }
}

/// Where new ops of an author belong.
enum Branch {
    /// They go on where what is held ends.
    Goes(Span),
    /// They contradict what is held from this place on, or go on where what contradicts it ends.
    Forks(u64),
}
