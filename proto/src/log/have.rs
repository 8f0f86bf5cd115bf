//! Which ops of one log are held: the newest first, so there may be holes.
//!
//! A log is held as *spans* of consecutive places. A span remembers what its two ends say, which is all it takes to
//! check that a run fits onto it: nothing is kept for the ops in between.

use super::{MAX_RANGES, Op, Ranges};
use crate::{id::OpId, time::Time};

/// A log is held in at most so many spans, so that all can be told; whoever sends more holes is asked for others first.
pub const MAX_SPANS: usize = MAX_RANGES;

/// Consecutive ops that are held, and what the ends say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The lowest place held.
    pub first: u64,
    /// The highest place held.
    pub last: u64,
    /// What the lowest names as the op before it.
    pub before: Option<OpId>,
    /// The moment of the lowest.
    pub since: Time,
    /// The highest.
    pub id: OpId,
    /// The moment of the highest.
    pub time: Time,
}

impl Span {
    /// The span of consecutive ops. Nothing if there are none.
    pub fn of(ops: &[Op]) -> Option<Span> {
        let (first, last) = (ops.first()?, ops.last()?);
        Some(Span {
            first: first.header.seq,
            last: last.header.seq,
            before: first.header.previous,
            since: first.header.time,
            id: last.id,
            time: last.header.time,
        })
    }

    /// How many ops.
    pub const fn ops(&self) -> u64 {
        self.last - self.first + 1
    }

    /// Whether `upper` goes on where this span ends: place, hash and time.
    pub fn is_followed_by(&self, upper: &Span) -> bool {
        upper.first == self.last + 1 && upper.before == Some(self.id) && upper.since > self.time
    }
}

/// Why a span cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HaveError {
    /// It would leave more than [`MAX_SPANS`] spans.
    #[error("a log is held in at most {MAX_SPANS} pieces")]
    TooManySpans,
    /// Some of its places are held already.
    #[error("some of these places are held already")]
    Overlap,
    /// Its neighbour names another op in its place.
    #[error("the ops do not fit onto those held")]
    Unlinked,
}

/// What is held of one log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Have {
    spans: Vec<Span>,
}

impl Have {
    /// The spans, lowest first; between two of them something is missing.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The span that ends in the highest op held.
    pub fn head(&self) -> Option<&Span> {
        self.spans.last()
    }

    /// The places held.
    pub fn ranges(&self) -> Ranges {
        let mut ranges = Ranges::new();
        self.spans.iter().for_each(|span| ranges.insert(span.first, span.last));
        ranges
    }

    /// How many ops are held.
    pub fn ops(&self) -> u64 {
        self.spans.iter().map(Span::ops).sum()
    }

    /// Whether the op at this place is held.
    pub fn contains(&self, seq: u64) -> bool {
        self.span_of(seq).is_some()
    }

    /// The span that holds this place.
    pub fn span_of(&self, seq: u64) -> Option<&Span> {
        let above = self.spans.partition_point(|span| span.first <= seq);
        self.spans[..above].last().filter(|span| seq <= span.last)
    }

    /// Adds ops at places none of which is held, joining what they touch.
    pub fn insert(&mut self, span: Span) -> Result<(), HaveError> {
        let index = self.spans.partition_point(|held| held.first < span.first);
        let below = index.checked_sub(1).map(|below| self.spans[below]);
        let above = self.spans.get(index).copied();
        if below.is_some_and(|below| below.last >= span.first) || above.is_some_and(|above| above.first <= span.last) {
            return Err(HaveError::Overlap);
        }
        let joins_below = joins(below.as_ref(), Some(&span))?;
        let joins_above = joins(Some(&span), above.as_ref())?;
        if !joins_below && !joins_above && self.spans.len() >= MAX_SPANS {
            return Err(HaveError::TooManySpans);
        }
        let lower = below.filter(|_| joins_below).unwrap_or(span);
        let upper = above.filter(|_| joins_above).unwrap_or(span);
        let joined = Span { first: lower.first, before: lower.before, since: lower.since, ..upper };
        self.spans.splice(index - usize::from(joins_below)..index + usize::from(joins_above), [joined]);
        Ok(())
    }

    /// Forgets this place and all above; `end` is the op that then ends the log, and its moment.
    pub fn cut(&mut self, seq: u64, end: Option<(OpId, Time)>) {
        self.spans.retain(|span| span.first < seq);
        let Some(top) = self.spans.last_mut().filter(|span| span.last >= seq) else { return };
        match end {
            Some((id, time)) => *top = Span { last: seq - 1, id, time, ..*top },
            None => drop(self.spans.pop()),
        }
    }
}

/// Whether two spans touch; an error if they do and do not fit.
fn joins(lower: Option<&Span>, upper: Option<&Span>) -> Result<bool, HaveError> {
    match (lower, upper) {
        (Some(lower), Some(upper)) if lower.last + 1 == upper.first => {
            if lower.is_followed_by(upper) {
                Ok(true)
            } else {
                Err(HaveError::Unlinked)
            }
        }
        _ => Ok(false),
    }
}
