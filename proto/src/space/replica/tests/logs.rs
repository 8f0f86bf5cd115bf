//! Taking ops in any order, with holes, twice, forked and untimely.

use crate::{
    id::OpId,
    log::{Area, Header, LogId, Op, Range, Ranges},
    space::{
        Fault, FaultKind, Kind, Pending, Policy, Refusal, Role, Verdict, Void,
        testing::{CHAT, Peer},
    },
    time::Time,
};

/// A founder who said `count` things, and a member who has heard none of them.
fn speaker(count: u64) -> (Peer, Peer, Vec<Op>) {
    let mut ann = Peer::founding(1, Kind::Group, Policy::of(Kind::Group));
    let mut bob = Peer::new(2, ann.replica.space());
    let link = ann.invite(100, Role::Writer, None, 2000);
    ann.say("first", 2500);
    ann.admit(&mut bob, &link, 3000).unwrap();
    let said = (0..count).map(|number| ann.say(&number.to_string(), 4000 + number)).collect();
    (ann, bob, said)
}

/// As ops are after the run they came in: unsigned but for the last.
fn run(ops: &[Op]) -> Vec<Op> {
    let mut ops = ops.to_vec();
    let end = ops.len() - 1;
    ops[..end].iter_mut().for_each(|op| op.signature = None);
    ops
}

fn now() -> Time {
    Time::from_millis(10_000)
}

/// The op again, with another moment: what an equivocator would sign.
fn twin(peer: &Peer, op: &Op, change: impl FnOnce(&mut Header)) -> Op {
    let mut header = op.header.clone();
    header.time = Time(header.time.0 + 1);
    change(&mut header);
    Op::sign(header, op.body.clone().unwrap(), &peer.key)
}

#[test]
fn newest_first_leaves_holes_that_are_filled() {
    let (_, mut bob, said) = speaker(20);
    let key = said[0].header.key();
    bob.take(&run(&said[10..])).unwrap();
    bob.take(&run(&said[2..5])).unwrap();
    let held = bob.replica.head(&key).unwrap();
    let wanted: Vec<Range> = vec![Range::new(1, 1), Range::new(4, 6), Range::new(12, 21)];
    assert_eq!(held.held.iter().collect::<Vec<_>>(), wanted);
    let done = bob.take(&run(&said[..12])).unwrap();
    assert_eq!(done.stored.len(), 12 - 3 - 2);
    assert_eq!(done.witness.unwrap().id, said[11].id, "its signature covers what is new");
    assert_eq!(bob.replica.head(&key).unwrap().held, Ranges::of(1, 21));
    assert_eq!(bob.take(&run(&said)).unwrap().stored, vec![]);
    assert_eq!(bob.memory.log(&key).len(), 21);
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let (ann, mut bob, said) = speaker(6);
    let key = said[0].header.key();
    let wrong = |header: &mut Header| header.previous = Some(OpId([9; 32]));
    let alien = twin(&ann, &said[1], wrong);
    bob.take(&run(&said[..1])).unwrap();
    let before = bob.replica.digest();
    assert_eq!(bob.take(&[alien]), Err(Refusal::Conflict { log: key, below: 3 }));
    let stranger = Peer::new(9, bob.replica.space());
    let mut header = said[0].header.clone();
    header.peer = stranger.id();
    assert_eq!(bob.take(&[Op::sign(header, vec![], &stranger.key)]), Err(Refusal::Stranger));
    let mut header = said[0].header.clone();
    header.space.0[0] ^= 1;
    assert_eq!(bob.take(&[Op::sign(header, vec![], &ann.key)]), Err(Refusal::OtherSpace));
    assert_eq!(bob.replica.digest(), before);
}

#[test]
fn holes_have_a_limit() {
    let (_, mut bob, said) = speaker(140);
    let refused = said.iter().skip(1).step_by(2).map(|op| bob.take(std::slice::from_ref(op))).filter_map(Result::err);
    let refused: Vec<Refusal> = refused.collect();
    assert!(!refused.is_empty() && refused.iter().all(|why| *why == Refusal::TooManyHoles));
}

#[test]
fn of_two_ops_at_one_place_neither_counts_nor_what_follows() {
    let (ann, mut bob, said) = speaker(6);
    let key = said[0].header.key();
    let other = twin(&ann, &said[3], |_| ());
    let next = twin(&ann, &said[4], |header| header.previous = Some(other.id));
    bob.take(&run(&said)).unwrap();
    let done = bob.take(&run(&[other.clone(), next.clone()])).unwrap();
    let rival = vec![Op { signature: None, ..other.clone() }, next];
    assert_eq!(done.faults, [Fault { log: key, seq: 5, kind: FaultKind::Fork { rival } }]);
    let verdicts: Vec<bool> =
        said.iter().map(|op| bob.replica.verdict(op, now()) == Verdict::Void(Void::Forked)).collect();
    assert_eq!(verdicts, [false, false, false, true, true, true]);
    assert_eq!(bob.replica.head(&key).unwrap().held, Ranges::of(1, 4));

    // Whoever holds the other branch comes to the same.
    let mut cid = Peer::new(3, ann.replica.space());
    for op in ann.memory.in_order().into_iter().filter(|op| op.header.log.area == Area::AUTH) {
        cid.take(&[op]).unwrap();
    }
    cid.take(&ann.memory.log(&key)[..1]).unwrap();
    cid.take(&run(&said[..3])).unwrap();
    cid.take(&[other]).unwrap();
    cid.take(&run(&said[3..])).unwrap();
    assert_eq!(cid.replica.digest(), bob.replica.digest());
    let loaded = bob.reloaded();
    assert_eq!(loaded.verdict(&said[3], now()), Verdict::Void(Void::Forked));
    assert_eq!(loaded.digest(), bob.replica.digest());
}

#[test]
fn an_auth_log_that_forks_counts_up_to_the_fork() {
    let (mut ann, mut bob, _) = speaker(1);
    let before = ann.replica.membership().unwrap().clone();
    let mut header = ann.memory.in_order().into_iter().rfind(|op| op.header.log.area == Area::AUTH).unwrap().header;
    bob.fetch(&ann);
    ann.invite(101, Role::Writer, None, 5000);
    let one = ann.memory.in_order().into_iter().rfind(|op| op.header.log.area == Area::AUTH).unwrap();
    header = Header { previous: Some(one.header.previous.unwrap()), seq: one.header.seq, ..header };
    header.time = Time(one.header.time.0 + 5);
    header.auth = one.header.auth.clone();
    let two = Op::sign(header, one.body.clone().unwrap(), &ann.key);
    for pair in [[&one, &two], [&two, &one]] {
        let mut cid = Peer::new(3, bob.replica.space());
        cid.fetch(&bob);
        cid.take(std::slice::from_ref(pair[0])).unwrap();
        let done = cid.take(std::slice::from_ref(pair[1])).unwrap();
        assert_eq!(done.faults.len(), 1);
        assert_eq!(cid.replica.membership(), Some(&before));
        assert_eq!(cid.reloaded().membership(), Some(&before));
    }
}

#[test]
fn an_op_no_later_than_what_it_answers_does_not_count_in_whatever_order_they_come() {
    let (ann, mut bob, said) = speaker(3);
    bob.fetch(&ann);
    let answer = bob.say("answer", 5000);
    let lie = {
        let mut header = answer.header.clone();
        header.after = vec![said[2].id];
        header.time = said[2].header.time;
        Op::sign(header, answer.body.clone().unwrap(), &bob.key)
    };
    let verdict = Verdict::Void(Void::Untimely);
    let auth: Vec<Op> = ann.memory.in_order().into_iter().filter(|op| op.header.log.area == Area::AUTH).collect();
    let mut first = Peer::new(3, ann.replica.space());
    let mut second = Peer::new(4, ann.replica.space());
    for op in &auth {
        first.take(std::slice::from_ref(op)).unwrap();
        second.take(std::slice::from_ref(op)).unwrap();
    }
    first.take(&run(&said)).unwrap();
    let done = first.take(std::slice::from_ref(&lie)).unwrap();
    assert_eq!(done.faults, [Fault { log: lie.header.key(), seq: 1, kind: FaultKind::Untimely }]);
    let done = second.take(std::slice::from_ref(&lie)).unwrap();
    assert_eq!((done.faults.len(), done.awaits.len()), (0, 1));
    // A restart in between does not forget what is waited for.
    second.replica = second.reloaded();
    let done = second.take(&run(&said)).unwrap();
    assert_eq!(done.faults.len(), 1);
    assert_eq!(first.replica.verdict(&lie, now()), verdict);
    assert_eq!(second.replica.verdict(&lie, now()), verdict);
    assert_eq!(second.reloaded().verdict(&lie, now()), verdict);
}

#[test]
fn what_is_not_due_yet_waits_and_is_not_answered() {
    let (mut ann, mut bob, _) = speaker(1);
    let hour = 3_600_000;
    let ahead = ann.say("from the future", hour);
    bob.fetch(&ann);
    let due = Time::from_millis(hour - 300_000);
    assert_eq!(bob.replica.verdict(&ahead, now()), Verdict::Pending(Pending::Due(due)));
    let said = bob.say("now", 11_000);
    assert_eq!(said.header.time, Time::from_millis(11_000), "nobody's clock is dragged along");
    assert!(bob.replica.latest(now()).unwrap() < Time::from_millis(12_000));
    assert!(matches!(bob.replica.verdict(&ahead, due), Verdict::Counts(_)));
}

#[test]
fn an_answer_is_later_than_what_is_shown_though_a_later_op_of_that_log_is_not_due() {
    let (mut ann, mut bob, _) = speaker(1);
    let shown = ann.say("a little ahead", 300_000);
    let ahead = ann.say("further ahead", 400_000);
    bob.fetch(&ann);
    let now = 50_000;
    assert!(matches!(bob.replica.verdict(&shown, Time::from_millis(now)), Verdict::Counts(_)));
    assert!(matches!(bob.replica.verdict(&ahead, Time::from_millis(now)), Verdict::Pending(_)));
    let mut restarted =
        Peer { replica: bob.reloaded(), memory: bob.memory.clone(), ..Peer::new(2, bob.replica.space()) };
    for peer in [&mut bob, &mut restarted] {
        let answer = peer.say("answer", now);
        assert!(answer.header.time > shown.header.time && answer.header.time < ahead.header.time);
        assert!(matches!(peer.replica.verdict(&answer, Time::from_millis(now)), Verdict::Counts(_)));
    }
}

#[test]
fn content_waits_for_auth_and_auth_for_auth() {
    let (mut ann, mut bob, said) = speaker(2);
    let link = ann.invite(101, Role::Writer, None, 5000);
    let mut cid = Peer::new(3, ann.replica.space());
    ann.admit(&mut cid, &link, 5100).unwrap();
    let of_cid = cid.invite(102, Role::Reader, None, 5200);
    let waits = cid.memory.log(&crate::log::LogKey { peer: cid.id(), log: LogId::of(Area::AUTH) });
    let later = ann.say("later", 5300);
    bob.take(&run(&[&said[..], std::slice::from_ref(&later)].concat())).unwrap();
    assert_eq!(bob.replica.verdict(&later, now()), Verdict::Pending(Pending::Auth));
    let done = bob.take(&waits).unwrap();
    assert!(done.lacks_auth && !done.auth && done.stored.len() == waits.len());
    bob.fetch(&ann);
    assert!(matches!(bob.replica.verdict(&later, now()), Verdict::Counts(_)));
    assert!(bob.replica.membership().unwrap().invitations.contains_key(&crate::id::InvitationId(of_cid.0)));
    cid.fetch(&ann);
    cid.fetch(&bob);
    assert_eq!(bob.replica.membership(), cid.replica.membership());
}

#[test]
fn what_was_stored_is_what_was_held() {
    let (mut ann, mut bob, said) = speaker(30);
    bob.take(&run(&said[20..])).unwrap();
    bob.say("hm", 6000);
    ann.fetch(&bob);
    for peer in [&ann, &bob] {
        let loaded = peer.reloaded();
        assert_eq!(loaded.digest(), peer.replica.digest());
        assert_eq!(loaded.membership(), peer.replica.membership());
        assert_eq!(loaded.auth_heads(), peer.replica.auth_heads());
        assert_eq!(loaded.secrets().count(), peer.replica.secrets().count());
    }
    bob.replica = bob.reloaded();
    let said = bob.say("on", 7000);
    assert_eq!(said.header.log, CHAT);
    ann.take(std::slice::from_ref(&said)).unwrap();
    assert_eq!(ann.replica.open(&said).unwrap(), b"on");
}
