//! The fetching half: what we want of the partner, what is on its way, what became of it.

mod getting;
mod pump;
mod share;

use std::collections::BTreeMap;

use super::{
    Action, Ask, Context, Digest, Fault, Head, Heads, Hint, Message, Ops, Outcome, Part, Standing, Ticket,
    introduction::{Introduction, MAX_INTRODUCTIONS},
    stage::Want,
    told::Told,
};
use crate::{
    id::{PeerId, SpaceId},
    log::{LogKey, Range, Ranges, Run},
    time::Time,
};
use getting::Getting;
use share::Share;

/// At most so many runs that came in hints wait to become durable; further ones are fetched when there is room.
pub const MAX_EAGER_RUNS: usize = 64;

/// After a failure of our own (a full disk) nothing is fetched for so long.
pub const RETRY: std::time::Duration = std::time::Duration::from_secs(10);

/// Everything wanted of the partner, and on its way.
#[derive(Debug)]
pub(super) struct Pull {
    partner: PeerId,
    session: u64,
    shares: BTreeMap<SpaceId, Share>,
    gets: BTreeMap<u32, Getting>,
    handed: BTreeMap<Ticket, Handed>,
    next_get: u32,
    next_ticket: u64,
    turn: Option<SpaceId>,
    paused_until: Option<Time>,
    pub told: Told,
}

/// Runs the caller has.
#[derive(Debug)]
struct Handed {
    space: SpaceId,
    log: LogKey,
    get: Option<u32>,
    /// What a hint said that it brings.
    eager: Ranges,
}

impl Pull {
    pub(super) fn new(partner: PeerId, session: u64) -> Self {
        Self {
            partner,
            session,
            shares: BTreeMap::new(),
            gets: BTreeMap::new(),
            handed: BTreeMap::new(),
            next_get: 0,
            next_ticket: 0,
            turn: None,
            paused_until: None,
            told: Told::default(),
        }
    }

    /// Asks about a space, both parts at once; nothing if that is under way.
    pub(super) fn begin(&mut self, space: SpaceId, cx: &Context<'_>, out: &mut Vec<Action>) {
        self.shares.entry(space).or_default().began = cx.now;
        self.ask(space, Part::Auth, cx, out);
        self.ask(space, Part::Rest, cx, out);
    }

    /// Whether this space was asked about in this session.
    pub(super) fn has_begun(&self, space: SpaceId) -> bool {
        self.shares.get(&space).is_some_and(|share| !share.unshared)
    }

    /// Spaces that nothing happens in, and that were last asked about before that moment.
    pub(super) fn quiet_since(&self, before: Time) -> Vec<SpaceId> {
        let quiet = self.shares.iter().filter(|(_, share)| share.is_idle() && share.began < before);
        quiet.map(|(space, _)| *space).collect()
    }

    /// Whether an answer of the partner's is awaited.
    pub(super) fn awaits_partner(&self) -> bool {
        let asked = self.shares.values().any(|share| share.auth.asked || share.rest.asked);
        asked || self.gets.values().any(|get| get.sent && !get.done && get.credit > 0)
    }

    fn ask(&mut self, space: SpaceId, part: Part, cx: &Context<'_>, out: &mut Vec<Action>) {
        let share = self.shares.entry(space).or_default();
        if share.stage(part).asked {
            share.stage(part).again = true;
            return;
        }
        share.stage(part).begin();
        let known = share.introduction.is_none();
        let digest = if known { cx.spaces.digest(space, part) } else { Digest::NOTHING };
        out.push(Action::Send(Message::Ask(Ask { space, part, digest, after: None })));
    }

    /// The partner holds what we hold.
    pub(super) fn same(&mut self, space: SpaceId, part: Part, cx: &mut Context<'_>) -> Result<Vec<Action>, Fault> {
        self.answered(space, part)?;
        Ok(self.pump(cx))
    }

    /// The partner does not share this space with us (yet): it is asked again when it asks us.
    pub(super) fn unshared(&mut self, space: SpaceId, part: Part, cx: &mut Context<'_>) -> Result<Vec<Action>, Fault> {
        self.answered(space, part)?.unshared = true;
        Ok(self.pump(cx))
    }

    fn answered(&mut self, space: SpaceId, part: Part) -> Result<&mut Share, Fault> {
        let share = self.shares.get_mut(&space).ok_or(Fault::Unasked)?;
        if !std::mem::take(&mut share.stage(part).asked) {
            return Err(Fault::Unasked);
        }
        share.unshared = false;
        Ok(share)
    }

    /// The partner asked about a space: a reason to ask again if it did not share it before, or to be introduced.
    pub(super) fn was_asked(&mut self, space: SpaceId, cx: &mut Context<'_>, out: &mut Vec<Action>) {
        match cx.spaces.standing(space, self.partner) {
            Standing::Unknown => self.introduce(space, cx, out),
            Standing::Member | Standing::Former => {
                if self.shares.get(&space).is_none_or(|share| share.unshared && share.is_idle()) {
                    self.begin(space, cx, out);
                }
            }
            Standing::Stranger => {}
        }
    }

    fn introduce(&mut self, space: SpaceId, cx: &Context<'_>, out: &mut Vec<Action>) {
        let others = self.shares.values().filter(|share| share.introduction.is_some()).count();
        if self.is_introducing(space) || others >= MAX_INTRODUCTIONS || !cx.spaces.welcomes(space, self.partner) {
            return;
        }
        let share = self.shares.entry(space).or_default();
        (share.introduction, share.began) = (Some(Introduction::default()), cx.now);
        if others == 0 {
            self.ask(space, Part::Auth, cx, out);
        }
    }

    fn is_introducing(&self, space: SpaceId) -> bool {
        self.shares.get(&space).is_some_and(|share| share.introduction.is_some())
    }

    /// The caller has decided about an introduced space.
    pub(super) fn introduced(&mut self, space: SpaceId, cx: &mut Context<'_>) -> Vec<Action> {
        let mut out = Vec::new();
        if let Some(share) = self.shares.get_mut(&space) {
            share.introduction = None;
        }
        if cx.spaces.standing(space, self.partner) != Standing::Unknown {
            self.begin(space, cx, &mut out);
        }
        let waiting = self.shares.iter().find(|(_, share)| share.introduction.is_some() && !share.auth.active);
        if let Some(next) = waiting.map(|(space, _)| *space) {
            self.ask(next, Part::Auth, cx, &mut out);
        }
        out
    }

    /// A page of what the partner holds.
    pub(super) fn heads(&mut self, page: Heads, cx: &mut Context<'_>) -> Result<Vec<Action>, Fault> {
        let Heads { space, part, .. } = page;
        let share = self.shares.get_mut(&space).ok_or(Fault::Unasked)?;
        share.unshared = false;
        share.stage(part).check(&page)?;
        for head in &page.heads {
            let ours = cx.spaces.head(space, &head.log);
            if let Some(want) = Want::of(head, ours.as_ref()) {
                share.stage(part).want(head.log, want);
            }
        }
        let mut out = Vec::new();
        if page.more {
            let after = share.stage(part).page_end();
            out.push(Action::Send(Message::Ask(Ask { space, part, digest: Digest::NOTHING, after })));
        }
        out.extend(self.pump(cx));
        Ok(out)
    }

    /// The partner has something new.
    pub(super) fn hint(&mut self, hint: Hint, cx: &mut Context<'_>) -> Result<Vec<Action>, Fault> {
        let mut out = Vec::new();
        match cx.spaces.standing(hint.space, self.partner) {
            Standing::Stranger => return Ok(out),
            Standing::Unknown => self.introduce(hint.space, cx, &mut out),
            // All of it is asked about once the space is taken in.
            Standing::Member | Standing::Former if self.is_introducing(hint.space) => {}
            Standing::Member | Standing::Former => {
                let Hint { space, heads, run } = hint;
                heads.iter().for_each(|head| self.told.add(space, head.log, &head.held));
                match (run, heads.as_slice()) {
                    (Some(run), [head]) => self.eager(space, head, run, cx, &mut out),
                    (Some(_), _) => return Err(Fault::Disorder),
                    (None, heads) => self.news(space, heads, cx, &mut out),
                }
            }
        }
        out.extend(self.pump(cx));
        Ok(out)
    }

    /// Ops that came with the news: taken as they are if they continue what is held (or is being stored).
    fn eager(&mut self, space: SpaceId, head: &Head, run: Run, cx: &Context<'_>, out: &mut Vec<Action>) {
        let ours = cx.spaces.head(space, &head.log);
        let Some(want) = Want::of(head, ours.as_ref()) else { return };
        let waiting = self.handed.values().filter(|handed| handed.get.is_none());
        let before = head.held.newest().map_or(0, |range| range.first - 1);
        let attaches = before == 0
            || ours.is_some_and(|ours| ours.held.contains(before))
            || waiting
                .clone()
                .any(|other| (other.space, other.log) == (space, head.log) && other.eager.contains(before));
        let takes = attaches && cx.spaces.takes(space, &head.log);
        if !takes || want.probing.is_some() || want.proof.is_some() {
            self.news(space, std::slice::from_ref(head), cx, out);
            if !attaches {
                self.begin(space, cx, out);
            }
        } else if waiting.count() < MAX_EAGER_RUNS {
            let handed = Handed { space, log: head.log, get: None, eager: head.held.clone() };
            out.push(self.hand_over(handed, vec![run]));
        } else {
            self.shares.entry(space).or_default().stage(Part::of(&head.log)).want(head.log, want);
        }
    }

    /// News without the ops: wanted. What would not be taken (yet) is a reason to ask about everything.
    fn news(&mut self, space: SpaceId, heads: &[Head], cx: &Context<'_>, out: &mut Vec<Action>) {
        let mut ask = false;
        for head in heads {
            let ours = cx.spaces.head(space, &head.log);
            ask |= !cx.spaces.takes(space, &head.log);
            if let Some(want) = Want::of(head, ours.as_ref()) {
                self.shares.entry(space).or_default().stage(Part::of(&head.log)).want(head.log, want);
            }
        }
        if ask {
            self.begin(space, cx, out);
        }
    }

    /// A run that was asked for.
    pub(super) fn ops(&mut self, ops: Ops, cx: &mut Context<'_>) -> Result<Vec<Action>, Fault> {
        let mut out = Vec::new();
        let get = self.gets.get_mut(&ops.get).filter(|get| get.sent && !get.done).ok_or(Fault::Unasked)?;
        get.done = ops.done;
        if let Some(run) = ops.run {
            get.credit = get.credit.checked_sub(1).ok_or(Fault::Unasked)?;
            self.arrived(ops.get, run, cx, &mut out);
        }
        self.finish(ops.get, cx);
        out.extend(self.pump(cx));
        Ok(out)
    }

    fn arrived(&mut self, id: u32, run: Run, cx: &mut Context<'_>, out: &mut Vec<Action>) {
        let get = self.gets.get_mut(&id).expect("looked up by the caller");
        let (space, log) = (get.space, get.log);
        cx.claims.claim(self.session, space, log, cx.now);
        if get.stopped {
            return;
        }
        if let Some(introduction) = self.shares.get_mut(&space).and_then(|share| share.introduction.as_mut()) {
            introduction.add(run);
            return;
        }
        let runs = match &mut get.proof {
            Some(proof) => {
                proof.push(run);
                if proof.len() < 2 || !get.done {
                    return;
                }
                std::mem::take(proof)
            }
            None => vec![run],
        };
        get.in_hand += 1;
        out.push(self.hand_over(Handed { space, log, get: Some(id), eager: Ranges::new() }, runs));
    }

    fn hand_over(&mut self, handed: Handed, runs: Vec<Run>) -> Action {
        self.next_ticket += 1;
        let (ticket, space) = (Ticket(self.next_ticket), handed.space);
        self.handed.insert(ticket, handed);
        Action::Ingest { ticket, space, runs }
    }

    /// What became of runs handed over.
    pub(super) fn ingested(
        &mut self,
        ticket: Ticket,
        outcome: Outcome,
        cx: &mut Context<'_>,
    ) -> Result<Vec<Action>, Fault> {
        let mut out = Vec::new();
        let Some(handed) = self.handed.remove(&ticket) else { return Ok(out) };
        if let Some(get) = handed.get.and_then(|get| self.gets.get_mut(&get)) {
            get.in_hand -= 1;
        }
        match outcome {
            Outcome::Broken => return Err(Fault::BrokenRun),
            Outcome::Failed => self.failed(&handed, cx.now),
            Outcome::Refused => self.refused(&handed, &mut out),
            Outcome::Taken { log, range, oldest, lacks_auth } => {
                self.taken(&handed, log, range, oldest)?;
                if lacks_auth {
                    self.ask(handed.space, Part::Auth, cx, &mut out);
                }
            }
            Outcome::Conflict { log, below } => self.conflict(&handed, log, below, cx, &mut out)?,
        }
        if let Some(get) = handed.get {
            self.finish(get, cx);
        }
        out.extend(self.pump(cx));
        Ok(out)
    }

    fn taken(&mut self, handed: &Handed, log: LogKey, range: Range, oldest: Time) -> Result<(), Fault> {
        let get = handed.get.and_then(|get| self.gets.get_mut(&get));
        let asked = get.as_ref().is_none_or(|get| get.covers_some_of(range));
        if log != handed.log || !asked {
            return Err(Fault::BrokenRun);
        }
        if let Some(get) = get {
            get.advance(range);
        }
        self.told.add(handed.space, log, &Ranges::of(range.first, range.last));
        let share = self.shares.entry(handed.space).or_default();
        share.stage(Part::of(&log)).took(&log, range, oldest);
        share.stage(Part::of(&log)).tidy(&log);
        Ok(())
    }

    /// Two histories of one log: go down until they meet, or, once it is proven, tell the partner.
    fn conflict(
        &mut self,
        handed: &Handed,
        log: LogKey,
        below: Option<u64>,
        cx: &Context<'_>,
        out: &mut Vec<Action>,
    ) -> Result<(), Fault> {
        if log != handed.log {
            return Err(Fault::BrokenRun);
        }
        if let Some((id, get)) = handed.get.and_then(|id| Some((id, self.gets.get_mut(&id)?))) {
            out.extend(get.stop(id));
        }
        let stage = self.shares.entry(handed.space).or_default().stage(Part::of(&log));
        let before = stage.wants.remove(&log);
        let deeper =
            below.filter(|below| *below > 1 && before.is_none_or(|want| want.probing.is_none_or(|at| *below < at)));
        match (deeper, cx.spaces.head(handed.space, &log)) {
            (Some(below), _) => {
                let mut want = Want { newest: cx.now, ..Want::default() };
                want.probe(below);
                stage.want(log, want);
            }
            (None, Some(head)) if head.forked.is_some() => {
                let hint = Hint { space: handed.space, heads: vec![head], run: None };
                out.push(Action::Send(Message::Hint(hint)));
            }
            _ => {}
        }
        Ok(())
    }

    fn refused(&mut self, handed: &Handed, out: &mut Vec<Action>) {
        if let Some((id, get)) = handed.get.and_then(|id| Some((id, self.gets.get_mut(&id)?))) {
            out.extend(get.stop(id));
            self.shares.entry(handed.space).or_default().stage(Part::of(&handed.log)).wants.remove(&handed.log);
        }
    }

    fn failed(&mut self, handed: &Handed, now: Time) {
        self.paused_until = Some(now + RETRY);
        if let Some(get) = handed.get.and_then(|get| self.gets.get_mut(&get)) {
            get.failed = true;
        } else {
            let stage = self.shares.entry(handed.space).or_default().stage(Part::of(&handed.log));
            (stage.active, stage.again) = (true, true);
        }
    }

    /// A [`Get`] that is answered and whose runs are durable: what it did not bring is not to be had.
    fn finish(&mut self, id: u32, cx: &mut Context<'_>) {
        if !self.gets.get(&id).is_some_and(Getting::is_over) {
            return;
        }
        let get = self.gets.remove(&id).expect("just seen");
        cx.claims.release(self.session, get.space, get.log);
        let Some(share) = self.shares.get_mut(&get.space) else { return };
        let stage = share.stage(Part::of(&get.log));
        if get.proof.is_some() {
            stage.wants.entry(get.log).and_modify(|want| want.proof = None);
        }
        if !get.failed && !get.stopped {
            stage.gone(&get.log, get.range);
        }
        stage.tidy(&get.log);
    }
}
