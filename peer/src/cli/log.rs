//! `peer log`: what the peer has noted about its own work.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    time::Duration,
};

use api::{Code, Problem};
use clap::Subcommand;
use serde::Serialize;

use super::{context::Context, paths};

/// How often a growing log is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Debug, Subcommand)]
pub enum Command {
    /// What the peer has noted about its work, also when it does not run
    #[command(after_help = "Examples:
  peer log
  peer log --follow          go on as it happens; Ctrl-C ends it")]
    Log {
        /// Go on as it happens
        #[arg(long, short)]
        follow: bool,
    },
}

/// A line for programs.
#[derive(Serialize)]
struct Entry<'a> {
    time: &'a str,
    level: &'a str,
    text: &'a str,
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        let Self::Log { follow } = self;
        for file in cx.home.logs() {
            show(cx, &read(&file, 0)?)?;
        }
        if follow { go_on(cx).await } else { Ok(()) }
    }
}

/// Shows what is added; starts anew where the file became shorter, as it does when it is put aside.
async fn go_on(cx: &Context) -> Result<(), Problem> {
    let file = cx.home.log();
    let mut seen = length(&file);
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        if length(&file) < seen {
            seen = 0;
        }
        let more = read(&file, seen)?;
        let whole = more.rfind('\n').map_or(0, |end| end + 1);
        seen += whole as u64;
        show(cx, &more[..whole])?;
    }
}

fn length(file: &Path) -> u64 {
    file.metadata().map_or(0, |about| about.len())
}

/// The file's text from a place on; empty if there is no such file.
fn read(path: &Path, from: u64) -> Result<String, Problem> {
    let mut file = match File::open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        file => file.map_err(|e| paths::unusable(path, &e))?,
    };
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from)).and_then(|_| file.read_to_end(&mut bytes)).map_err(|e| unreadable(&e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unreadable(error: &std::io::Error) -> Problem {
    Problem::new(Code::File, "the log cannot be read").why(error.to_string())
}

fn show(cx: &Context, text: &str) -> Result<(), Problem> {
    let entries: Vec<Entry> = text.lines().map(entry).collect();
    cx.out.list(&entries, || crate::show::safe::lines(text).into_owned())
}

/// `TIME LEVEL TEXT`, as the log is written.
fn entry(line: &str) -> Entry<'_> {
    let mut parts = line.splitn(2, ' ');
    let (time, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default().trim_start());
    let (level, text) = rest.split_once(' ').unwrap_or(("", rest));
    Entry { time, level, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart() {
        let entry = entry("2026-11-22T10:00:00Z  INFO the peer is up: port=4919");
        assert_eq!((entry.time, entry.level), ("2026-11-22T10:00:00Z", "INFO"));
        assert_eq!(entry.text, "the peer is up: port=4919");
    }
}
