//! The durable view beside the reference model, and what the model does not say: marks, words, attachments.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, sample::Index};
use proto::{
    chat::{Attachment, Body, Edit, Position, React, ReadMark, Say, Unsay, View},
    id::{BlobHash, OpId, PeerId, PersonId, SpaceId},
    log::{Area, Header, LogId},
    time::Time,
};

use super::{ChatMessage, ChatOp, Page, Touched, Unread};
use crate::{Error, Store, ops::State};

const SPACE: SpaceId = SpaceId([1; 32]);
const OTHER_SPACE: SpaceId = SpaceId([2; 32]);
const ME: PersonId = PersonId([0; 32]);
const YOU: PersonId = PersonId([1; 32]);

#[derive(Debug, Clone)]
struct Op {
    space: SpaceId,
    time: Time,
    id: OpId,
    by: PersonId,
    body: Body,
}

impl Op {
    fn at(&self) -> Position {
        (self.time, self.id)
    }

    /// As it stands in its author's log, which no two of these share a place in.
    fn in_log(&self) -> proto::log::Op {
        let header = Header {
            version: proto::log::VERSION,
            space: self.space,
            peer: PeerId(self.by.0),
            log: LogId::of(Area::CHAT),
            seq: 1 + u64::from(self.id.0[0]) + 256 * u64::from(self.id.0[31]),
            previous: None,
            after: vec![],
            auth: vec![],
            epoch: None,
            time: self.time,
            body_hash: [0; 32],
            body_len: 0,
        };
        proto::log::Op { id: self.id, header, signature: None, body: None }
    }
}

struct World(Store);

impl World {
    fn new() -> Self {
        Self(Store::memory())
    }

    fn apply(&self, op: &Op) -> Option<Touched> {
        self.write(op, |tx, op| tx.apply_chat(op))
    }

    fn withdraw(&self, op: &Op) -> Option<Touched> {
        self.write(op, |tx, op| tx.withdraw_chat(op))
    }

    fn write(
        &self,
        op: &Op,
        work: impl FnOnce(&mut crate::Tx<'_>, &ChatOp<'_>) -> Result<Option<Touched>, Error> + Send + 'static,
    ) -> Option<Touched> {
        let Op { space, time, id, by, body } = op.clone();
        let log_op = op.in_log();
        let write = self.0.write(move |tx| {
            tx.insert_op(&space, &log_op, State::Applied)?;
            work(tx, &ChatOp { space: &space, time, id, by, me: ME, body: &body })
        });
        write.wait().unwrap()
    }

    fn mark(&self, upto: Option<Position>) -> Unread {
        self.0.write(move |tx| tx.read_chat(&SPACE, upto)).wait().unwrap()
    }

    fn page(&self, page: Page) -> Vec<ChatMessage> {
        self.0.read(|r| r.chat_page(&SPACE, &page)).unwrap()
    }

    fn unread(&self) -> Unread {
        self.0.read(|r| r.chat_unread(&SPACE)).unwrap()
    }

    fn found(&self, text: &str, space: Option<&SpaceId>) -> Vec<u8> {
        let found = self.0.read(|r| r.chat_search(text, space, 10)).unwrap();
        found.iter().map(|found| found.message.id.0[0]).collect()
    }

    fn attached(&self, hash: u8) -> Vec<SpaceId> {
        self.0.read(|r| r.attached_in(&BlobHash([hash; 32]))).unwrap()
    }
}

fn op(id: u8, time: u64, by: PersonId, body: Body) -> Op {
    Op { space: SPACE, time: Time(time), id: OpId([id; 32]), by, body }
}

fn say(id: u8, text: &str) -> Op {
    op(id, id.into(), YOU, Body::Say(Say { text: text.to_owned(), ..Say::default() }))
}

fn edit(id: u8, target: u8, text: &str) -> Op {
    op(id, id.into(), YOU, Body::Edit(Edit { target: OpId([target; 32]), text: text.to_owned(), mentions: vec![] }))
}

fn unsay(id: u8, target: u8) -> Op {
    op(id, id.into(), YOU, Body::Unsay(Unsay { target: OpId([target; 32]) }))
}

fn ids(messages: &[ChatMessage]) -> Vec<u8> {
    messages.iter().map(|message| message.message.id.0[0]).collect()
}

#[test]
fn pages_in_order() {
    let world = World::new();
    for id in [4, 2, 5, 1, 3] {
        assert_eq!(world.apply(&say(id, "x")), Some(Touched { id: OpId([id; 32]), new: true }));
        assert_eq!(world.apply(&say(id, "x")), None);
    }
    let (two, four) = (Some(say(2, "").at()), Some(say(4, "").at()));
    assert_eq!(ids(&world.page(Page::ALL)), [1, 2, 3, 4, 5]);
    assert_eq!(ids(&world.page(Page { most: 2, latest: true, ..Page::ALL })), [4, 5]);
    assert_eq!(ids(&world.page(Page { most: 2, latest: true, before: four, ..Page::ALL })), [2, 3]);
    assert_eq!(ids(&world.page(Page { most: 2, after: two, ..Page::ALL })), [3, 4]);
    assert_eq!(ids(&world.page(Page { after: two, before: four, ..Page::ALL })), [3]);
    let between = |from: u8, to: u8| world.0.read(|r| r.chat_between(&OpId([from; 32]), &OpId([to; 32]), 2)).unwrap();
    assert_eq!(between(2, 4), [OpId([2; 32]), OpId([3; 32])]);
    assert_eq!(between(6, 9), []);
}

#[test]
fn messages_of_one_microsecond_all_stay() {
    let world = World::new();
    let same = |id: u8| {
        let mut bytes = [7; 32];
        bytes[31] = id;
        Op { id: OpId(bytes), ..say(7, "same") }
    };
    for id in [3, 1, 2] {
        world.apply(&same(id));
        assert_eq!(world.apply(&same(id)), None);
    }
    let order: Vec<u8> = world.page(Page::ALL).iter().map(|message| message.message.id.0[31]).collect();
    assert_eq!(order, [1, 2, 3]);
    assert_eq!(world.found("same", None).len(), 3);
}

#[test]
fn a_message_shown_in_another_space_than_its_op_is_changed_there() {
    let world = World::new();
    let shown = |op: &Op, withdraw: bool| {
        let (op, log_op) = (op.clone(), op.in_log());
        let write = world.0.write(move |tx| {
            tx.insert_op(&OTHER_SPACE, &log_op, State::Applied)?;
            let op = ChatOp { space: &SPACE, time: op.time, id: op.id, by: op.by, me: ME, body: &op.body };
            if withdraw { tx.withdraw_chat(&op) } else { tx.apply_chat(&op) }
        });
        write.wait().unwrap()
    };
    assert!(shown(&say(1, "first"), false).is_some_and(|touched| touched.new));
    assert!(shown(&edit(2, 1, "second"), false).is_some());
    let message = world.0.read(|r| r.chat_message(&OpId([1; 32]))).unwrap().unwrap();
    assert_eq!((message.space, message.message.standing.text.as_str()), (SPACE, "second"));
    let found = world.0.read(|r| r.chat_between(&OpId([1; 32]), &OpId([2; 32]), 5)).unwrap();
    assert_eq!(found, [OpId([1; 32])]);
    assert!(shown(&say(1, "first"), true).is_some());
    assert!(world.page(Page::ALL).is_empty());
}

#[test]
fn a_change_counts_only_in_its_own_space() {
    let world = World::new();
    world.apply(&say(1, "mine"));
    assert_eq!(world.apply(&Op { space: OTHER_SPACE, ..unsay(2, 1) }), None);
    assert!(!world.page(Page::ALL)[0].message.standing.withdrawn);
}

#[test]
fn words_are_found_as_they_now_stand() {
    let world = World::new();
    world.apply(&say(1, "the quick brown fox"));
    world.apply(&say(2, "The Quick émigré, \"quoted\" o'clock"));
    world.apply(&Op { space: OTHER_SPACE, ..say(3, "quick 東京都に行く") });
    let cases: &[(&str, &[u8])] = &[
        ("quick", &[3, 2, 1]),
        ("QUI", &[3, 2, 1]),
        ("quick fox", &[1]),
        ("qui fox", &[]),
        ("fox qui", &[1]),
        ("emigre", &[2]),
        ("o'clock quoted", &[2]),
        ("京都", &[3]),
        ("都京", &[]),
        ("", &[]),
        ("*", &[]),
        ("fox OR quoted", &[]),
        ("text:fox", &[]),
        ("\u{e000}1", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(world.found(text, None), *expected, "{text}");
    }
    assert_eq!(world.found("quick", Some(&SPACE)), [2, 1]);
    assert_eq!(world.found("quick", Some(&SpaceId([9; 32]))), []);

    world.apply(&edit(4, 1, "a slow fox"));
    world.apply(&unsay(5, 2));
    assert_eq!(world.found("quick", None), [3]);
    assert_eq!(world.found("slow", None), [1]);
    world.withdraw(&edit(4, 1, "a slow fox"));
    world.withdraw(&unsay(5, 2));
    assert_eq!(world.found("quick", None), [3, 2, 1]);
    assert_eq!(world.found("slow", None), []);
    world.withdraw(&say(1, "the quick brown fox"));
    assert_eq!(world.found("quick", None), [3, 2]);
    world.0.read(|r| r.check()).unwrap();
}

#[test]
fn attachments_are_named_until_taken_back() {
    let world = World::new();
    let attachment = |hash| Attachment { name: "a".to_owned(), size: 1, hash: BlobHash([hash; 32]) };
    let body = Body::Say(Say { attachments: vec![attachment(1), attachment(2), attachment(1)], ..Say::default() });
    world.apply(&op(1, 1, YOU, body.clone()));
    world.apply(&Op { space: OTHER_SPACE, ..op(2, 2, YOU, body.clone()) });
    assert_eq!(world.attached(1), [SPACE, OTHER_SPACE]);
    world.apply(&edit(3, 1, "look"));
    assert_eq!(world.attached(2), [SPACE, OTHER_SPACE]);
    world.apply(&unsay(4, 1));
    assert_eq!(world.attached(1), [OTHER_SPACE]);
    world.withdraw(&unsay(4, 1));
    world.withdraw(&Op { space: OTHER_SPACE, ..op(2, 2, YOU, body) });
    assert_eq!(world.attached(1), [SPACE]);
    assert_eq!(world.attached(9), []);
}

#[test]
fn what_comes_late_is_unread() {
    let world = World::new();
    world.0.write(|tx| tx.begin_chat(&SPACE, Time(10))).wait().unwrap();
    for id in [5, 20, 30] {
        world.apply(&say(id, "x"));
    }
    assert_eq!(world.unread().messages, 2);
    assert_eq!(world.mark(Some(say(20, "").at())).messages, 1);
    assert_eq!(world.mark(None).messages, 0);
    world.apply(&say(7, "history, late"));
    world.apply(&say(15, "late"));
    world.apply(&say(40, "new"));
    assert_eq!(world.unread().messages, 2);
    let unread: Vec<bool> = world.page(Page::ALL).iter().map(|message| message.unread).collect();
    assert_eq!(unread, [false, false, true, false, false, true]);
    assert_eq!(world.mark(Some(say(30, "").at())).messages, 1);
    assert_eq!(world.mark(Some(say(15, "").at())).messages, 1);
    world.apply(&unsay(41, 40));
    assert_eq!(world.unread().messages, 0);
}

/// Something that happens to a view.
#[derive(Debug, Clone)]
enum Step {
    Apply(Op),
    Withdraw(Index),
    Mark(Option<Index>),
}

fn body() -> impl Strategy<Value = Body> {
    let target = (0..16u8).prop_map(|id| OpId([id; 32]));
    let mentions = prop_oneof![3 => Just(vec![]), 1 => Just(vec![ME])];
    let text = "[abc]{1,2}( [abc]{1,2})?";
    prop_oneof![
        4 => (text, mentions.clone()).prop_map(|(text, mentions)| Body::Say(Say { text, mentions, ..Say::default() })),
        2 => (target.clone(), text, mentions)
            .prop_map(|(target, text, mentions)| Body::Edit(Edit { target, text, mentions })),
        1 => target.clone().prop_map(|target| Body::Unsay(Unsay { target })),
        1 => (target, "[xy]", any::<bool>()).prop_map(|(target, emoji, on)| Body::React(React { target, emoji, on })),
    ]
}

fn any_op(id: u8) -> impl Strategy<Value = Op> {
    let space = prop_oneof![5 => Just(SPACE), 1 => Just(OTHER_SPACE)];
    (space, 1..12u64, 0..3u8, body())
        .prop_map(move |(space, time, by, body)| Op { space, ..op(id, time, PersonId([by; 32]), body) })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = |id| {
        prop_oneof![
            8 => any_op(id).prop_map(Step::Apply),
            2 => any::<Index>().prop_map(Step::Withdraw),
            1 => proptest::option::of(any::<Index>()).prop_map(Step::Mark),
        ]
    };
    (1..32u8).prop_flat_map(move |count| (0..count).map(step).collect::<Vec<_>>())
}

/// The reference: the pure view, and unread messages remembered one by one.
#[derive(Default)]
struct Model {
    views: BTreeMap<SpaceId, View>,
    read: BTreeSet<OpId>,
    mark: ReadMark,
}

impl Model {
    fn apply(&mut self, op: &Op) {
        self.views.entry(op.space).or_default().apply(op.time, op.id, op.by, op.body.clone());
    }

    fn withdraw(&mut self, op: &Op) {
        self.read.remove(&op.id);
        self.views.entry(op.space).or_default().withdraw(op.id);
    }

    /// What is read by the mark is read for good, whatever the durable view makes of the mark.
    fn mark(&mut self, upto: Option<Position>) {
        let messages = self.messages(SPACE);
        let newest = messages.last().map(|message| (message.time, message.id));
        if let Some(upto) = upto.or(newest) {
            self.read.extend(messages.iter().map(|m| (m.time, m.id)).filter(|at| *at <= upto).map(|at| at.1));
            self.mark = self.mark.read(upto);
        }
    }

    fn messages(&self, space: SpaceId) -> Vec<proto::chat::Message> {
        self.views.get(&space).map(View::messages).unwrap_or_default()
    }

    fn is_unread(&self, message: &proto::chat::Message) -> bool {
        message.author != ME && !message.standing.withdrawn && !self.read.contains(&message.id)
    }

    fn unread(&self) -> Unread {
        let unread: Vec<_> = self.messages(SPACE).into_iter().filter(|message| self.is_unread(message)).collect();
        let mentions = unread.iter().filter(|message| message.standing.mentions.contains(&ME)).count();
        Unread { messages: unread.len() as u64, mentions: mentions as u64 }
    }

    fn found(&self, word: &str) -> BTreeSet<u8> {
        let all = [SPACE, OTHER_SPACE].into_iter().flat_map(|space| self.messages(space));
        let fits = |text: &str| text.split(' ').any(|other| other.starts_with(word));
        all.filter(|message| fits(&message.standing.text)).map(|message| message.id.0[0]).collect()
    }
}

proptest! {
    #[test]
    fn the_durable_view_is_the_pure_one(steps in steps(), word in "[abc]{2}") {
        let (world, mut model) = (World::new(), Model::default());
        let mut ops: Vec<Op> = Vec::new();
        for step in steps {
            match step {
                Step::Apply(op) => {
                    world.apply(&op);
                    model.apply(&op);
                    ops.push(op);
                }
                Step::Withdraw(at) if !ops.is_empty() => {
                    let op = ops.remove(at.index(ops.len()));
                    world.withdraw(&op);
                    model.withdraw(&op);
                }
                Step::Mark(at) => {
                    let messages = model.messages(SPACE);
                    let at = at.filter(|_| !messages.is_empty()).map(|at| &messages[at.index(messages.len())]);
                    let upto = at.map(|message| (message.time, message.id));
                    model.mark(upto);
                    prop_assert_eq!(world.mark(upto), model.unread());
                }
                Step::Withdraw(_) => {}
            }
            prop_assert_eq!(world.unread(), model.unread());
        }
        for message in world.page(Page::ALL) {
            prop_assert_eq!(message.unread, model.is_unread(&message.message));
            prop_assert_eq!(message.mine, message.message.author == ME);
        }
        let messages: Vec<_> = world.page(Page::ALL).into_iter().map(|message| message.message).collect();
        prop_assert_eq!(messages, model.messages(SPACE));
        let found = world.0.read(|r| r.chat_search(&word, None, 100)).unwrap();
        let found: BTreeSet<u8> = found.iter().map(|found| found.message.id.0[0]).collect();
        prop_assert_eq!(found, model.found(&word));
    }
}
