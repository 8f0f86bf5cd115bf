//! Printing: text for people or JSON for programs, and problems.

use std::io::{self, Write};

use api::{Code, Problem, problem::Failure};
use serde::Serialize;

use crate::show::{
    safe,
    style::{FAINT, Marks, STRONG, WRONG, paint},
};

/// What a shell reports for a program whose reader has gone (128 + SIGPIPE).
const READER_GONE: i32 = 141;

/// How to print.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    /// JSON rather than text.
    pub json: bool,
    /// Which marks the terminal can show.
    pub marks: Marks,
}

impl Out {
    /// As asked, on this terminal.
    pub fn new(json: bool) -> Self {
        Self { json, marks: Marks::from_env() }
    }

    /// One object, or the text for people.
    pub fn one<T: Serialize>(&self, item: &T, text: impl FnOnce() -> String) -> Result<(), Problem> {
        if self.json { print(&line(item)?) } else { print(&text()) }
    }

    /// One object a line, or the text for people.
    pub fn list<T: Serialize>(&self, items: &[T], text: impl FnOnce() -> String) -> Result<(), Problem> {
        if self.json { print(&items.iter().map(line).collect::<Result<String, _>>()?) } else { print(&text()) }
    }

    /// Text for people only.
    pub fn text(&self, text: &str) -> Result<(), Problem> {
        if self.json { Ok(()) } else { print(text) }
    }

    /// What went wrong, on standard error. Nothing is left to do if that cannot be written either.
    pub fn problem(&self, problem: &Problem) {
        let text = if self.json { json_problem(problem) } else { told(problem) };
        let _ = anstream::stderr().lock().write_all(text.as_bytes());
    }
}

fn line<T: Serialize>(item: &T) -> Result<String, Problem> {
    let text = serde_json::to_string(item)
        .map_err(|e| Problem::new(Code::Internal, "this cannot be written as JSON").why(e.to_string()))?;
    Ok(safe::json(text) + "\n")
}

/// Prints to standard output. If its reader has gone, ends quietly, as other programs do.
pub fn print(text: &str) -> Result<(), Problem> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(READER_GONE),
        Err(e) => Err(Problem::new(Code::File, "the output cannot be written").why(e.to_string())),
    }
}

fn json_problem(problem: &Problem) -> String {
    let failure = Failure { error: problem.clone() };
    safe::json(serde_json::to_string(&failure).unwrap_or_default()) + "\n"
}

/// `error: …`, `why: …`, `try: …`, as far as known.
fn told(problem: &Problem) -> String {
    let mut text = format!("{} {}\n", paint(WRONG, "error:"), safe::lines(&problem.message));
    if let Some(why) = &problem.why {
        text.push_str(&format!("{} {}\n", paint(FAINT, "why:"), safe::lines(why)));
    }
    if let Some(hint) = &problem.hint {
        text.push_str(&format!("{} {}\n", paint(STRONG, "try:"), safe::lines(hint)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem() -> Problem {
        Problem::new(Code::NotFound, "no space is called \x1b[2JLab").why("you are in 2 spaces").hint("peer spaces")
    }

    #[test]
    fn problems_have_three_lines() {
        let text = anstream::adapter::strip_str(&told(&problem())).to_string();
        assert_eq!(text, "error: no space is called ␛[2JLab\nwhy: you are in 2 spaces\ntry: peer spaces\n");
    }

    #[test]
    fn problems_are_one_object_in_json() {
        let value: serde_json::Value = serde_json::from_str(&json_problem(&problem())).unwrap();
        assert_eq!(value["error"]["code"], "not_found");
        assert_eq!(value["error"]["hint"], "peer spaces");
        assert_eq!(value["error"]["message"], "no space is called \x1b[2JLab");
    }
}
