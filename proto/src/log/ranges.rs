//! Which places of a log somebody holds: as ranges, because histories are fetched newest first and may have holes.

use minicbor::{Decode, Encode, decode, encode};

/// A stranger's set has at most so many ranges; who holds more says the newest ones.
pub const MAX_RANGES: usize = 64;

/// A set of places (`seq`, from 1), kept as the fewest ascending, disjoint, not touching ranges.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ranges(Vec<Range>);

/// Places `first..=last`, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Range {
    /// The lowest place.
    #[n(0)]
    pub first: u64,
    /// The highest place.
    #[n(1)]
    pub last: u64,
}

impl Range {
    /// `first..=last`; the caller knows that it is not empty.
    pub const fn new(first: u64, last: u64) -> Self {
        Self { first, last }
    }

    /// How many places.
    pub const fn len(&self) -> u64 {
        self.last - self.first + 1
    }

    /// Never: a range has at least one place.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Whether it is one, as a stranger's may not be.
    pub const fn is_valid(&self) -> bool {
        self.first >= 1 && self.first <= self.last && self.last < u64::MAX
    }
}

impl Ranges {
    /// Nothing.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// One range.
    pub fn of(first: u64, last: u64) -> Self {
        let mut ranges = Self::new();
        ranges.insert(first, last);
        ranges
    }

    /// Adds `first..=last`; an empty range adds nothing.
    pub fn insert(&mut self, first: u64, last: u64) {
        if first > last {
            return;
        }
        let begin = self.0.partition_point(|range| range.last.saturating_add(1) < first);
        let end = self.0.partition_point(|range| range.first <= last.saturating_add(1));
        let merged = match self.0.get(begin..end) {
            Some([all @ .., end]) => Range::new(all.first().unwrap_or(end).first.min(first), end.last.max(last)),
            _ => Range::new(first, last),
        };
        self.0.splice(begin..end, [merged]);
    }

    /// Takes `first..=last` out.
    pub fn remove(&mut self, first: u64, last: u64) {
        if first <= last {
            *self = self.without(&Self(vec![Range::new(first, last)]));
        }
    }

    /// What is here and not in `other`.
    pub fn without(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut others = other.0.iter().peekable();
        for range in &self.0 {
            let mut first = range.first;
            while others.peek().is_some_and(|other| other.last < first) {
                others.next();
            }
            let mut ahead = others.clone();
            while let Some(hole) = ahead.next_if(|other| other.first <= range.last) {
                if hole.first > first {
                    left.push(Range::new(first, hole.first - 1));
                }
                first = first.max(hole.last.saturating_add(1));
            }
            if first <= range.last {
                left.push(Range::new(first, range.last));
            }
        }
        Self(left)
    }

    /// Adds everything in `other`.
    pub fn extend(&mut self, other: &Self) {
        other.0.iter().for_each(|range| self.insert(range.first, range.last));
    }

    /// Whether this place is in it.
    pub fn contains(&self, seq: u64) -> bool {
        self.range_of(seq).is_some()
    }

    /// Whether all of `first..=last` is in it.
    pub fn covers(&self, first: u64, last: u64) -> bool {
        first > last || self.range_of(first).is_some_and(|range| range.last >= last)
    }

    /// The range this place is in.
    pub fn range_of(&self, seq: u64) -> Option<Range> {
        let at = self.0.partition_point(|range| range.last < seq);
        self.0.get(at).copied().filter(|range| range.first <= seq)
    }

    /// The highest place, 0 if there is none.
    pub fn last(&self) -> u64 {
        self.0.last().map_or(0, |range| range.last)
    }

    /// The highest range.
    pub fn newest(&self) -> Option<Range> {
        self.0.last().copied()
    }

    /// Up to where everything from 1 is here; 0 if 1 is not.
    pub fn whole_up_to(&self) -> u64 {
        self.range_of(1).map_or(0, |range| range.last)
    }

    /// How many places.
    pub fn count(&self) -> u64 {
        self.0.iter().map(Range::len).sum()
    }

    /// Whether it has no place.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Range> + '_ {
        self.0.iter().copied()
    }

    /// The newest [`MAX_RANGES`] ranges: what may be sent.
    pub fn newest_ranges(&self) -> Self {
        let skip = self.0.len().saturating_sub(MAX_RANGES);
        Self(self.0[skip..].to_vec())
    }
}

impl<C> Encode<C> for Ranges {
    fn encode<W: encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        self.0.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Ranges {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let count = d.array()?.ok_or_else(|| decode::Error::message("ranges have a length"))?;
        if count > MAX_RANGES as u64 {
            return Err(decode::Error::message("too many ranges"));
        }
        let mut ranges: Vec<Range> = Vec::new();
        for _ in 0..count {
            let range = Range::decode(d, ctx)?;
            let follows = ranges.last().is_none_or(|before| before.last + 1 < range.first);
            if !range.is_valid() || !follows {
                return Err(decode::Error::message("ranges ascend and do not touch"));
            }
            ranges.push(range);
        }
        Ok(Self(ranges))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn places(ranges: &Ranges) -> BTreeSet<u64> {
        ranges.iter().flat_map(|range| range.first..=range.last).collect()
    }

    fn some() -> impl Strategy<Value = Vec<(u64, u64)>> {
        proptest::collection::vec((1u64..40, 0u64..6).prop_map(|(first, more)| (first, first + more)), 0..8)
    }

    fn built(parts: &[(u64, u64)]) -> Ranges {
        let mut ranges = Ranges::new();
        parts.iter().for_each(|(first, last)| ranges.insert(*first, *last));
        ranges
    }

    proptest! {
        #[test]
        fn like_a_set_of_places(a in some(), b in some(), at in 1u64..50) {
            let (left, right) = (built(&a), built(&b));
            let (all, others) = (places(&left), places(&right));
            prop_assert_eq!(all.len() as u64, left.count());
            prop_assert_eq!(places(&left.without(&right)), all.difference(&others).copied().collect::<BTreeSet<_>>());
            prop_assert_eq!(left.contains(at), all.contains(&at));
            prop_assert_eq!(left.covers(at, at + 2), (at..=at + 2).all(|seq| all.contains(&seq)));
            let mut both = left.clone();
            both.extend(&right);
            prop_assert_eq!(places(&both), all.union(&others).copied().collect::<BTreeSet<_>>());
            let bytes = minicbor::to_vec(&both).unwrap();
            prop_assert_eq!(minicbor::decode::<Ranges>(&bytes).unwrap(), both);
        }
    }

    #[test]
    fn a_strangers_ranges_are_checked() {
        for bad in [vec![(0u64, 1u64)], vec![(2, 1)], vec![(1, 2), (3, 4)], vec![(5, 6), (1, 2)], vec![(1, u64::MAX)]] {
            let bytes = minicbor::to_vec(&bad).unwrap();
            assert!(minicbor::decode::<Ranges>(&bytes).is_err(), "{bad:?}");
        }
    }
}
