//! How a message stands: what its author last made of it, and what others think of it.

use std::collections::BTreeMap;

use super::body::{Body, Edit, React, Say, Unsay};
use crate::{
    id::{OpId, PersonId},
    time::Time,
};

/// Of what one person gave one message, the latest so many reactions count, so that nobody covers a message with them.
pub const MAX_REACTIONS_EACH: usize = 16;

/// An op that changes a message: its place in the order, who wrote it, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The op's time.
    pub time: Time,
    /// The op.
    pub id: OpId,
    /// The person its peer acts for.
    pub by: PersonId,
    /// What it does.
    pub what: What,
}

/// What a [`Change`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Another text, and whom it mentions.
    Edit(String, Vec<PersonId>),
    /// Taken back.
    Unsay,
    /// An emoji, given or no longer.
    React(String, bool),
}

/// How a message stands when all that is known of it is folded in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The latest text; empty when withdrawn.
    pub text: String,
    /// Whom that text mentions.
    pub mentions: Vec<PersonId>,
    /// Whether the text is not the first one.
    pub edited: bool,
    /// Whether its author took it back. Then nothing else of it is shown, whatever came after.
    pub withdrawn: bool,
    /// In the order in which each emoji was first given.
    pub reactions: Vec<Reaction>,
}

/// An emoji and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, in the order in which they gave it.
    pub by: Vec<PersonId>,
}

impl Change {
    /// Takes a body apart into the message it changes and the change; nothing if it is a message itself.
    pub fn of(time: Time, id: OpId, by: PersonId, body: Body) -> Option<(OpId, Change)> {
        let (target, what) = match body {
            Body::Say(_) => return None,
            Body::Edit(Edit { target, text, mentions }) => (target, What::Edit(text, mentions)),
            Body::Unsay(Unsay { target }) => (target, What::Unsay),
            Body::React(React { target, emoji, on }) => (target, What::React(emoji, on)),
        };
        Some((target, Change { time, id, by, what }))
    }
}

/// Folds `changes` into what `author` said. Their order does not matter: what counts is (time, id).
///
/// Edits and withdrawals count only if `author` made them; any withdrawal outlives every edit. Of a person's
/// reactions with one emoji the latest decides.
pub fn standing(say: &Say, author: PersonId, changes: &[Change]) -> Standing {
    let mut changes: Vec<&Change> = changes.iter().collect();
    changes.sort_by_key(|change| (change.time, change.id));
    if changes.iter().any(|change| change.by == author && change.what == What::Unsay) {
        return Standing { withdrawn: true, ..Standing::default() };
    }
    let edit = changes.iter().rev().find_map(|change| match &change.what {
        What::Edit(text, mentions) if change.by == author => Some((text, mentions)),
        _ => None,
    });
    let (text, mentions) = edit.unwrap_or((&say.text, &say.mentions));
    Standing {
        text: text.clone(),
        mentions: mentions.clone(),
        edited: edit.is_some(),
        withdrawn: false,
        reactions: reactions(&changes),
    }
}

/// A reaction that is given: when, by whom, with which emoji. Sorts by when.
type Given<'a> = (Time, OpId, PersonId, &'a str);

/// `changes` are in order.
fn reactions(changes: &[&Change]) -> Vec<Reaction> {
    let mut reactions: Vec<Reaction> = Vec::new();
    for (_, _, by, emoji) in given(changes) {
        match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.by.push(by),
            None => reactions.push(Reaction { emoji: emoji.to_owned(), by: vec![by] }),
        }
    }
    reactions
}

/// What each person's latest word on each emoji gives, in order, at most [`MAX_REACTIONS_EACH`] of a person.
fn given<'a>(changes: &[&'a Change]) -> Vec<Given<'a>> {
    let mut latest: BTreeMap<(PersonId, &str), Option<Given<'a>>> = BTreeMap::new();
    for change in changes {
        if let What::React(emoji, on) = &change.what {
            latest.insert((change.by, emoji), on.then_some((change.time, change.id, change.by, emoji)));
        }
    }
    let mut given: Vec<Given> = latest.into_values().flatten().collect();
    given.sort_unstable();
    let mut of_each: BTreeMap<PersonId, usize> = BTreeMap::new();
    given.reverse();
    given.retain(|(_, _, by, _)| {
        let count = of_each.entry(*by).or_default();
        *count += 1;
        *count <= MAX_REACTIONS_EACH
    });
    given.reverse();
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHOR: PersonId = PersonId([1; 32]);
    const OTHER: PersonId = PersonId([2; 32]);

    fn change(time: u64, by: PersonId, what: What) -> Change {
        Change { time: Time(time), id: OpId([time as u8; 32]), by, what }
    }

    fn edit(time: u64, by: PersonId, text: &str) -> Change {
        change(time, by, What::Edit(text.to_owned(), vec![]))
    }

    fn react(time: u64, by: PersonId, emoji: &str, on: bool) -> Change {
        change(time, by, What::React(emoji.to_owned(), on))
    }

    fn fold(changes: &[Change]) -> Standing {
        standing(&Say { text: "first".to_owned(), ..Say::default() }, AUTHOR, changes)
    }

    #[test]
    fn untouched_it_stands_as_said() {
        assert_eq!(fold(&[]), Standing { text: "first".to_owned(), ..Standing::default() });
    }

    #[test]
    fn the_authors_latest_edit_wins() {
        let stands = fold(&[edit(9, AUTHOR, "third"), edit(5, AUTHOR, "second"), edit(10, OTHER, "forged")]);
        assert_eq!((stands.text.as_str(), stands.edited), ("third", true));
        assert!(!fold(&[edit(10, OTHER, "forged")]).edited);
    }

    #[test]
    fn edits_of_one_moment_are_ordered_by_id() {
        let first = Change { id: OpId([3; 32]), ..edit(5, AUTHOR, "lower") };
        let second = Change { id: OpId([4; 32]), ..edit(5, AUTHOR, "higher") };
        assert_eq!(fold(&[second.clone(), first.clone()]).text, "higher");
        assert_eq!(fold(&[first, second]).text, "higher");
    }

    #[test]
    fn taken_back_is_taken_back_whatever_follows() {
        let unsay = change(5, AUTHOR, What::Unsay);
        let stands = fold(&[unsay, edit(9, AUTHOR, "again"), react(10, OTHER, "+", true)]);
        assert_eq!(stands, Standing { withdrawn: true, ..Standing::default() });
        assert!(!fold(&[change(5, OTHER, What::Unsay)]).withdrawn);
    }

    #[test]
    fn of_one_persons_reactions_the_latest_decides() {
        let stands = fold(&[
            react(4, OTHER, "+", true),
            react(6, OTHER, "+", false),
            react(8, OTHER, "!", true),
            react(7, AUTHOR, "!", true),
            react(3, AUTHOR, "+", true),
        ]);
        let expected = [("+", vec![AUTHOR]), ("!", vec![AUTHOR, OTHER])];
        assert_eq!(stands.reactions, expected.map(|(emoji, by)| Reaction { emoji: emoji.to_owned(), by }));
    }

    #[test]
    fn nobody_covers_a_message_with_reactions() {
        let many: Vec<_> = (0..100).map(|i| react(i, OTHER, &format!("e{i}"), true)).collect();
        let emojis: Vec<_> = fold(&many).reactions.into_iter().map(|reaction| reaction.emoji).collect();
        let latest: Vec<_> = (100 - MAX_REACTIONS_EACH..100).map(|i| format!("e{i}")).collect();
        assert_eq!(emojis, latest);
    }
}
