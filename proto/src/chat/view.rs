//! A space's messages in memory: the reference that the durable view is compared with, and what simulated worlds use.

use std::collections::BTreeMap;

use super::{
    body::{Body, Say},
    standing::{Change, Standing, standing},
};
use crate::{
    id::{OpId, PersonId},
    time::Time,
};

/// One space's messages and what waits for a message that has not come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    said: BTreeMap<OpId, (Time, PersonId, Say)>,
    changes: BTreeMap<OpId, (OpId, Change)>,
}

/// A message as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The op that said it.
    pub id: OpId,
    /// When.
    pub time: Time,
    /// Who.
    pub author: PersonId,
    /// What was said at first.
    pub say: Say,
    /// What became of it.
    pub standing: Standing,
}

impl View {
    /// Takes in an op that counts; again, nothing changes.
    pub fn apply(&mut self, time: Time, id: OpId, by: PersonId, body: Body) {
        match body {
            Body::Say(say) => {
                self.said.insert(id, (time, by, say));
            }
            body => {
                self.changes.extend(Change::of(time, id, by, body).map(|change| (id, change)));
            }
        }
    }

    /// Takes out an op that no longer counts.
    pub fn withdraw(&mut self, id: OpId) {
        self.said.remove(&id);
        self.changes.remove(&id);
    }

    /// All messages in the order (time, id).
    pub fn messages(&self) -> Vec<Message> {
        let mut messages: Vec<Message> = self.said.iter().map(|(id, said)| self.message(*id, said)).collect();
        messages.sort_by_key(|message| (message.time, message.id));
        messages
    }

    fn message(&self, id: OpId, (time, author, say): &(Time, PersonId, Say)) -> Message {
        let changes: Vec<Change> =
            self.changes.values().filter(|(target, _)| *target == id).map(|(_, change)| change.clone()).collect();
        Message { id, time: *time, author: *author, say: say.clone(), standing: standing(say, *author, &changes) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::Index};

    use super::*;
    use crate::chat::{Edit, React, Unsay};

    type Op = (Time, OpId, PersonId, Body);

    /// Ops of three persons within few moments, each changing one of the first few ops, some of which are no messages.
    fn op(id: u8) -> impl Strategy<Value = Op> {
        let target = (0..8u8).prop_map(|id| OpId([id; 32]));
        let body = prop_oneof![
            "[a-c]{1,3}".prop_map(|text| Body::Say(Say { text, ..Say::default() })),
            (target.clone(), "[a-c]{0,3}").prop_map(|(target, text)| Body::Edit(Edit {
                target,
                text,
                mentions: vec![]
            })),
            target.clone().prop_map(|target| Body::Unsay(Unsay { target })),
            (target, "[xy]", any::<bool>()).prop_map(|(target, emoji, on)| Body::React(React { target, emoji, on })),
        ];
        (0..6u64, 0..3u8, body).prop_map(move |(time, by, body)| (Time(time), OpId([id; 32]), PersonId([by; 32]), body))
    }

    fn ops() -> impl Strategy<Value = Vec<Op>> {
        (1..24u8).prop_flat_map(|count| (0..count).map(op).collect::<Vec<_>>())
    }

    fn view<'a>(ops: impl IntoIterator<Item = &'a Op>) -> View {
        let mut view = View::default();
        for (time, id, by, body) in ops {
            view.apply(*time, *id, *by, body.clone());
        }
        view
    }

    proptest! {
        #[test]
        fn any_order_of_arrival_gives_the_same_view(ops in ops(), shuffled in any::<u64>()) {
            let mut other = ops.clone();
            let mut state = shuffled;
            for i in (1..other.len()).rev() {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                other.swap(i, (state >> 33) as usize % (i + 1));
            }
            let twice = other.iter().chain(&ops);
            prop_assert_eq!(view(&ops).messages(), view(twice).messages());
        }

        #[test]
        fn what_is_taken_out_was_never_there(ops in ops(), out in any::<Index>()) {
            let out = out.index(ops.len());
            let mut with = view(&ops);
            with.withdraw(ops[out].1);
            let without = view(ops.iter().enumerate().filter(|(i, _)| *i != out).map(|(_, op)| op));
            prop_assert_eq!(with.messages(), without.messages());
        }

        #[test]
        fn nobody_else_changes_a_text(ops in ops()) {
            for message in view(&ops).messages() {
                let authors_own: Vec<Op> = ops.iter().filter(|op| op.2 == message.author).cloned().collect();
                let alone = view(&authors_own).messages();
                let alone = alone.iter().find(|own| own.id == message.id).unwrap();
                prop_assert_eq!(&alone.standing.text, &message.standing.text);
                prop_assert_eq!(alone.standing.withdrawn, message.standing.withdrawn);
            }
        }
    }
}
