//! What stands at a path, given all that was said about it. A function of the set: order of arrival is nothing.
//!
//! Of each person the latest word counts. A person's entry is gone when the same person unshared it, or a folder it
//! is in, later. Of several people's entries the latest is shown; another one's is a conflict if its content is
//! different and nobody who saw it put theirs in its place.

use std::collections::{BTreeMap, BTreeSet};

use super::path::FilePath;
use crate::{
    id::{BlobHash, OpId, PersonId},
    time::Time,
};

/// One person's word about one path. `T` is whatever the caller keeps with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    /// Who says it.
    pub person: PersonId,
    /// When: with `op`, the order of all words.
    pub time: Time,
    /// In which op.
    pub op: OpId,
    /// What stands there.
    pub content: Content,
    /// Ops whose entries here this one knowingly takes the place of.
    pub replaces: Vec<OpId>,
    /// The caller's.
    pub extra: T,
}

/// What stands at a path: equal contents are no conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// An empty folder.
    Folder,
    /// A file with content of this hash.
    File(BlobHash),
}

/// What stands at a path after all is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<T> {
    /// The latest entry.
    pub shown: Entry<T>,
    /// Entries of others with other content that nobody replaced knowingly, latest first.
    pub conflicts: Vec<Entry<T>>,
    /// All who have the shown content there, the one shown included.
    pub by: BTreeSet<PersonId>,
}

impl<T> Entry<T> {
    const fn order(&self) -> (Time, OpId) {
        (self.time, self.op)
    }
}

/// Each person's entry that stands at `path`, the latest first, of all `entries` made there and all `unshares`.
pub fn standing<T>(path: &FilePath, entries: Vec<Entry<T>>, unshares: &Unshares) -> Vec<Entry<T>> {
    let mut latest: BTreeMap<PersonId, Entry<T>> = BTreeMap::new();
    for entry in entries {
        match latest.get(&entry.person) {
            Some(known) if known.order() >= entry.order() => {}
            _ => drop(latest.insert(entry.person, entry)),
        }
    }
    latest.retain(|_, entry| !unshares.covers(path, entry.person, entry.order()));
    let mut standing: Vec<Entry<T>> = latest.into_values().collect();
    standing.sort_by_key(|entry| std::cmp::Reverse(entry.order()));
    standing
}

impl<T> Resolved<T> {
    /// The shown one and its conflicts, of what [`standing`] returned; nothing if that is nothing.
    pub fn of(standing: Vec<Entry<T>>) -> Option<Self> {
        let is_replaced = |at: usize| standing[..at].iter().any(|later| later.replaces.contains(&standing[at].op));
        let replaced: Vec<bool> = (0..standing.len()).map(is_replaced).collect();
        let mut standing = standing.into_iter().zip(replaced);
        let (shown, _) = standing.next()?;
        let mut by = BTreeSet::from([shown.person]);
        let mut conflicts = Vec::new();
        for (entry, replaced) in standing {
            if entry.content == shown.content {
                by.insert(entry.person);
            } else if !replaced {
                conflicts.push(entry);
            }
        }
        Some(Self { shown, conflicts, by })
    }
}

/// A path that somebody took back, with everything beneath.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unshared {
    /// What.
    pub path: FilePath,
    /// Who.
    pub person: PersonId,
    /// When.
    pub time: Time,
    /// In which op.
    pub op: OpId,
}

/// All that was taken back, found by path and person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unshares(BTreeMap<FilePath, BTreeMap<PersonId, (Time, OpId)>>);

impl Unshares {
    /// Whether `person`'s entry of that order at `path` was taken back after it was made.
    pub fn covers(&self, path: &FilePath, person: PersonId, order: (Time, OpId)) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let at = |path| self.0.get(&path)?.get(&person).copied();
        path.ancestors().filter_map(at).any(|unshared| unshared > order)
    }
}

impl FromIterator<Unshared> for Unshares {
    fn from_iter<I: IntoIterator<Item = Unshared>>(all: I) -> Self {
        let mut unshares = Self::default();
        for Unshared { path, person, time, op } in all {
            let latest = unshares.0.entry(path).or_default().entry(person).or_insert((time, op));
            *latest = (*latest).max((time, op));
        }
        unshares
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::subsequence};

    use super::*;

    fn entry(person: u8, time: u64, content: u8) -> Entry<()> {
        let content = Content::File(BlobHash([content; 32]));
        let op = OpId([time as u8; 32]);
        Entry { person: PersonId([person; 32]), time: Time(time), op, content, replaces: vec![], extra: () }
    }

    fn unshared(person: u8, time: u64, path: &str) -> Unshared {
        let person = PersonId([person; 32]);
        Unshared { path: path.parse().unwrap(), person, time: Time(time), op: OpId([time as u8; 32]) }
    }

    fn at(path: &str, entries: Vec<Entry<()>>, unshares: Vec<Unshared>) -> Option<Resolved<()>> {
        Resolved::of(standing(&path.parse().unwrap(), entries, &unshares.into_iter().collect()))
    }

    #[test]
    fn the_latest_word_of_a_person_counts() {
        let resolved = at("a", vec![entry(1, 2, 7), entry(1, 1, 6)], vec![]).unwrap();
        assert_eq!((resolved.shown, resolved.conflicts), (entry(1, 2, 7), vec![]));
    }

    #[test]
    fn other_content_of_another_is_kept_unless_it_was_seen() {
        let resolved = at("a", vec![entry(1, 1, 6), entry(2, 2, 7), entry(3, 3, 7)], vec![]).unwrap();
        assert_eq!(resolved.conflicts, vec![entry(1, 1, 6)]);
        assert_eq!(resolved.by.len(), 2);
        let seen = Entry { replaces: vec![OpId([1; 32])], ..entry(2, 2, 7) };
        let resolved = at("a", vec![entry(1, 1, 6), seen], vec![]).unwrap();
        assert_eq!(resolved.conflicts, vec![]);
    }

    #[test]
    fn nobody_replaces_what_came_later() {
        let early = Entry { replaces: vec![OpId([2; 32])], ..entry(1, 1, 6) };
        let resolved = at("a", vec![early.clone(), entry(2, 2, 7)], vec![]).unwrap();
        assert_eq!((resolved.shown.time, resolved.conflicts), (Time(2), vec![early]));
    }

    #[test]
    fn unsharing_takes_back_what_is_ones_own_and_earlier() {
        let entries = vec![entry(1, 1, 6), entry(2, 2, 7)];
        for path in ["a/b", "a", ""] {
            let left = at("a/b", entries.clone(), vec![unshared(2, 3, path)]).unwrap();
            assert_eq!(left.shown, entry(1, 1, 6), "{path}");
        }
        for unshare in [unshared(3, 3, "a"), unshared(2, 1, "a"), unshared(2, 3, "a/b/c"), unshared(2, 3, "a/bc")] {
            assert_eq!(at("a/b", entries.clone(), vec![unshare]).unwrap().shown, entry(2, 2, 7));
        }
        assert_eq!(at("a/b", entries, vec![unshared(1, 9, "a"), unshared(2, 9, "a/b")]), None);
    }

    fn word() -> impl Strategy<Value = (u8, u8, Option<u8>, Vec<u64>)> {
        (0u8..3, 0u8..3, prop::option::weighted(0.7, 0u8..3), subsequence((0..12).collect::<Vec<u64>>(), 0..3))
    }

    fn order() -> impl Strategy<Value = Vec<usize>> {
        Just((0..12).collect::<Vec<usize>>()).prop_shuffle()
    }

    proptest! {
        /// Against the definition said another way: replay in order, each word changing a map of person to entry.
        #[test]
        fn any_order_gives_what_replaying_in_order_gives(words in prop::collection::vec(word(), 0..12), order in order()) {
            let paths = ["a", "a/b", "a/b/c"];
            let path: FilePath = "a/b".parse().unwrap();
            let (mut entries, mut unshares, mut model) = (vec![], vec![], BTreeMap::new());
            for (time, (person, place, content, replaces)) in (0..).zip(words) {
                if let Some(content) = content {
                    let replaces = replaces.into_iter().map(|time| OpId([time as u8; 32])).collect();
                    let entry = Entry { replaces, ..entry(person, time, content) };
                    model.insert(person, entry.clone());
                    entries.push(entry);
                } else {
                    let place = paths[place as usize];
                    if path.is_within(&place.parse().unwrap()) { model.remove(&person); }
                    unshares.push(unshared(person, time, place));
                }
            }
            entries.sort_by_key(|entry: &Entry<()>| order[entry.time.0 as usize]);
            unshares.sort_by_key(|unshared: &Unshared| order[unshared.time.0 as usize]);
            let expected = model.values().max_by_key(|entry| entry.time).cloned();
            let resolved = Resolved::of(standing(&path, entries, &unshares.into_iter().collect()));
            prop_assert_eq!(resolved.as_ref().map(|r| r.shown.clone()), expected.clone());
            if let (Some(resolved), Some(shown)) = (resolved, expected) {
                let conflicts = model.values().filter(|e| e.content != shown.content
                    && !model.values().any(|later| later.time > e.time && later.replaces.contains(&e.op))).count();
                prop_assert_eq!(resolved.conflicts.len(), conflicts);
            }
        }
    }
}
