//! Partners that do not keep to the protocol: the session ends with the reason, and memory stays bounded.

use std::time::Duration;

use super::bench::{End, Holder, SPACE, log, ops};
use crate::{
    id::OpId,
    log::{Area, LogId, LogKey, Range, Ranges, Run},
    sync::{
        Ask, Digest, Fault, Get, Head, Heads, Hint, MAX_ASKS, MAX_GETS, MAX_HEADS, MAX_PAGES, MAX_WANTS, Message, Ops,
        Part, SILENCE, WINDOW,
    },
    time::Time,
};

fn member() -> (Holder, End) {
    let mut holder = Holder::new(&[2], ops(1, Area::CHAT, 3000, 0, 8));
    let mut end = End::new(2, 1);
    end.turn(&mut holder, |sync, cx| sync.start(cx));
    (holder, end)
}

/// What the session ends with after this was said.
fn after(said: impl IntoIterator<Item = Message>) -> Option<Fault> {
    let (mut holder, mut end) = member();
    said.into_iter().find_map(|message| {
        end.receive(&mut holder, message);
        end.closed
    })
}

fn get(id: u32, credit: u32) -> Message {
    let (log, range) = (log(1, Area::CHAT), Range::new(1, 3000));
    Message::Get(Get { id, space: SPACE, log, range, credit, proof: false })
}

/// A log nobody ever wrote.
fn lie(n: usize) -> Head {
    let mut instance = [0; 32];
    instance[..8].copy_from_slice(&(n as u64).to_be_bytes());
    let log = LogKey { log: LogId { area: Area::CHAT, instance: Some(OpId(instance)) }, ..log(1, Area::CHAT) };
    Head { log, held: Ranges::of(1, 5), last: OpId([1; 32]), time: Time(1), forked: None }
}

fn page(heads: Vec<Head>, more: bool) -> Message {
    Message::Heads(Heads { space: SPACE, part: Part::Rest, heads, more })
}

#[test]
fn answers_to_nothing() {
    let (get, run) = (77, None);
    assert_eq!(after([Message::Ops(Ops { get, run, done: true })]), Some(Fault::Unasked));
    assert_eq!(after([page(vec![], false), page(vec![], false)]), Some(Fault::Unasked));
    let same = || Message::Same(SPACE, Part::Auth);
    assert_eq!(after([same(), same()]), Some(Fault::Unasked));
    assert_eq!(after([Message::Unshared(crate::id::SpaceId([9; 32]), Part::Auth)]), Some(Fault::Unasked));
}

#[test]
fn more_at_once_than_agreed() {
    assert_eq!(after([get(1, WINDOW + 1)]), Some(Fault::TooMuch));
    assert_eq!(after([get(1, 1), get(1, 1)]), Some(Fault::TooMuch));
    assert_eq!(after((0..=MAX_GETS as u32).map(|id| get(id, 0))), Some(Fault::TooMuch));
    assert_eq!(after([get(1, 0), Message::Credit(1, u32::MAX)]), Some(Fault::TooMuch));
    let ask = Ask { space: SPACE, part: Part::Rest, digest: Digest::NOTHING, after: None };
    assert_eq!(after((0..=MAX_ASKS).map(|_| Message::Ask(ask.clone()))), Some(Fault::TooMuch));
    assert_eq!(after([page((0..=MAX_HEADS).map(lie).collect(), false)]), Some(Fault::TooMuch));
}

#[test]
fn what_is_asked_within_the_limits_is_answered() {
    assert_eq!(after((0..MAX_GETS as u32).map(|id| get(id, 0))), None);
    assert_eq!(after([get(1, WINDOW), Message::Stop(1), Message::Stop(5), Message::Credit(9, 1)]), None);
}

#[test]
fn pages_out_of_order_and_without_end() {
    assert_eq!(after([page(vec![lie(2), lie(1)], false)]), Some(Fault::Disorder));
    assert_eq!(after([page(vec![lie(1), lie(1)], false)]), Some(Fault::Disorder));
    assert_eq!(after([page(vec![], true)]), Some(Fault::Disorder));
    let endless = (0..).map(|n| page(vec![lie(n)], true));
    assert_eq!(after(endless.take(MAX_PAGES + 1)), Some(Fault::Disorder));
}

#[test]
fn a_liar_costs_bounded_memory_and_no_rounds_without_end() {
    let (mut holder, mut end) = member();
    for at in 0..MAX_WANTS / MAX_HEADS + 9 {
        let heads = (0..MAX_HEADS).map(|n| lie(at * MAX_HEADS + n)).collect();
        end.receive(&mut holder, page(heads, true));
    }
    end.receive(&mut holder, page(vec![], false));
    end.receive(&mut holder, Message::Same(SPACE, Part::Auth));
    let mut asked = 0;
    while let Some(message) = end.sent.pop_front() {
        if let Message::Get(get) = message {
            asked += 1;
            end.receive(&mut holder, Message::Ops(Ops { get: get.id, run: None, done: true }));
        }
    }
    assert_eq!((asked, end.closed), (MAX_WANTS, None));
    assert!(end.synced);
}

#[test]
fn broken_runs() {
    let mut ops = ops(3, Area::CHAT, 2, 0, 8);
    ops[1].signature = Some(crate::key::Signature([0; 64]));
    let head = Head {
        log: log(3, Area::CHAT),
        held: Ranges::of(1, 2),
        last: ops[1].id,
        time: ops[1].header.time,
        forked: None,
    };
    let hint = Message::Hint(Hint { space: SPACE, heads: vec![head], run: Run::new(&ops) });
    assert_eq!(after([hint]), Some(Fault::BrokenRun));
}

#[test]
fn a_run_of_another_log_than_asked_for() {
    let (mut holder, mut end) = member();
    end.receive(&mut holder, Message::Same(SPACE, Part::Auth));
    end.sent.clear();
    end.receive(&mut holder, page(vec![lie(1)], false));
    let Some(Message::Get(get)) = end.sent.pop_front() else { panic!("it asks for what is new") };
    let other = Run::new(&ops(4, Area::CHAT, 5, 0, 8));
    end.receive(&mut holder, Message::Ops(Ops { get: get.id, run: other, done: true }));
    assert_eq!(end.closed, Some(Fault::BrokenRun));
}

#[test]
fn silence() {
    let (mut holder, mut end) = member();
    holder.now = holder.now + SILENCE;
    end.turn(&mut holder, |sync, cx| sync.tick(cx));
    assert_eq!(end.closed, None);
    holder.now = holder.now + Duration::from_secs(1);
    end.turn(&mut holder, |sync, cx| sync.tick(cx));
    assert_eq!(end.closed, Some(Fault::Silent));
}
