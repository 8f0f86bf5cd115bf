//! Questions to the person at the terminal. Where nobody is there, nothing waits.

use std::io::{self, IsTerminal, Write};

use api::{Code, Problem};

/// Asks for a yes. Without a terminal: a problem whose hint says how to answer beforehand.
pub fn yes(question: &str, beforehand: &str) -> Result<bool, Problem> {
    if !io::stdin().is_terminal() {
        return Err(unanswered(question, beforehand));
    }
    anstream::eprint!("{question} [y/N] ");
    let _ = io::stderr().flush();
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|e| unanswered(question, beforehand).why(e.to_string()))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// The passphrase in `PEER_PASSPHRASE`, or asked for; `twice` for a new one.
pub fn passphrase(twice: bool) -> Result<String, Problem> {
    if let Some(given) = std::env::var_os("PEER_PASSPHRASE") {
        let given = given.into_string().map_err(|_| Problem::new(Code::Usage, "the passphrase is not UTF-8"))?;
        return not_empty(given);
    }
    if !io::stdin().is_terminal() {
        return Err(unanswered("a passphrase is needed", "put it in the environment as PEER_PASSPHRASE"));
    }
    let first = not_empty(prompt("Passphrase: ")?)?;
    if twice && prompt("Once more: ")? != first {
        return Err(Problem::new(Code::Usage, "the two passphrases differ"));
    }
    Ok(first)
}

fn prompt(text: &str) -> Result<String, Problem> {
    rpassword::prompt_password(text)
        .map_err(|e| Problem::new(Code::NeedsAnswer, "the passphrase cannot be read").why(e.to_string()))
}

fn not_empty(passphrase: String) -> Result<String, Problem> {
    if passphrase.is_empty() {
        return Err(Problem::new(Code::Usage, "the passphrase is empty").hint("choose four or more words"));
    }
    Ok(passphrase)
}

fn unanswered(question: &str, beforehand: &str) -> Problem {
    let question = question.trim_end_matches('?');
    Problem::new(Code::NeedsAnswer, format!("an answer is needed: {}", lower_first(question)))
        .why("standard input is no terminal, so nobody can be asked")
        .hint(beforehand)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
