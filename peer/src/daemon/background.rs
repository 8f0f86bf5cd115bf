//! The peer in the background: this program started again, on its own, away from the terminal.
//!
//! The one who starts it reads a single line from it: that it is ready, or the problem that keeps it from running.

use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

use api::{Code, Problem, problem::Failure};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use super::Console;
use crate::home::Home;

/// How long a start may take: a large store left behind by a crash is checked first.
const START_PATIENCE: Duration = Duration::from_secs(120);
/// So much of what a start that failed has printed is read.
const MAX_LAST_WORDS_BYTES: u64 = 4096;

/// The one line.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Word {
    Failed(Failure),
    Ready { ready: bool },
}

/// Starts the peer and returns when it is ready.
pub async fn start(home: &Home) -> Result<(), Problem> {
    let mut child =
        tokio::process::Command::from(command(home)?).spawn().map_err(|e| cannot_start().why(e.to_string()))?;
    let mut word = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let read = tokio::time::timeout(START_PATIENCE, out.read_line(&mut word)).await;
    match (read, serde_json::from_str(&word)) {
        (Err(_), _) => Err(cannot_start().why("it is not ready after two minutes").hint("peer log")),
        (_, Ok(Word::Ready { .. })) => Ok(()),
        (_, Ok(Word::Failed(failure))) => Err(failure.error),
        (_, Err(_)) => Err(cannot_start().why(last_words(&mut child).await).hint("peer log")),
    }
}

fn command(home: &Home) -> Result<Command, Problem> {
    let program = std::env::current_exe().map_err(|e| cannot_start().why(e.to_string()))?;
    let mut command = Command::new(program);
    command
        .args(["up", "--detached"])
        .env("PEER_HOME", home.folder())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Ok(command)
}

fn cannot_start() -> Problem {
    Problem::new(Code::Internal, "the peer did not start")
}

async fn last_words(child: &mut tokio::process::Child) -> String {
    let mut words = String::new();
    if let Some(err) = child.stderr.take() {
        let _ = err.take(MAX_LAST_WORDS_BYTES).read_to_string(&mut words).await;
    }
    if words.trim().is_empty() { "it ended without a word".into() } else { words.trim().into() }
}

/// Is the peer in the background: leaves the terminal, says its one line, and goes on in silence.
pub fn run_detached(home: &Home) -> Result<(), Problem> {
    // Fails only for one that leads a session already, which is what is wanted.
    let _ = rustix::process::setsid();
    let mut told = false;
    let ended = super::run(home, Console::None, |_| {
        told = true;
        tell(&Word::Ready { ready: true });
        silence().map_err(|e| cannot_start().why(e.to_string()))
    });
    if let (Err(error), false) = (&ended, told) {
        tell(&Word::Failed(Failure { error: error.clone() }));
        std::process::exit(error.code.exit_code().into());
    }
    ended
}

fn tell(word: &Word) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", serde_json::to_string(word).expect("one line of JSON"));
    let _ = out.flush();
}

/// Whoever started us is about to go; what a library prints from now on has no reader.
fn silence() -> std::io::Result<()> {
    let null = std::fs::OpenOptions::new().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    Ok(())
}
