//! Where a holder may cut a log into runs: a run must end in an op whose signature is held.
//!
//! Ops received as a run keep only the last one's signature, so a holder's signatures may be up to
//! [`MAX_RUN_OPS`] apart, never further: between two of them lies (part of) one run as it was received.

use crate::log::{Area, MAX_RUN_BYTES, MAX_RUN_OPS, Range};

/// What deciding takes to know of one held op.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its place in the log.
    pub seq: u64,
    /// The bytes of its header and body.
    pub bytes: u32,
    /// Whether its signature is held.
    pub signed: bool,
}

/// The places to look at: a run's worth of what is wanted, and, above it, up to the next signature.
pub(super) fn window(wanted: Range, area: Area) -> Range {
    let ops = MAX_RUN_OPS as u64;
    if area == Area::AUTH {
        Range::new(wanted.first, wanted.first.saturating_add(ops - 1))
    } else {
        let first = wanted.last.saturating_sub(ops).max(wanted.first);
        Range::new(first, wanted.last.saturating_add(ops - 1))
    }
}

/// Which of the outlined ops make the next run.
///
/// From the upper end: ending at the lowest signed op at or above the end, as far down as fits, and, if it cannot go
/// all the way, only so far that the rest ends in a signed op again. From the lower end: as far up as fits.
pub(super) fn cut(outline: &[Place], wanted: Range, area: Area) -> Option<Range> {
    if area == Area::AUTH { cut_up(outline, wanted) } else { cut_down(outline, wanted) }
}

fn cut_up(outline: &[Place], wanted: Range) -> Option<Range> {
    let start = outline.iter().position(|place| place.seq == wanted.first)?;
    let mut fit = Fit::default();
    let mut last = None;
    for (place, seq) in outline[start..].iter().zip(wanted.first..) {
        if place.seq != seq || !fit.takes(place) || last >= Some(wanted.last) {
            break;
        }
        if place.signed {
            last = Some(seq);
        }
    }
    last.map(|last| Range::new(wanted.first, last))
}

fn cut_down(outline: &[Place], wanted: Range) -> Option<Range> {
    let end = outline.iter().position(|place| place.seq >= wanted.last && place.signed)?;
    let last = outline[end].seq;
    let mut fit = Fit::default();
    let (mut lowest, mut clean) = (last + 1, None);
    for place in outline[..=end].iter().rev() {
        if place.seq + 1 != lowest || place.seq < wanted.first {
            break;
        }
        if place.signed && lowest <= wanted.last {
            clean = Some(lowest);
        }
        if !fit.takes(place) {
            lowest = clean.unwrap_or(lowest);
            break;
        }
        lowest = place.seq;
    }
    (lowest <= wanted.last).then_some(Range::new(lowest, last))
}

/// What still fits into a run.
#[derive(Default)]
struct Fit {
    ops: usize,
    bytes: usize,
}

impl Fit {
    /// Adds one more op, if it fits; the first always does.
    fn takes(&mut self, place: &Place) -> bool {
        self.ops += 1;
        self.bytes += place.bytes as usize;
        self.ops == 1 || (self.ops <= MAX_RUN_OPS && self.bytes <= MAX_RUN_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANY: Area = Area::CHAT;

    /// A log as a holder has it: received in runs of the given lengths.
    fn held(runs: &[u64], bytes: u32) -> Vec<Place> {
        let ends: Vec<u64> = runs
            .iter()
            .scan(0, |end, len| {
                *end += len;
                Some(*end)
            })
            .collect();
        (1..=*ends.last().unwrap()).map(|seq| Place { seq, bytes, signed: ends.contains(&seq) }).collect()
    }

    fn outline(log: &[Place], window: Range) -> Vec<Place> {
        log.iter().filter(|place| (window.first..=window.last).contains(&place.seq)).copied().collect()
    }

    /// Fetches a whole log run by run; how many ops were sent.
    fn fetch(log: &[Place], area: Area) -> u64 {
        let mut wanted = Range::new(1, log.len() as u64);
        let mut sent = 0;
        loop {
            let run = cut(&outline(log, window(wanted, area)), wanted, area).expect("there is more");
            assert!(run.len() <= MAX_RUN_OPS as u64);
            assert!(log[run.last as usize - 1].signed);
            sent += run.len();
            match area {
                Area::AUTH if run.last < wanted.last => wanted.first = run.last + 1,
                Area::AUTH => return sent,
                _ if run.first > wanted.first => wanted.last = run.first - 1,
                _ => return sent,
            }
        }
    }

    proptest! {
        #[test]
        fn a_log_is_sent_whole_and_once(runs in proptest::collection::vec(1u64..=512, 1..8), bytes in 1u32..2048) {
            let log = held(&runs, bytes);
            prop_assert_eq!(fetch(&log, Area::AUTH), log.len() as u64);
            prop_assert_eq!(fetch(&log, ANY), log.len() as u64);
        }
    }

    #[test]
    fn runs_stay_below_their_bytes_but_one_op_always_fits() {
        let log = held(&[1; 12], 300 * 1024);
        let wanted = Range::new(1, 12);
        assert_eq!(cut(&outline(&log, window(wanted, ANY)), wanted, ANY), Some(Range::new(10, 12)));
        let big = [Place { seq: 1, bytes: 2 * 1024 * 1024, signed: true }];
        assert_eq!(cut(&big, Range::new(1, 1), ANY), Some(Range::new(1, 1)));
    }

    #[test]
    fn what_is_not_held_is_not_sent() {
        let mut log = held(&[1; 9], 10);
        log.remove(4);
        let wanted = Range::new(1, 9);
        assert_eq!(cut(&log, wanted, ANY), Some(Range::new(6, 9)));
        assert_eq!(cut(&log, wanted, Area::AUTH), Some(Range::new(1, 4)));
        assert_eq!(cut(&log, Range::new(10, 12), ANY), None);
        assert_eq!(cut(&log, Range::new(5, 12), Area::AUTH), None);
    }

    #[test]
    fn an_end_without_signature_is_sent_up_to_the_next_one() {
        let log = held(&[4, 4], 10);
        assert_eq!(cut(&log, Range::new(1, 6), ANY), Some(Range::new(1, 8)));
        assert_eq!(cut(&log, Range::new(3, 5), Area::AUTH), Some(Range::new(3, 8)));
    }
}
