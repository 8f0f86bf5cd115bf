//! How a long piece of work goes, on one line of a terminal: rate, time left, and whom it comes from.

use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

use api::files::{Done, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{count, safe, size, style::Marks};

/// How often the line is drawn again at most.
const FRAMES_PER_S: u8 = 10;
/// Over what time the rate is taken.
const RATE_WINDOW: Duration = Duration::from_secs(3);
/// So many holders are named, the others counted.
const NAMED_HOLDERS: usize = 3;

/// One line that changes in place; nothing at all where standard error is no terminal.
pub struct Line {
    bar: ProgressBar,
    rate: Rate,
}

impl Line {
    /// A line, shown if `show` and there is a terminal to show it on.
    pub fn new(show: bool, marks: Marks) -> Self {
        let bar = ProgressBar::new(0);
        let visible = show && std::io::stderr().is_terminal();
        bar.set_draw_target(if visible {
            ProgressDrawTarget::stderr_with_hz(FRAMES_PER_S)
        } else {
            ProgressDrawTarget::hidden()
        });
        let template = "{bar:24.magenta/dim} {msg}";
        let style = ProgressStyle::with_template(template).expect("the template is a constant");
        bar.set_style(style.progress_chars(marks.pick("━━┄", "=> ")));
        Self { bar, rate: Rate::default() }
    }

    /// Shows where the work is.
    pub fn show(&mut self, progress: &Progress) {
        if let Progress::Going { bytes, total_bytes, .. } = progress {
            self.rate.seen(Instant::now(), *bytes);
            self.bar.set_length((*total_bytes).max(1));
            self.bar.set_position(*bytes);
            self.bar.set_message(words(progress, self.rate.bytes_per_s()));
        }
    }

    /// Prints a whole line above.
    pub fn say(&self, text: &str) {
        self.bar.suspend(|| anstream::eprintln!("{text}"));
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// What stands beside the bar.
fn words(progress: &Progress, bytes_per_s: f64) -> String {
    let Progress::Going { step, bytes, total_bytes, files, total_files, from } = progress else {
        return String::new();
    };
    let mut parts = vec![safe::line(step).into_owned()];
    if *total_bytes > 0 {
        parts.push(format!("{} of {}", size::bytes(*bytes), size::bytes(*total_bytes)));
    }
    if *total_files > 1 {
        parts.push(format!("{files} of {} files", total_files));
    } else if *total_files == 0 && *files > 0 {
        parts.push(count(*files, "file", "files"));
    }
    if bytes_per_s >= 1.0 {
        parts.push(size::rate(bytes_per_s));
        let left = total_bytes.saturating_sub(*bytes) as f64 / bytes_per_s;
        if left > 0.0 {
            parts.push(format!("{} left", size::span(Duration::from_secs_f64(left.clamp(1.0, 1e9)))));
        }
    }
    if !from.is_empty() {
        let before = if step == "waiting" { "for" } else { "from" };
        parts.push(format!("{before} {}", names(from)));
    }
    parts.join("  ")
}

fn names(names: &[String]) -> String {
    let named: Vec<_> = names.iter().take(NAMED_HOLDERS).map(|name| safe::line(name)).collect();
    match names.len().saturating_sub(NAMED_HOLDERS) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// What came of it, in one sentence.
pub fn summary(done: &Done, verb: &str) -> String {
    let mut text = format!("{verb} {}, {}", count(done.files, "file", "files"), size::bytes(done.bytes));
    if done.fetched_bytes > 0 && done.fetched_bytes < done.bytes {
        text.push_str(&format!(" ({} of it over the network)", size::bytes(done.fetched_bytes)));
    }
    if done.notes > 0 {
        text.push_str(&format!("; {} above", count(done.notes, "note", "notes")));
    }
    text
}

/// A rate over the last few seconds.
#[derive(Default)]
struct Rate {
    seen: std::collections::VecDeque<(Instant, u64)>,
}

impl Rate {
    fn seen(&mut self, now: Instant, bytes: u64) {
        // Another step begins to count anew.
        if self.seen.back().is_some_and(|(_, before)| *before > bytes) {
            self.seen.clear();
        }
        self.seen.push_back((now, bytes));
        while self.seen.len() > 2 && now - self.seen[1].0 >= RATE_WINDOW {
            self.seen.pop_front();
        }
    }

    fn bytes_per_s(&self) -> f64 {
        match (self.seen.front(), self.seen.back()) {
            (Some((then, before)), Some((now, after))) if now > then => {
                (after - before) as f64 / (*now - *then).as_secs_f64()
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn going(step: &str, bytes: u64, from: &[&str]) -> Progress {
        let from = from.iter().map(|s| s.to_string()).collect();
        Progress::Going { step: step.into(), bytes, total_bytes: 30_000_000, files: 2, total_files: 5, from }
    }

    #[test]
    fn the_line_names_the_holders() {
        let line = words(&going("fetching", 10_000_000, &["Mira", "B\x1ben"]), 2_000_000.0);
        assert_eq!(line, "fetching  10 MB of 30 MB  2 of 5 files  2.0 MB/s  10 s left  from Mira, B␛en");
        let line = words(&going("waiting", 0, &["Mira", "Ben", "Cleo", "Dora", "Emil"]), 0.0);
        assert!(line.ends_with("for Mira, Ben, Cleo and 2 more"), "{line}");
    }

    #[test]
    fn the_rate_is_of_the_last_seconds() {
        let start = Instant::now();
        let mut rate = Rate::default();
        for second in 0..10 {
            rate.seen(start + Duration::from_secs(second), second * second * 1000);
        }
        assert_eq!(rate.bytes_per_s(), (81_000.0 - 36_000.0) / 3.0);
        rate.seen(start + Duration::from_secs(10), 5);
        assert_eq!(rate.bytes_per_s(), 0.0);
    }

    #[test]
    fn the_end_is_one_sentence() {
        let done = Done { files: 3, bytes: 2_000_000, fetched_bytes: 500_000, notes: 1, paths: vec![] };
        assert_eq!(summary(&done, "Fetched"), "Fetched 3 files, 2.0 MB (500 kB of it over the network); 1 note above");
    }
}
