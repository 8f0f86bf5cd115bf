//! What happens between partners that keep to the protocol.

use proptest::prelude::*;

use super::bench::{End, Holder, Pair, SPACE, head_of, log, ops, peer};
use crate::{
    log::{Area, Op, Range, Run},
    sync::{Digest, Message, Part, Spaces, WINDOW},
};

fn history(author: u8, count: u64, begin: u64) -> Vec<Op> {
    [ops(author, Area::AUTH, 3, begin, 20), ops(author, Area::CHAT, count, begin, 20)].concat()
}

#[test]
fn both_directions_at_once() {
    let mut pair = Pair::new(
        Holder::new(&[1, 2], [history(1, 700, 0), history(3, 40, 0)].concat()),
        Holder::new(&[1, 2], [history(2, 1300, 100), history(4, 1, 0)].concat()),
    );
    pair.start();
    pair.run(usize::MAX);
    assert!(pair.agrees());
    assert!(pair.ends.iter().all(|end| end.synced));
}

#[test]
fn equal_holders_say_no_more_than_that() {
    let mut pair = Pair::new(Holder::new(&[1, 2], history(1, 9, 0)), Holder::new(&[1, 2], history(1, 9, 0)));
    pair.start();
    assert_eq!(pair.run(usize::MAX), 8, "two questions and two answers each way");
}

#[test]
fn auth_first_then_newest_first() {
    let all = [history(1, 1500, 0), history(3, 1500, 2000), history(4, 10, 700)].concat();
    let mut pair = Pair::new(Holder::new(&[1, 2], all), Holder::new(&[1, 2], []));
    pair.start();
    pair.run(usize::MAX);
    let taken = &pair.holders[1].taken;
    let first_rest = taken.iter().position(|(log, _)| Part::of(log) == Part::Rest).unwrap();
    assert!(taken[first_rest..].iter().all(|(log, _)| Part::of(log) == Part::Rest));
    let last_of_3 = taken.iter().rposition(|(of, _)| *of == log(3, Area::CHAT)).unwrap();
    let last_of_1 = taken.iter().rposition(|(of, _)| *of == log(1, Area::CHAT)).unwrap();
    assert!(last_of_3 < last_of_1, "the younger log is whole before the older: {taken:?}");
    assert_eq!(taken[first_rest].1.last, 1500, "its newest ops first");
    assert!(pair.agrees());
}

#[test]
fn never_more_on_its_way_than_the_window_allows() {
    let mut pair = Pair::new(Holder::new(&[1, 2], ops(1, Area::CHAT, 12_000, 0, 8)), Holder::new(&[1, 2], []));
    pair.start();
    pair.run(usize::MAX);
    assert!(pair.agrees());
    assert!(pair.most_runs > 4 && pair.most_runs <= WINDOW as usize, "{}", pair.most_runs);
}

#[test]
fn runs_received_can_be_passed_on() {
    let mut first = Pair::new(Holder::new(&[1, 2], ops(1, Area::CHAT, 1800, 0, 8)), Holder::new(&[1, 2, 3], []));
    first.start();
    first.run(usize::MAX);
    let middle = first.holders[1].held[&log(1, Area::CHAT)].values();
    assert!(middle.filter(|op| op.signature.is_some()).count() < 10, "most signatures are not kept");
    let [_, middle] = first.holders;
    let mut second = Pair::new(middle, Holder::new(&[1, 2], []));
    second.start();
    second.run(usize::MAX);
    assert!(second.agrees());
    let sent: u64 = second.holders[1].taken.iter().map(|(_, range)| range.len()).sum();
    assert_eq!(sent, 1800, "nothing twice");
}

#[test]
fn runs_that_reach_above_what_was_asked_for_leave_nothing_out() {
    let mut first = Pair::new(Holder::new(&[1, 2], ops(1, Area::CHAT, 40, 0, 8)), Holder::new(&[1, 2, 3], []));
    first.start();
    first.run(usize::MAX);
    let [_, mut middle] = first.holders;
    middle.most = Some(3);
    let mut second = Pair::new(middle, Holder::new(&[1, 2], []));
    second.start();
    second.run(usize::MAX);
    assert!(second.agrees(), "its only signature is the last: every run reaches up to there");
}

#[test]
fn a_new_op_rides_in_the_hint() {
    let mut pair = Pair::new(Holder::new(&[1, 2], history(1, 5, 0)), Holder::new(&[1, 2], history(1, 5, 0)));
    pair.start();
    pair.run(usize::MAX);
    let new = ops(1, Area::CHAT, 6, 0, 20).pop().unwrap();
    let heads = [head_of(new.header.key(), &[(6, new.clone())].into())];
    let run = Run::new(std::slice::from_ref(&new)).unwrap();
    pair.holders[0].hold([new]);
    pair.ends[0].turn(&mut pair.holders[0], |sync, cx| sync.handle_changed(SPACE, &heads, Some(&run), cx));
    assert_eq!(pair.run(usize::MAX), 1, "one message, and it is there");
    assert!(pair.agrees());
}

#[test]
fn a_hint_that_does_not_attach_is_a_reason_to_ask() {
    let mut pair = Pair::new(Holder::new(&[1, 2], history(1, 9, 0)), Holder::new(&[1, 2], history(1, 5, 0)));
    pair.holders[0].now = pair.holders[1].now;
    let new = pair.holders[0].held[&log(1, Area::CHAT)][&9].clone();
    let heads = [head_of(new.header.key(), &[(9, new.clone())].into())];
    let run = Run::new(&[new]).unwrap();
    pair.ends[0].turn(&mut pair.holders[0], |sync, cx| sync.handle_changed(SPACE, &heads, Some(&run), cx));
    pair.run(usize::MAX);
    assert!(pair.agrees());
}

#[test]
fn what_one_partner_sends_the_other_is_not_asked_for() {
    let all = ops(3, Area::CHAT, 3000, 0, 8);
    let mut sources = [Holder::new(&[2], all.clone()), Holder::new(&[2], all)];
    let mut newcomer = Holder::new(&[1, 3], []);
    let mut theirs = [End::new(2, 1), End::new(2, 1)];
    let mut ours = [End::new(1, 1), End::new(3, 2)];
    ours.iter_mut().for_each(|end| end.turn(&mut newcomer, |sync, cx| sync.start(cx)));
    let mut idle = false;
    while !std::mem::replace(&mut idle, true) {
        for at in 0..2 {
            while let Some(message) = ours[at].sent.pop_front() {
                theirs[at].receive(&mut sources[at], message);
            }
            if let Some(message) = theirs[at].sent.pop_front() {
                ours[at].receive(&mut newcomer, message);
                idle = false;
            }
        }
    }
    let received: u64 = newcomer.taken.iter().map(|(_, range)| range.len()).sum();
    assert_eq!((newcomer.all().len(), received), (3000, 3000));
}

#[test]
fn a_space_not_known_is_introduced_by_its_auth_log() {
    let mut stranger = Holder::new(&[1, 2], []);
    stranger.knows = false;
    let mut pair = Pair::new(Holder::new(&[1, 2], [history(1, 600, 0), history(3, 5, 0)].concat()), stranger);
    pair.start();
    pair.run(usize::MAX);
    assert!(pair.agrees() && pair.holders[1].knows);
}

#[test]
fn who_is_no_member_is_told_nothing() {
    let mut pair = Pair::new(Holder::new(&[1], history(1, 600, 0)), Holder::new(&[1, 2], []));
    pair.start();
    pair.run(usize::MAX);
    assert!(pair.holders[1].all().is_empty());
    let ask = crate::sync::Ask { space: SPACE, part: Part::Rest, digest: Digest::NOTHING, after: None };
    let get = crate::sync::Get {
        id: 9,
        space: SPACE,
        log: log(1, Area::CHAT),
        range: Range::new(1, 9),
        credit: 1,
        proof: false,
    };
    pair.ends[0].receive(&mut pair.holders[0], Message::Ask(ask));
    pair.ends[0].receive(&mut pair.holders[0], Message::Get(get));
    let said: Vec<Message> = pair.ends[0].sent.drain(..).collect();
    assert!(said.iter().all(|message| match message {
        Message::Unshared(..) => true,
        Message::Ops(ops) => ops.run.is_none(),
        _ => false,
    }));
}

#[test]
fn who_becomes_a_member_is_told_at_once() {
    let mut pair = Pair::new(Holder::new(&[1], history(1, 6, 0)), Holder::new(&[1, 2], []));
    pair.holders[1].knows = false;
    pair.start();
    pair.run(usize::MAX);
    pair.holders[0].members.insert(peer(2));
    pair.ends[0].turn(&mut pair.holders[0], |sync, cx| sync.handle_changed(SPACE, &[], None, cx));
    pair.run(usize::MAX);
    assert!(pair.agrees());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_held_and_wherever_it_is_cut(
        counts in proptest::collection::vec((0u64..900, 0u64..2000), 4),
        split in proptest::collection::vec(0usize..3, 4),
        cuts in proptest::collection::vec(1usize..30, 0..6),
        most in proptest::option::of(1u64..300),
    ) {
        let mut holders = [Holder::new(&[1, 2], []), Holder::new(&[1, 2], [])];
        for (author, ((count, begin), to)) in (3..).zip(counts.into_iter().zip(split)) {
            let all = history(author, count, begin);
            let mut parts = [all.clone(), all.clone()];
            parts[to % 2].truncate(all.len() * 2 / 3);
            holders.iter_mut().zip(parts).for_each(|(holder, part)| holder.hold(part));
        }
        holders.iter_mut().for_each(|holder| holder.most = most);
        let [one, two] = holders;
        let mut pair = Pair::new(one, two);
        pair.start();
        for cut in cuts {
            pair.run(cut);
            pair.reconnect();
        }
        pair.run(usize::MAX);
        prop_assert!(pair.agrees());
        prop_assert_eq!(pair.holders[0].digest(SPACE, Part::Rest), pair.holders[1].digest(SPACE, Part::Rest));
    }
}
