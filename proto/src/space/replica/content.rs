//! Taking ops of all areas but auth.

use super::{Await, Fault, FaultKind, Ingested, Lookup, Refusal, Replica, logs::Fit};
use crate::{
    log::{Have, HaveError, Header, LogKey, Op, Span},
    space::auth::fold::Fold,
};

impl Replica {
    pub(super) fn ingest_content(
        &mut self,
        mut ops: Vec<Op>,
        mut done: Ingested,
        lookup: &dyn Lookup,
    ) -> Result<Ingested, Refusal> {
        let key = done.log;
        if !self.knows_peer(&key.peer) {
            return Err(Refusal::Stranger);
        }
        done.lacks_auth = lacks_auth(&self.auth, &ops);
        let log = self.logs.get_or_new(key).ok_or(Refusal::TooManyLogs)?;
        let wanted = ops.iter().take_while(|op| log.forked.is_none_or(|fork| op.header.seq < fork)).count();
        ops.truncate(wanted);
        if ops.is_empty() {
            return Ok(done);
        }
        match log.fit(&key, &ops, lookup) {
            Fit::Fork(index) => {
                let rival = ops.split_off(index);
                let seq = rival[0].header.seq;
                self.fork(key, seq, lookup);
                done.faults.push(Fault { log: key, seq, kind: FaultKind::Fork { rival } });
            }
            Fit::New(pieces) => self.take_pieces(&key, ops, &pieces, lookup, &mut done)?,
        }
        Ok(done)
    }

    /// Notes that a log's author wrote two ops at a place.
    pub(super) fn fork(&mut self, key: LogKey, seq: u64, lookup: &dyn Lookup) {
        let Some(log) = self.logs.get_or_new(key) else { return };
        let before = log.top().map(|(_, id, _)| id);
        log.fork(&key, seq, lookup);
        let after = log.top();
        let frontier = self.frontiers.entry(key.log).or_default();
        before.iter().for_each(|before| frontier.remove(before));
        after.iter().for_each(|(_, id, time)| frontier.insert(*id, *time));
    }

    /// Takes the stretches of a run that are not held.
    fn take_pieces(
        &mut self,
        key: &LogKey,
        ops: Vec<Op>,
        pieces: &[(usize, usize)],
        lookup: &dyn Lookup,
        done: &mut Ingested,
    ) -> Result<(), Refusal> {
        let log = self.logs.get_or_new(*key).ok_or(Refusal::TooManyLogs)?;
        let before = log.top();
        let held_end = log.have.contains(done.range.last);
        log.insert(&ops, pieces).map_err(|error| refused(key, error, &log.have, &ops))?;
        let is_head = log.top() != before;
        let mut stored = stretches(ops, pieces, held_end, done);
        if is_head {
            self.frontiers.entry(key.log).or_default().advance(before.map(|(_, id, _)| id), &stored);
        } else {
            self.frontiers.entry(key.log).or_default().cover(&stored);
        }
        for op in &stored {
            self.take_content(op, lookup, done);
        }
        done.stored.append(&mut stored);
        Ok(())
    }

    /// Checks an op that is held from now on against what it answers.
    fn take_content(&mut self, op: &Op, lookup: &dyn Lookup, done: &mut Ingested) {
        if self.waiting.names(&op.id) {
            self.frontiers.entry(op.header.log).or_default().remove(&op.id);
        }
        for liar in self.waiting.take(op, lookup, &mut done.awaits) {
            done.faults.extend(self.lie(&liar));
        }
    }

    /// Notes an op that is no later than what it answers.
    fn lie(&mut self, liar: &Await) -> Option<Fault> {
        let news = self.logs.get_or_new(liar.log)?.lie(liar.seq);
        news.then_some(Fault { log: liar.log, seq: liar.seq, kind: FaultKind::Untimely })
    }

    /// Whether an op names auth ops that are not held.
    pub(super) fn lacks_auth(&self, header: &Header) -> bool {
        header.auth.iter().any(|id| self.auth.graph().find(id).is_none())
    }

    /// Takes an op of one's own, which goes on where what is held ends and answers what is held.
    pub(super) fn take_own(&mut self, op: &Op) {
        let ops = std::slice::from_ref(op);
        let key = op.header.key();
        let log = self.logs.get_or_new(key).expect("there was room for the log when the op was composed");
        let before = log.top().map(|(_, id, _)| id);
        log.have.insert(Span::of(ops).expect("there is an op")).expect("an op composed here goes on");
        self.frontiers.entry(key.log).or_default().advance(before, ops);
        self.waiting.note(op.id, op.header.time);
        self.shown.get_mut().pass(key.log, op.header.time);
    }
}

/// Whether any op names auth ops that are not held. Neighbours mostly name the same, so each is looked up once.
fn lacks_auth(auth: &Fold, ops: &[Op]) -> bool {
    let named = ops.chunk_by(|a, b| a.header.auth == b.header.auth).flat_map(|same| &same[0].header.auth);
    named.into_iter().any(|id| auth.graph().find(id).is_none())
}

/// The ops of the stretches, and whether the run's last op was held already.
fn stretches(mut ops: Vec<Op>, pieces: &[(usize, usize)], held_end: bool, done: &mut Ingested) -> Vec<Op> {
    if pieces == [(0, ops.len())] {
        return ops;
    }
    done.witness = ops.last().filter(|_| held_end).cloned();
    let mut index = 0;
    ops.retain(|_| {
        let keep = pieces.iter().any(|(first, end)| (*first..*end).contains(&index));
        index += 1;
        keep
    });
    ops
}

fn refused(key: &LogKey, error: HaveError, have: &Have, ops: &[Op]) -> Refusal {
    let first = &ops[0].header;
    let lower = first.seq.checked_sub(1).and_then(|below| have.span_of(below));
    let fits = lower.is_none_or(|lower| first.previous == Some(lower.id) && first.time > lower.time);
    let below = if fits { first.seq + ops.len() as u64 } else { first.seq };
    match error {
        HaveError::TooManySpans => Refusal::TooManyHoles,
        HaveError::Overlap | HaveError::Unlinked => Refusal::Conflict { log: *key, below },
    }
}
