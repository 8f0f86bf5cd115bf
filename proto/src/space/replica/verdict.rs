//! Whether a stored op counts, and what it says.

use super::Replica;
use crate::{
    id::{EpochId, PersonId},
    log::{Area, Header, LogKey, Op},
    space::{
        Place, Standing,
        auth::{deed::Deed, graph::At, past::Past},
    },
    time::{MAX_AHEAD, Time},
};

/// Whether an op counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It counts and can be opened: said by this person, in this role.
    Counts(Standing),
    /// Not to be said yet.
    Pending(Pending),
    /// It does not count, by all that is known here.
    Void(Void),
}

/// What an op waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// Auth ops it was written under.
    Auth,
    /// The secret of this epoch.
    Epoch(EpochId),
    /// Its body.
    Body,
    /// This moment: its author's clock is ahead.
    Due(Time),
}

/// Why an op does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Void {
    /// Its author wrote two ops at one place, this one or an earlier.
    Forked,
    /// It, or one before it in its log, claims to be earlier than what it answers or builds upon.
    Untimely,
    /// Its author was no member.
    NotMember,
    /// Its author's role did not allow it.
    NotAllowed,
    /// Its author was removed, and it lies beyond what still counts.
    Removed,
    /// Its body is not sealed.
    Unsealed,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The body is not at hand.
    #[error("the body is not at hand")]
    NoBody,
    /// The epoch's secret is not known.
    #[error("the epoch's secret is not known")]
    NoSecret,
    /// It was not sealed for this place under that secret.
    #[error("the body does not open")]
    Broken,
}

impl Replica {
    /// Whether a stored op counts at this moment. Auth ops count at once or not at all.
    pub fn verdict(&self, op: &Op, now: Time) -> Verdict {
        let header = &op.header;
        let judged = if header.log.area == Area::AUTH {
            self.judge_auth(op)
        } else {
            self.judge_content(header).and_then(|standing| self.await_rest(op, now).map(|()| standing))
        };
        if judged.is_ok() {
            self.shown.borrow_mut().note(header.log, header.time);
        }
        judged.map_or_else(|other| other, Verdict::Counts)
    }

    /// Who wrote this, in which role; nothing if it was no member or is not known.
    pub fn author(&self, header: &Header) -> Option<Standing> {
        self.views.borrow_mut().sight(&self.auth, &header.auth, &header.peer)?.1
    }

    /// The plain body of an op that is no auth op.
    pub fn open(&self, op: &Op) -> Result<Vec<u8>, OpenError> {
        let body = op.body.as_deref().ok_or(OpenError::NoBody)?;
        let sealer = op.header.epoch.and_then(|epoch| self.secrets.get(&epoch)).ok_or(OpenError::NoSecret)?;
        let place = Place { space: self.space, log: op.header.key(), seq: op.header.seq };
        sealer.open(&place, body).ok_or(OpenError::Broken)
    }

    fn judge_auth(&self, op: &Op) -> Result<Standing, Verdict> {
        let graph = self.auth.graph();
        let at = graph.find(&op.id).ok_or(Verdict::Pending(Pending::Auth))?;
        let entry = graph.entry(at);
        if !self.auth.counts(at) {
            let forked = self.logs.get(&op.header.key()).and_then(|log| log.forked);
            return Err(Verdict::Void(match forked {
                Some(seq) if entry.seq >= seq => Void::Forked,
                _ if !entry.timely => Void::Untimely,
                _ => Void::NotAllowed,
            }));
        }
        // Whoever creates a space or adds itself is a member only by this very op.
        let mut with = entry.past.clone();
        with.insert(at);
        let standing = |past| self.auth.view(Some(past)).standing(&entry.peer);
        standing(&entry.past).or_else(|| standing(&with)).ok_or(Verdict::Void(Void::NotMember))
    }

    fn judge_content(&self, header: &Header) -> Result<Standing, Verdict> {
        let void = |why| Err(Verdict::Void(why));
        let key = header.key();
        if let Some(log) = self.logs.get(&key) {
            let beyond = |place: Option<u64>| place.is_some_and(|place| header.seq >= place);
            if beyond(log.forked) {
                return void(Void::Forked);
            }
            if beyond(log.untimely) {
                return void(Void::Untimely);
            }
        }
        let mut views = self.views.borrow_mut();
        let seen = views.sight(&self.auth, &header.auth, &header.peer);
        let (sight, standing) = seen.ok_or(Verdict::Pending(Pending::Auth))?;
        if header.time <= sight.horizon {
            return void(Void::Untimely);
        }
        let (Some(standing), Some(policy)) = (standing, sight.policy) else { return void(Void::NotMember) };
        if standing.role < policy.least(header.log.area) {
            return void(Void::NotAllowed);
        }
        if self.is_cut_off(&standing.person, &key, header.seq, &sight.past) {
            return void(Void::Removed);
        }
        Ok(standing)
    }

    /// Whether an op lies beyond what still counts of somebody removed: of removals its author had not heard of, the
    /// earliest decide, and of several such the most generous.
    fn is_cut_off(&self, person: &PersonId, key: &LogKey, seq: u64, past: &Past) -> bool {
        let graph = self.auth.graph();
        let unheard: Vec<At> = self.auth.view(None).removals(person).filter(|at| !past.contains(*at)).collect();
        let first = |at: &&At| !unheard.iter().any(|other| graph.before(*other, **at));
        let cuts = unheard.iter().filter(first).map(|at| match &graph.entry(*at).deed {
            Some(Deed::Remove { cuts, .. }) => cuts.get(key).copied().unwrap_or(0),
            _ => 0,
        });
        cuts.max().is_some_and(|cut| seq > cut)
    }

    /// What an op still waits for that is allowed.
    fn await_rest(&self, op: &Op, now: Time) -> Result<(), Verdict> {
        let epoch = op.header.epoch.ok_or(Verdict::Void(Void::Unsealed))?;
        let wait = if self.secrets.get(&epoch).is_none() {
            Pending::Epoch(epoch)
        } else if op.body.is_none() {
            Pending::Body
        } else if op.header.time.is_ahead_of(now) {
            let ahead = u64::try_from(MAX_AHEAD.as_micros()).unwrap_or(u64::MAX);
            Pending::Due(Time(op.header.time.0.saturating_sub(ahead)))
        } else {
            return Ok(());
        };
        Err(Verdict::Pending(wait))
    }
}
