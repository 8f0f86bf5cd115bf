//! Whom a text mentions: `@NAME` of a member.

use std::collections::BTreeSet;

use super::body::MAX_MENTIONS;
use crate::id::PersonId;

/// The persons whose names stand after an `@` in `text`: ascending, each once, at most [`MAX_MENTIONS`].
///
/// The `@` begins a word, the name ends one; letter case does not matter. Of several names that fit the longest is
/// meant; all who bear it are. An empty name is nobody's.
pub fn mentions<'a>(text: &str, members: impl IntoIterator<Item = (PersonId, &'a str)>) -> Vec<PersonId> {
    let text = text.to_lowercase();
    let members: Vec<(PersonId, String)> =
        members.into_iter().map(|(person, name)| (person, name.to_lowercase())).collect();
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices('@') {
        if !text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            found.extend(named(&text[at + 1..], &members));
        }
    }
    found.into_iter().take(MAX_MENTIONS).collect()
}

/// Those who bear the longest name that `rest` begins with.
fn named<'a>(rest: &str, members: &'a [(PersonId, String)]) -> impl Iterator<Item = PersonId> + use<'a> {
    let fits = |name: &str| {
        !name.is_empty()
            && rest.strip_prefix(name).is_some_and(|after| !after.chars().next().is_some_and(char::is_alphanumeric))
    };
    let longest = members.iter().map(|(_, name)| name).filter(|name| fits(name)).max_by_key(|name| name.len());
    members.iter().filter(move |(_, name)| Some(name) == longest).map(|(person, _)| *person)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: PersonId = PersonId([1; 32]);
    const LOVELACE: PersonId = PersonId([2; 32]);
    const BOB: PersonId = PersonId([3; 32]);
    const OTHER_BOB: PersonId = PersonId([4; 32]);
    const OEZGE: PersonId = PersonId([5; 32]);
    const NAMELESS: PersonId = PersonId([6; 32]);

    fn of(text: &str) -> Vec<PersonId> {
        let members = [
            (ADA, "Ada"),
            (LOVELACE, "Ada Lovelace"),
            (BOB, "bob"),
            (OTHER_BOB, "Bob"),
            (OEZGE, "Özge"),
            (NAMELESS, ""),
        ];
        mentions(text, members)
    }

    #[test]
    fn names_after_an_at() {
        let cases: &[(&str, &[PersonId])] = &[
            ("hello @ada, are you there?", &[ADA]),
            ("@Ada Lovelace!", &[LOVELACE]),
            ("@Ada Lovelaces", &[ADA]),
            ("@BOB", &[BOB, OTHER_BOB]),
            ("(@özge) and @ada @ada", &[ADA, OEZGE]),
            ("ada@bob.example", &[]),
            ("@adam @ @@", &[]),
            ("@@bob", &[BOB, OTHER_BOB]),
            ("no one", &[]),
        ];
        for (text, persons) in cases {
            assert_eq!(of(text), *persons, "{text}");
        }
    }

    #[test]
    fn there_is_an_end_to_it() {
        let names: Vec<String> = (0..2 * MAX_MENTIONS).map(|i| format!("p{i}")).collect();
        let text: String = names.iter().map(|name| format!("@{name} ")).collect();
        let members = names.iter().enumerate().map(|(i, name)| (PersonId([i as u8; 32]), name.as_str()));
        assert_eq!(mentions(&text, members).len(), MAX_MENTIONS);
    }
}
