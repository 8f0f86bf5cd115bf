//! Help: the grouped list of commands, exit codes, completions, and command lines that make no sense.

use std::process::ExitCode;

use api::{Code, Problem};
use clap::{Subcommand, error::ErrorKind};
use clap_complete::Shell;
use serde::Serialize;

use super::out::{Out, print};
use crate::show::{
    style::{STRONG, paint},
    table::Table,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print completions for a shell
    #[command(after_help = "Examples:
  peer completions bash > ~/.local/share/bash-completion/completions/peer
  peer completions fish > ~/.config/fish/completions/peer.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// What the exit codes mean
    #[command(after_help = exit_codes())]
    ExitCodes,
    /// Print the OpenAPI document of the local API
    #[command(hide = true)]
    Openapi,
}

/// An exit code for programs.
#[derive(Serialize)]
struct ExitCodeEntry {
    exit: u8,
    code: Code,
    meaning: &'static str,
}

impl Command {
    pub fn run(self, out: Out) -> Result<(), Problem> {
        match self {
            Self::Completions { shell } => print(&completions(shell)),
            Self::ExitCodes => out.list(&entries(), exit_codes),
            Self::Openapi => print(&format!("{:#}\n", api::openapi::json())),
        }
    }
}

fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "peer", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn entries() -> Vec<ExitCodeEntry> {
    Code::ALL
        .iter()
        .map(|code| ExitCodeEntry { exit: code.exit_code(), code: *code, meaning: meaning(*code) })
        .collect()
}

/// The table of exit codes.
fn exit_codes() -> String {
    let mut table = Table::new(&[0]);
    table.row(["0", "", "It went well"]);
    for entry in entries() {
        let code = serde_json::to_value(entry.code).ok().and_then(|v| v.as_str().map(String::from));
        table.row([entry.exit.to_string(), code.unwrap_or_default(), entry.meaning.into()]);
    }
    table.render()
}

fn meaning(code: Code) -> &'static str {
    match code {
        Code::Internal => "A fault of ours: please report it",
        Code::Usage => "The command line makes no sense",
        Code::NotRunning => "The peer is not running, or stopped before it had answered",
        Code::AlreadyRunning => "A peer runs on this home already",
        Code::NotFound => "No such space, person, message or file",
        Code::Ambiguous => "A name fits several",
        Code::NotAllowed => "Your role or the rules do not allow it",
        Code::Unreachable => "Nobody who could help can be reached",
        Code::Invitation => "The invitation is used up, expired, withdrawn, or none",
        Code::TooLarge => "A limit is reached",
        Code::Storage => "The disk is full or cannot be written",
        Code::Home => "The home is of a newer version, damaged, or not yours",
        Code::File => "A file has changed, or cannot be read or written",
        Code::NeedsAnswer => "An answer was needed and nobody was there to give it",
        Code::Interrupted => "Stopped by you; the same command goes on where it was",
        Code::Refused => "Somebody said no",
        Code::Version => "The command and the running peer are of different versions",
    }
}

/// The areas and their commands, as the list of commands shows them.
const GROUPS: &[(&str, &[&str])] = &[
    ("The peer", &["open", "up", "down", "status", "id", "name", "log", "backup", "restore"]),
    ("People", &["connect", "confirm", "deny", "requests", "nearby", "people", "connections", "block", "unblock"]),
    ("Spaces", &["space", "spaces", "members", "leave", "invite", "invites", "uninvite", "join"]),
    ("Talk", &["say", "read", "edit", "unsay", "react", "search", "mark-read"]),
    ("Files", &["share", "files", "get", "unshare", "send", "receive", "sends", "transfers"]),
    ("Help", &["help", "exit-codes", "completions"]),
];

/// The command line with its list of commands in groups.
pub fn grouped(command: clap::Command) -> clap::Command {
    let list = groups(&command);
    command
        .help_template("{about}\n\n{usage-heading} {usage}{after-help}\n{options}")
        .after_help(list)
        .override_usage("peer [COMMAND] [--json]\n       peer              start if needed, then show how it does")
}

fn groups(command: &clap::Command) -> String {
    let mut text = String::new();
    for (heading, names) in GROUPS {
        let mut table = Table::default();
        for name in *names {
            table.row([format!("  {}", paint(STRONG, format!("{name:<11}"))), about(command, name)]);
        }
        text.push_str(&format!("{heading}\n{}\n", table.render()));
    }
    text + "Options"
}

/// The list of commands as plain text.
pub fn commands() -> String {
    anstream::adapter::strip_str(&groups(&super::command())).to_string()
}

fn about(command: &clap::Command, name: &str) -> String {
    match command.find_subcommand(name).and_then(|found| found.get_about()) {
        Some(about) => about.to_string(),
        None => "This list, or more on one command".into(),
    }
}

/// A command line that cannot be parsed, or that asks for help.
pub fn refused(error: &clap::Error, json: bool) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let out = Out::new(json);
    out.problem(&problem(error));
    ExitCode::from(Code::Usage.exit_code())
}

/// The parser's words, in our form.
fn problem(error: &clap::Error) -> Problem {
    let text = error.render().to_string();
    let mut parts = text.split("\n\n").map(str::trim);
    let message = parts.next().unwrap_or_default().trim_start_matches("error:").trim();
    let tip = text.lines().find_map(|line| line.trim().strip_prefix("tip:")).map(str::trim);
    let usage = text.lines().find_map(|line| line.trim().strip_prefix("Usage:")).map(str::trim);
    let problem = Problem::new(Code::Usage, flattened(message));
    match (tip, usage) {
        (Some(tip), _) => problem.hint(tip),
        (None, Some(usage)) => {
            problem.why(format!("it is used so: {usage}")).hint(format!("{} --help", command_in(usage)))
        }
        (None, None) => problem.hint("peer help"),
    }
}

/// `peer say` of `peer say [OPTIONS] <SPACE> <TEXT|->`.
fn command_in(usage: &str) -> String {
    let word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
    usage.split(' ').take_while(word).collect::<Vec<_>>().join(" ")
}

fn flattened(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_found_in_its_usage() {
        assert_eq!(command_in("peer say [OPTIONS] <SPACE> <TEXT|->"), "peer say");
        assert_eq!(command_in("peer space new <NAME>"), "peer space new");
        assert_eq!(command_in("peer"), "peer");
    }

    /// Every command that is shown stands in one group.
    #[test]
    fn no_command_is_left_out_of_the_list() {
        let command = super::super::command();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for found in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            let times = grouped.iter().filter(|name| **name == found.get_name()).count();
            assert_eq!(times, 1, "{}", found.get_name());
        }
        for name in grouped.iter().filter(|name| **name != "help") {
            assert!(command.find_subcommand(name).is_some(), "{name}");
        }
    }

    #[test]
    fn exit_codes_are_documented_each_once() {
        let text = exit_codes();
        assert_eq!(text.lines().count(), Code::ALL.len() + 1);
        assert!(text.contains("\n  3  not_running      The peer is not running"), "{text}");
        assert!(text.contains("130  interrupted"));
    }
}
