//! The fold, fed by hand: what it keeps and what it tells.

use api::event::Event;
use proto::{
    chat::{Body, Edit, React, Say, Unsay},
    id::{OpId, PeerId, PersonId, SpaceId},
    log::{Header, LogKey, Op, VERSION},
    space::Role,
    time::Time,
};
use store::{Store, ops::State, people::Peer};

use super::{LOG, area, summary};
use crate::area::{After, Counted, Delivery};

const SPACE: SpaceId = SpaceId([9; 32]);
const ME: PersonId = PersonId([1; 32]);
const YOU: PersonId = PersonId([2; 32]);

struct World {
    store: Store,
    seq: u64,
}

impl World {
    fn new() -> Self {
        let store = Store::memory();
        let peer = Peer { id: PeerId(YOU.0), person: YOU, kem: None, last_seen: None };
        store.write(move |tx| tx.put_peer(&peer)).wait().unwrap();
        Self { store, seq: 0 }
    }

    /// The next op, of a person whose only peer's key is the person's id.
    fn op(&mut self, by: PersonId, body: &[u8]) -> Op {
        self.seq += 1;
        let (seq, previous) = (self.seq, (self.seq > 1).then_some(OpId([self.seq as u8; 32])));
        let header = Header {
            version: VERSION,
            space: SPACE,
            peer: PeerId(by.0),
            log: LOG,
            seq,
            previous,
            after: vec![],
            auth: vec![],
            epoch: None,
            time: Time(1_000_000 * seq),
            body_hash: [0; 32],
            body_len: 0,
        };
        Op { id: OpId([100 + seq as u8; 32]), header, signature: None, body: Some(body.to_vec()) }
    }

    fn fold(&self, op: &Op, by: PersonId, withdraw: bool) -> Vec<Event> {
        let op = op.clone();
        let write = self.store.write(move |tx| {
            tx.insert_op(&SPACE, &op, State::Applied)?;
            let body = op.body.clone().unwrap();
            let counted = Counted {
                space: SPACE,
                id: op.id,
                header: &op.header,
                author: by,
                role: Role::Writer,
                me: ME,
                body: &body,
                now: op.header.time,
            };
            let mut after = After::new(true);
            let fold = area();
            if withdraw {
                fold.withdraw(tx, &counted, &mut after)?;
            } else {
                fold.apply(tx, &counted, &mut after)?;
            }
            Ok(after.into_events(SPACE))
        });
        write.wait().unwrap()
    }

    fn apply(&mut self, by: PersonId, body: Body) -> (Op, Vec<Event>) {
        let op = self.op(by, &body.to_bytes().unwrap());
        let events = self.fold(&op, by, false);
        (op, events)
    }

    /// Your peer says that it holds my log from beyond `before` up to `upto`.
    fn report(&self, before: u64, upto: u64) -> Vec<Event> {
        let (author, to) = (PeerId(ME.0), YOU);
        let write = self.store.write(move |tx| {
            tx.put_delivered(&SPACE, &LogKey { peer: author, log: LOG }, &PeerId(to.0), upto)?;
            let mut after = After::new(true);
            area().delivered(tx, &Delivery { space: SPACE, area: LOG.area, author, to, before, upto }, &mut after)?;
            Ok(after.into_events(SPACE))
        });
        write.wait().unwrap()
    }
}

fn say(text: &str, mentions: Vec<PersonId>) -> Body {
    Body::Say(Say { text: text.to_owned(), mentions, ..Say::default() })
}

/// The message in the only event, and whether it is new.
fn told(events: &[Event]) -> (&api::chat::Message, bool) {
    match events {
        [Event::Message { message, new }] => (message, *new),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_is_told_as_it_stands_each_time() {
    let mut world = World::new();
    let (op, events) = world.apply(YOU, say("hi", vec![ME]));
    let (message, new) = told(&events);
    assert!(new && message.unread && !message.mine);
    assert_eq!((message.text.as_str(), message.time.as_str()), ("hi", "1970-01-01T00:00:01.000000Z"));
    assert_eq!((&message.author, &message.mentions), (&YOU.short(), &vec![ME.to_string()]));

    let edit = Edit { target: op.id, text: "hi!".to_owned(), mentions: vec![] };
    let (_, events) = world.apply(YOU, Body::Edit(edit));
    assert_eq!((told(&events).0.text.as_str(), told(&events).0.edited, told(&events).1), ("hi!", true, false));
    let (_, events) = world.apply(ME, Body::React(React { target: op.id, emoji: "+".to_owned(), on: true }));
    assert_eq!(told(&events).0.reactions[0].by, [ME.to_string()]);
    let (unsay, events) = world.apply(YOU, Body::Unsay(Unsay { target: op.id }));
    assert!(told(&events).0.withdrawn && told(&events).0.text.is_empty());
    assert_eq!(told(&world.fold(&unsay, YOU, true)).0.text, "hi!");
    assert_eq!(world.fold(&op, YOU, true), [Event::Space { space: SPACE.to_string() }]);
}

#[test]
fn what_makes_no_sense_is_passed_over() {
    let mut world = World::new();
    let op = world.op(YOU, b"no body");
    assert_eq!(world.fold(&op, YOU, false), []);
    assert_eq!(world.fold(&op, YOU, true), []);
    let edit = Edit { target: OpId([1; 32]), text: "waits".to_owned(), mentions: vec![] };
    assert_eq!(world.apply(YOU, Body::Edit(edit)).1, []);
}

#[test]
fn who_holds_it_is_told_and_shown() {
    let mut world = World::new();
    let (first, _) = world.apply(ME, say("one", vec![]));
    let (second, _) = world.apply(ME, say("two", vec![]));
    world.apply(ME, Body::React(React { target: first.id, emoji: "+".to_owned(), on: true }));
    let delivered =
        |id: OpId| Event::Delivered { space: SPACE.to_string(), message: id.to_string(), to: YOU.to_string() };
    assert_eq!(world.report(0, 1), [delivered(first.id)]);
    assert_eq!(world.report(1, 3), [delivered(second.id)]);
    assert_eq!(world.report(2, 3), []);
    let last = world.store.read(|reader| summary(reader, ME, &SPACE)).unwrap().last.unwrap();
    assert_eq!((last.text.as_str(), last.delivered_to), ("two", vec![YOU.to_string()]));
    let (third, events) = world.apply(ME, say("three", vec![]));
    assert_eq!((told(&events).0.id.clone(), told(&events).0.delivered_to.len()), (third.id.to_string(), 0));
}

#[test]
fn a_list_of_spaces_shows_the_latest_and_what_is_unread() {
    let mut world = World::new();
    let look = |world: &World| world.store.read(|reader| summary(reader, ME, &SPACE)).unwrap();
    assert_eq!(look(&world).last, None);
    world.apply(YOU, say("hello", vec![]));
    assert_eq!((look(&world).unread, look(&world).mentioned), (1, false));
    world.apply(YOU, say("@me", vec![ME]));
    world.apply(ME, say("mine", vec![]));
    let summary = look(&world);
    assert_eq!((summary.unread, summary.mentioned, summary.last.unwrap().text.as_str()), (2, true, "mine"));
}
