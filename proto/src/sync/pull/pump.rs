//! What to ask for next: as long as the window has room, one run at a time, the spaces in turn, in each the newest
//! ops first.

use std::collections::BTreeMap;

use super::{Getting, Pull};
use crate::{
    id::SpaceId,
    log::{LogKey, Range},
    sync::{Action, Context, MAX_GETS, Part, WINDOW, stage::Want},
};

impl Pull {
    /// Asks for as much as the window has room for, and ends the rounds that have nothing left.
    pub(in crate::sync) fn pump(&mut self, cx: &mut Context<'_>) -> Vec<Action> {
        let mut out = Vec::new();
        self.paused_until = self.paused_until.filter(|until| *until > cx.now);
        if self.paused_until.is_some() {
            return out;
        }
        loop {
            self.fill(cx, &mut out);
            if !self.settle(cx, &mut out) {
                return out;
            }
        }
    }

    fn fill(&mut self, cx: &mut Context<'_>, out: &mut Vec<Action>) {
        let mut grants: BTreeMap<u32, u32> = BTreeMap::new();
        let mut room = WINDOW.saturating_sub(self.gets.values().map(Getting::runs).sum());
        while room > 0 {
            let Some(id) = self.pick(cx) else { break };
            *grants.entry(id).or_default() += 1;
            self.gets.get_mut(&id).expect("just picked").credit += 1;
            room -= 1;
        }
        for (id, credit) in grants {
            let get = self.gets.get_mut(&id).expect("just picked");
            get.credit -= credit;
            out.push(get.grant(id, credit));
        }
    }

    /// The [`Get`](crate::sync::Get) that the next run is to come from: of the space after the one whose turn it was.
    fn pick(&mut self, cx: &mut Context<'_>) -> Option<u32> {
        let turn = self.turn;
        let later = self.shares.keys().filter(|space| Some(**space) > turn);
        let earlier = self.shares.keys().filter(|space| Some(**space) <= turn);
        let spaces: Vec<SpaceId> = later.chain(earlier).copied().collect();
        spaces.into_iter().find_map(|space| {
            let id = self.pick_in(space, cx)?;
            self.turn = Some(space);
            Some(id)
        })
    }

    fn pick_in(&mut self, space: SpaceId, cx: &mut Context<'_>) -> Option<u32> {
        let part = self.shares.get(&space)?.turn()?;
        let logs = self.shares.get_mut(&space)?.stage(part).newest_first();
        logs.into_iter().find_map(|log| match self.open_get(space, log) {
            Some((id, get)) => get.takes_credit().then_some(id),
            None => self.open(space, part, log, cx),
        })
    }

    fn open_get(&self, space: SpaceId, log: LogKey) -> Option<(u32, &Getting)> {
        let open = self.gets.iter().find(|(_, get)| get.space == space && get.log == log);
        open.map(|(id, get)| (*id, get))
    }

    /// Begins to ask for a log, if something of it is still wanted and no other session is at it.
    fn open(&mut self, space: SpaceId, part: Part, log: LogKey, cx: &mut Context<'_>) -> Option<u32> {
        if self.gets.len() >= MAX_GETS {
            return None;
        }
        let share = self.shares.get_mut(&space)?;
        let introducing = share.introduction.is_some();
        let stage = share.stage(part);
        if !introducing {
            let want = stage.wants.get_mut(&log)?;
            refresh(want, space, &log, cx);
        }
        stage.tidy(&log);
        let (range, proof) = next(stage.wants.get(&log)?, part);
        if !introducing && !cx.claims.claim(self.session, space, log, cx.now) {
            return None;
        }
        self.next_get = self.next_get.wrapping_add(1);
        self.gets.insert(self.next_get, Getting::new(space, log, range, proof));
        Some(self.next_get)
    }

    /// Ends the rounds in which nothing is left to do; true if that lets another begin.
    fn settle(&mut self, cx: &Context<'_>, out: &mut Vec<Action>) -> bool {
        let turns = self.shares.iter().filter_map(|(space, share)| Some((*space, share.turn()?)));
        let over: Vec<(SpaceId, Part)> = turns.filter(|(space, part)| self.is_over(*space, *part)).collect();
        let any = !over.is_empty();
        over.into_iter().for_each(|(space, part)| self.end_round(space, part, cx, out));
        any
    }

    fn end_round(&mut self, space: SpaceId, part: Part, cx: &Context<'_>, out: &mut Vec<Action>) {
        let share = self.shares.get_mut(&space).expect("just seen");
        if let Some(introduction) = &mut share.introduction {
            share.auth.active = false;
            out.push(Action::Introduce { space, runs: introduction.take() });
        } else if share.stage(part).is_due_again() {
            self.ask(space, part, cx, out);
        } else {
            let stage = share.stage(part);
            (stage.active, stage.probed) = (false, false);
            if share.is_idle() {
                out.push(Action::Synced(space));
            }
        }
    }

    fn is_over(&self, space: SpaceId, part: Part) -> bool {
        let Some(share) = self.shares.get(&space) else { return false };
        let stage = share.look(part);
        let here = |other: SpaceId, log: &LogKey| other == space && Part::of(log) == part;
        !stage.asked
            && stage.wants.is_empty()
            && !self.gets.values().any(|get| here(get.space, &get.log))
            && !self.handed.values().any(|handed| here(handed.space, &handed.log))
    }
}

/// Takes out of a want what has come to be held meanwhile, or would not be taken.
fn refresh(want: &mut Want, space: SpaceId, log: &LogKey, cx: &Context<'_>) {
    let ours = cx.spaces.head(space, log);
    let fork = ours.as_ref().and_then(|head| head.forked);
    if !cx.spaces.takes(space, log) {
        *want = Want::default();
    }
    want.proof = want.proof.filter(|theirs| fork.is_none_or(|ours| *theirs < ours));
    if let Some(ours) = ours.filter(|_| want.probing.is_none()) {
        want.missing = want.missing.without(&ours.held);
    }
    if let Some(fork) = fork {
        want.missing.remove(fork, u64::MAX - 1);
    }
}

/// What to ask for first: a proof; of auth logs the lowest range, of others the highest.
fn next(want: &Want, part: Part) -> (Range, bool) {
    let lowest = want.missing.iter().next();
    let range = if part == Part::Auth { lowest } else { want.missing.newest() };
    match want.proof {
        Some(fork) => (Range::new(fork, fork), true),
        None => (range.expect("a want that is kept has something missing"), false),
    }
}
