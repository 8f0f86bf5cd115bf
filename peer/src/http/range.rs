//! Which part of some bytes a request wants (RFC 9110, sections 13 and 14).

use std::ops::Range;

use axum::http::{HeaderMap, header};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of it.
    Whole,
    /// This part, which is not empty.
    Part(Range<u64>),
    /// A part that there is not.
    Outside,
    /// Nothing: the asker has it already.
    Nothing,
}

/// What a request asks for of `size` bytes whose entity tag is `tag`. Several parts at once are answered with all of it.
pub fn asked(headers: &HeaderMap, size: u64, tag: &str) -> Asked {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if said(header::IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(|one| one.trim() == tag)) {
        return Asked::Nothing;
    }
    if said(header::IF_RANGE).is_some_and(|same| same != tag) {
        return Asked::Whole;
    }
    let Some(range) = said(header::RANGE).and_then(|range| range.strip_prefix("bytes=")) else { return Asked::Whole };
    match part(range, size) {
        Some(range) if range.is_empty() => Asked::Outside,
        Some(range) => Asked::Part(range),
        None => Asked::Whole,
    }
}

/// One part; nothing if it cannot be understood, as then the header does not count.
fn part(range: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = range.trim().split_once('-')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().unwrap_or(u64::MAX));
    match (first, last) {
        ("", "") => None,
        ("", last) => Some(size.saturating_sub(number(last)?)..size),
        (first, "") => Some(number(first)?..size),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| first..last.saturating_add(1).min(size))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&str, &str)]) -> Asked {
        let headers =
            headers.iter().map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap()));
        asked(&headers.collect(), 100, "\"tag\"")
    }

    #[test]
    fn parts() {
        for (range, expected) in [
            ("bytes=0-9", Asked::Part(0..10)),
            ("bytes=90-", Asked::Part(90..100)),
            ("bytes=90-1000", Asked::Part(90..100)),
            ("bytes=-5", Asked::Part(95..100)),
            ("bytes=-500", Asked::Part(0..100)),
            ("bytes=0-99999999999999999999999", Asked::Part(0..100)),
            ("bytes=100-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=9-0", Asked::Whole),
            ("bytes=0-1,5-6", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("lines=0-9", Asked::Whole),
        ] {
            assert_eq!(of(&[("range", range)]), expected, "{range}");
        }
        assert_eq!(of(&[]), Asked::Whole);
    }

    #[test]
    fn what_the_asker_has() {
        assert_eq!(of(&[("if-none-match", "\"other\", \"tag\"")]), Asked::Nothing);
        assert_eq!(of(&[("if-none-match", "\"other\"")]), Asked::Whole);
        assert_eq!(of(&[("range", "bytes=0-9"), ("if-range", "\"tag\"")]), Asked::Part(0..10));
        assert_eq!(of(&[("range", "bytes=0-9"), ("if-range", "\"other\"")]), Asked::Whole, "it has changed meanwhile");
    }
}
