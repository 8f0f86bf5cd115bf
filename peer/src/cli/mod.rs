//! The command line: one file an area, the same nouns as everywhere.
//!
//! A command parses its arguments, makes paths absolute, asks the running peer, and shows what it answers. It decides
//! nothing. What goes wrong becomes a [`Problem`] with a documented exit code, told once, here.

mod ask;
mod chat;
mod context;
mod files;
mod help;
mod invitations;
mod log;
mod messages;
mod open;
mod out;
mod paths;
mod peer;
mod people;
mod safekeeping;
mod send;
mod spaces;
mod transfers;
mod work;

use std::{ffi::OsString, process::ExitCode};

use api::Problem;
use clap::{CommandFactory, Parser, Subcommand};

use context::Context;
pub use help::commands;
use out::Out;

/// Spaces, talk and files between computers, with no server
#[derive(Debug, Parser)]
#[command(name = "peer", version, propagate_version = false, disable_help_subcommand = false, max_term_width = 100)]
struct Cli {
    /// Print JSON: one object, or one a line
    #[arg(long, global = true, display_order = 900)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Peer(peer::Command),
    /// Open the page in the browser
    #[command(
        after_help = "Where there is no desktop, it prints the page's address. The address lets one browser in, once.

Examples:
  peer open
  peer open --print
  peer open --json | jq -r .url"
    )]
    Open(open::Command),
    #[command(flatten)]
    Log(log::Command),
    #[command(flatten)]
    Safekeeping(safekeeping::Command),
    #[command(flatten)]
    People(people::Command),
    #[command(flatten)]
    Spaces(spaces::Command),
    #[command(flatten)]
    Invitations(invitations::Command),
    #[command(flatten)]
    Chat(chat::Command),
    #[command(flatten)]
    Files(files::Command),
    #[command(flatten)]
    Send(send::Command),
    /// Long pieces of work with files: how they go, stopping them and going on
    #[command(after_help = "Whoever began them: this or another terminal, or the page.

Examples:
  peer transfers
  peer transfers pause 3
  peer transfers resume 3
  peer transfers end 3")]
    Transfers(transfers::Command),
    #[command(flatten)]
    Help(help::Command),
}

/// Parses, runs, and tells what went wrong.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return help::refused(&error, wants_json(&arguments)),
    };
    let out = Out::new(cli.json);
    match run(cli, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            out.problem(&problem);
            ExitCode::from(problem.code.exit_code())
        }
    }
}

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    <Cli as clap::FromArgMatches>::from_arg_matches(&matches)
}

/// The whole command line, its list of commands grouped by area.
fn command() -> clap::Command {
    help::grouped(Cli::command())
}

/// Whether JSON was asked for on a command line that cannot be parsed.
fn wants_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|a| *a != "--").any(|a| a == "--json")
}

fn run(cli: Cli, out: Out) -> Result<(), Problem> {
    let command = match cli.command {
        Some(Command::Peer(command)) if command.is_foreground() => return command.foreground(out),
        Some(Command::Help(command)) => return command.run(out),
        command => command,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|e| Problem::new(api::Code::Internal, "nothing can be run here").why(e.to_string()))?;
    runtime.block_on(dispatch(command, Context::new(out)?))
}

async fn dispatch(command: Option<Command>, cx: Context) -> Result<(), Problem> {
    match command {
        None => peer::start_and_show(&cx).await,
        Some(Command::Peer(command)) => command.run(&cx).await,
        Some(Command::Open(command)) => command.run(&cx).await,
        Some(Command::Log(command)) => command.run(&cx).await,
        Some(Command::Safekeeping(command)) => command.run(&cx).await,
        Some(Command::People(command)) => command.run(&cx).await,
        Some(Command::Spaces(command)) => command.run(&cx).await,
        Some(Command::Invitations(command)) => command.run(&cx).await,
        Some(Command::Chat(command)) => command.run(&cx).await,
        Some(Command::Files(command)) => command.run(&cx).await,
        Some(Command::Send(command)) => command.run(&cx).await,
        Some(Command::Transfers(command)) => command.run(&cx).await,
        Some(Command::Help(command)) => command.run(cx.out),
    }
}

#[cfg(test)]
mod tests;
