//! The serving half: what the partner asked of us and has not got yet.

use std::collections::BTreeMap;

use super::{
    Action, Ask, Context, Fault, Get, Heads, MAX_ASKS, MAX_GETS, MAX_HEADS, Message, Ops, Read, Standing, WINDOW,
};
use crate::{
    id::{PeerId, SpaceId},
    log::{Area, LogKey, Range, Run},
};

/// What the partner has open with us.
#[derive(Debug)]
pub(super) struct Serve {
    partner: PeerId,
    gets: BTreeMap<u32, Serving>,
    asks: u32,
}

/// One unfinished [`Get`].
#[derive(Debug)]
struct Serving {
    space: SpaceId,
    log: LogKey,
    range: Range,
    proof: bool,
    credit: u32,
    reading: bool,
    stopped: bool,
}

impl Serve {
    pub(super) fn new(partner: PeerId) -> Self {
        Self { partner, gets: BTreeMap::new(), asks: 0 }
    }

    /// A new second: the partner may ask again.
    pub(super) fn tick(&mut self) {
        self.asks = 0;
    }

    pub(super) fn ask(&mut self, ask: &Ask, cx: &Context<'_>) -> Result<Action, Fault> {
        self.asks += 1;
        if self.asks > MAX_ASKS {
            return Err(Fault::TooMuch);
        }
        Ok(Action::Send(self.answer(ask, cx)))
    }

    fn answer(&self, ask: &Ask, cx: &Context<'_>) -> Message {
        let Ask { space, part, digest, after } = *ask;
        if !self.may_read(space, cx) {
            return Message::Unshared(space, part);
        }
        if after.is_none() && cx.spaces.digest(space, part) == digest {
            return Message::Same(space, part);
        }
        let mut heads = cx.spaces.heads(space, part, after, MAX_HEADS + 1);
        let more = heads.len() > MAX_HEADS;
        heads.truncate(MAX_HEADS);
        heads.iter_mut().for_each(|head| head.held = head.held.newest_ranges());
        Message::Heads(Heads { space, part, heads, more })
    }

    pub(super) fn get(&mut self, get: Get, cx: &Context<'_>) -> Result<Option<Action>, Fault> {
        let credit = self.credit().saturating_add(get.credit);
        if self.gets.len() >= MAX_GETS || self.gets.contains_key(&get.id) || credit > WINDOW {
            return Err(Fault::TooMuch);
        }
        if !get.range.is_valid() {
            return Err(Fault::Disorder);
        }
        if !self.may_read(get.space, cx) {
            return Ok(Some(end(get.id)));
        }
        let Get { id, space, log, range, credit, proof } = get;
        self.gets.insert(id, Serving { space, log, range, proof, credit, reading: false, stopped: false });
        Ok(self.read(id))
    }

    /// More credit; for a [`Get`] just finished it comes too late and means nothing.
    pub(super) fn more(&mut self, id: u32, credit: u32) -> Result<Option<Action>, Fault> {
        if self.credit().saturating_add(credit) > WINDOW {
            return Err(Fault::TooMuch);
        }
        let Some(get) = self.gets.get_mut(&id) else { return Ok(None) };
        get.credit += credit;
        Ok(self.read(id))
    }

    pub(super) fn stop(&mut self, id: u32) -> Option<Action> {
        let get = self.gets.get_mut(&id)?;
        get.stopped = true;
        if get.reading {
            return None;
        }
        self.gets.remove(&id);
        Some(end(id))
    }

    /// What was read is sent, if it may (still) be.
    pub(super) fn handle_read(&mut self, id: u32, runs: Vec<(Range, Run)>, cx: &Context<'_>) -> Vec<Action> {
        let Some(mut get) = self.gets.remove(&id) else { return Vec::new() };
        if get.stopped || runs.is_empty() || !self.may_read(get.space, cx) {
            return vec![end(id)];
        }
        if get.proof {
            return proof(id, runs);
        }
        let (sent, run) = runs.into_iter().next().expect("there is one");
        let rest = rest(get.range, sent, get.log.log.area);
        let mut out = vec![Action::Send(Message::Ops(Ops { get: id, run: Some(run), done: rest.is_none() }))];
        if let Some(range) = rest {
            get = Serving { range, credit: get.credit.saturating_sub(1), reading: false, ..get };
            self.gets.insert(id, get);
            out.extend(self.read(id));
        }
        out
    }

    /// Of which log of which space the partner is being sent ops.
    pub(super) fn log_of(&self, id: u32) -> Option<(SpaceId, LogKey)> {
        self.gets.get(&id).map(|get| (get.space, get.log))
    }

    fn read(&mut self, id: u32) -> Option<Action> {
        let get = self.gets.get_mut(&id)?;
        if get.reading || get.credit == 0 {
            return None;
        }
        get.reading = true;
        Some(Action::Read(Read { id, space: get.space, log: get.log, range: get.range, proof: get.proof }))
    }

    fn credit(&self) -> u32 {
        self.gets.values().map(|get| get.credit).sum()
    }

    fn may_read(&self, space: SpaceId, cx: &Context<'_>) -> bool {
        cx.spaces.standing(space, self.partner) == Standing::Member
    }
}

/// What is left of a range after a run was sent; nothing if that is all.
fn rest(range: Range, sent: Range, area: Area) -> Option<Range> {
    let (first, last) =
        if area == Area::AUTH { (sent.last + 1, range.last) } else { (range.first, sent.first.saturating_sub(1)) };
    (first <= last).then_some(Range::new(first, last))
}

fn end(get: u32) -> Action {
    Action::Send(Message::Ops(Ops { get, run: None, done: true }))
}

fn proof(get: u32, runs: Vec<(Range, Run)>) -> Vec<Action> {
    let last = runs.len() - 1;
    let ops = runs.into_iter().enumerate().map(|(at, (_, run))| Ops { get, run: Some(run), done: at == last });
    ops.map(|ops| Action::Send(Message::Ops(ops))).collect()
}
