//! Backups: an encrypted copy of what makes a peer, and a home made from one.

use std::path::PathBuf;

use api::{Problem, routes, status::BackedUp};
use clap::Subcommand;

use super::{ask, context::Context, paths};
use crate::{daemon, show::size};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write an encrypted copy of your keys and spaces
    #[command(
        after_help = "The file can be opened with the passphrase only. It is asked for, or taken from PEER_PASSPHRASE.
Files that you shared or fetched are not in it.

Examples:
  peer backup ~/mira.age
  PEER_PASSPHRASE='…' peer backup /media/stick/mira.age"
    )]
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Make this home from a backup; the peer must not run
    #[command(
        after_help = "The restored home takes a new key of its own for the same person, so that the old computer may go on.

Examples:
  peer restore ~/mira.age
  PEER_HOME=~/elsewhere peer restore ~/mira.age"
    )]
    Restore {
        /// The backup
        file: PathBuf,
    },
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Backup { file } => backup(cx, file).await,
            Self::Restore { file } => restore(cx, file),
        }
    }
}

async fn backup(cx: &Context, file: PathBuf) -> Result<(), Problem> {
    let client = cx.client()?;
    let ask = api::status::Backup { file: paths::absolute(&file)?, passphrase: ask::passphrase(true)? };
    let written = client.ask::<routes::Backup>(&ask).await?;
    show(cx, &written, "Written:")
}

fn restore(cx: &Context, file: PathBuf) -> Result<(), Problem> {
    let restored = daemon::restore(&cx.home, &paths::absolute(&file)?.to_path_buf(), ask::passphrase(false)?)?;
    show(cx, &restored, "Restored from")
}

fn show(cx: &Context, copy: &BackedUp, verb: &str) -> Result<(), Problem> {
    cx.out.one(copy, || format!("{verb} {}, {}.\n", copy.file, size::bytes(copy.size)))
}
