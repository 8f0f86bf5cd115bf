//! Which ops are in an op's past: a set of small numbers, most of it shared with the pasts of its neighbours.

use std::sync::Arc;

const WORDS: usize = 16;
const BITS: u32 = 64 * WORDS as u32;

type Block = [u64; WORDS];

/// A set of ops by their numbers in the graph. A clone costs a pointer for every 1,024 ops.
#[derive(Debug, Clone, Default)]
pub struct Past(Vec<Arc<Block>>);

impl Past {
    /// Whether this op is in it.
    pub fn contains(&self, at: u32) -> bool {
        let block = self.0.get((at / BITS) as usize);
        block.is_some_and(|block| block[word(at)] & bit(at) != 0)
    }

    /// Adds an op.
    pub fn insert(&mut self, at: u32) {
        let index = (at / BITS) as usize;
        if self.0.len() <= index {
            self.0.resize_with(index + 1, Arc::default);
        }
        Arc::make_mut(&mut self.0[index])[word(at)] |= bit(at);
    }

    /// Adds all of another.
    pub fn extend(&mut self, other: &Past) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            merge(mine, theirs);
        }
        let more = other.0.iter().skip(self.0.len());
        self.0.extend(more.cloned());
    }
}

const fn word(at: u32) -> usize {
    (at % BITS / 64) as usize
}

const fn bit(at: u32) -> u64 {
    1 << (at % 64)
}

/// Unites two blocks, sharing where one holds the other.
fn merge(mine: &mut Arc<Block>, theirs: &Arc<Block>) {
    if Arc::ptr_eq(mine, theirs) {
        return;
    }
    let mut both = **mine;
    both.iter_mut().zip(theirs.iter()).for_each(|(word, more)| *word |= more);
    if both == **theirs {
        *mine = theirs.clone();
    } else if both != **mine {
        *mine = Arc::new(both);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn like_a_set(a in proptest::collection::btree_set(0u32..5000, 0..40),
                      b in proptest::collection::btree_set(0u32..5000, 0..40)) {
            let of = |numbers: &BTreeSet<u32>| {
                let mut past = Past::default();
                numbers.iter().for_each(|at| past.insert(*at));
                past
            };
            let mut both = of(&a);
            both.extend(&of(&b));
            for at in a.iter().chain(&b).flat_map(|at| [at.saturating_sub(1), *at, at + 1]) {
                prop_assert_eq!(both.contains(at), a.contains(&at) || b.contains(&at));
            }
        }
    }
}
