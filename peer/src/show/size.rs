//! Sizes, rates and spans of time, for people.

use std::time::Duration;

const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];

/// Bytes with a decimal unit and two or three figures: `999 B`, `1.2 kB`, `34 MB`.
pub fn bytes(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value < 9.95 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) }
}

/// Bytes per second.
pub fn rate(bytes_per_s: f64) -> String {
    format!("{}/s", bytes(bytes_per_s.max(0.0) as u64))
}

/// A span in its two largest units: `45 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`.
pub fn span(span: Duration) -> String {
    let s = span.as_secs();
    let (large, one, small, other) = match s {
        0..60 => return format!("{s} s"),
        60..3600 => (s / 60, "min", s % 60, "s"),
        3600..86400 => (s / 3600, "h", s % 3600 / 60, "min"),
        _ => (s / 86400, "d", s % 86400 / 3600, "h"),
    };
    if small == 0 { format!("{large} {one}") } else { format!("{large} {one} {small} {other}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_few_figures() {
        let shown = [0, 999, 1000, 1234, 9_949, 9_960, 34_000_000, 999_600, 1 << 30].map(bytes);
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "1.2 kB", "9.9 kB", "10 kB", "34 MB", "1.0 MB", "1.1 GB"]);
        assert_eq!(bytes(u64::MAX), "18447 PB");
        assert_eq!(rate(11_500_000.0), "12 MB/s");
    }

    #[test]
    fn spans_have_two_units() {
        let shown = [0, 59, 60, 190, 7500, 273_600].map(|s| span(Duration::from_secs(s)));
        assert_eq!(shown, ["0 s", "59 s", "1 min", "3 min 10 s", "2 h 5 min", "3 d 4 h"]);
    }
}
