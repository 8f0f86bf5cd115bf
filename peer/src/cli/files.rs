//! Shared files.

use std::{
    io::IsTerminal,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use api::{
    AnyPath, Problem,
    chat::GetAttached,
    files::{File, FileState, Get, ListFiles, Share, Unshare},
    routes,
};
use clap::Subcommand;

use super::{context::Context, paths, spaces::quoted, work};
use crate::show::{
    count, safe, size,
    style::{ACCENT, FAINT, NEAR, paint},
    table::Table,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Share files and folders with a space
    #[command(after_help = "They stay where they are and are read from there; with --copy the peer keeps its own copy.
A folder's name is the first part of its paths within the space.

Examples:
  peer share Lab notes.pdf
  peer share Lab ~/photos --copy")]
    Share {
        /// The space: its name, or the beginning of its id
        space: String,
        /// Files and folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Keep a copy, so that the originals may change or go
        #[arg(long)]
        copy: bool,
    },
    /// The files of a space
    #[command(after_help = "Examples:
  peer files Lab
  peer files Lab photos/2026")]
    Files {
        /// The space: its name, or the beginning of its id
        space: String,
        /// Only this file, or what is in this folder
        path: Option<PathBuf>,
    },
    /// Fetch files of a space, or what is attached to a message
    #[command(after_help = "Stopped at any moment, the same command goes on where it was.

Examples:
  peer get Lab notes.pdf
  peer get Lab photos --to ~/Pictures
  peer get Lab --message k3f7qz            all that is attached to it
  peer get Lab --message k3f7qz plan.pdf   one of several")]
    Get {
        /// The space: its name, or the beginning of its id
        space: String,
        /// Paths within the space: of files or of folders; with --message names of attachments
        #[arg(required_unless_present = "message")]
        paths: Vec<PathBuf>,
        /// The message whose attachments to fetch: its id, or the beginning of it
        #[arg(long, value_name = "ID")]
        message: Option<String>,
        /// The folder to put them in; made if it is not there
        #[arg(long, default_value = ".")]
        to: PathBuf,
    },
    /// Share files no longer
    #[command(after_help = "Who has fetched them keeps them.

Examples:
  peer unshare Lab notes.pdf")]
    Unshare {
        /// The space: its name, or the beginning of its id
        space: String,
        /// Paths within the space: of files or of folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Share { space, paths, copy } => {
                let ask = Share { paths: paths::all_absolute(&paths)?, copy, background: false };
                work::run::<routes::Share>(cx, &space, ask, "Shared").await
            }
            Self::Files { space, path } => files(cx, &space, path).await,
            Self::Get { space, paths, message: Some(message), to } => {
                let names = paths.iter().map(|name| name.to_string_lossy().into_owned()).collect();
                let ask = GetAttached { space: Some(space), names, to: paths::absolute(&to)?, background: false };
                work::run::<routes::GetAttached>(cx, &message, ask, "Fetched").await
            }
            Self::Get { space, paths, message: None, to } => {
                let ask = Get { paths: within(&paths), to: paths::absolute(&to)?, background: false };
                work::run::<routes::Get>(cx, &space, ask, "Fetched").await
            }
            Self::Unshare { space, paths } => unshare(cx, &space, &paths).await,
        }
    }
}

/// Paths within a space, whatever bytes they are made of.
fn within(paths: &[PathBuf]) -> Vec<AnyPath> {
    paths.iter().map(|path| AnyPath::from(path.as_path())).collect()
}

async fn files(cx: &Context, space: &str, path: Option<PathBuf>) -> Result<(), Problem> {
    let files = cx.client()?.list::<routes::Files>(space, &which(path.as_deref())).await?;
    cx.out.list(&files, || match files.as_slice() {
        [] => format!("No files here yet. Share some with: peer share {} PATH\n", quoted(&safe::line(space))),
        all => table(all),
    })
}

fn which(path: Option<&Path>) -> ListFiles {
    match path.map(|path| (path.to_str(), path.as_os_str().as_bytes())) {
        None => ListFiles::default(),
        Some((Some(text), _)) => ListFiles { path: Some(text.into()), path_bytes: None },
        Some((None, bytes)) => ListFiles { path: None, path_bytes: Some(api::path::base64(bytes)) },
    }
}

fn table(files: &[File]) -> String {
    let (mut table, terminal) = (Table::new(&[0]), std::io::stdout().is_terminal());
    for file in files {
        table.row([
            size::bytes(file.size),
            state(file),
            safe::line(&file.path).into_owned() + if file.executable && terminal { "*" } else { "" },
            paint(FAINT, origin(file)),
        ]);
    }
    let total = files.iter().map(|file| file.size).sum();
    let lines = if terminal { table.render() } else { table.render_loose() };
    lines + &paint(FAINT, format!("{}, {}", count(files.len() as u64, "file", "files"), size::bytes(total))) + "\n"
}

fn state(file: &File) -> String {
    match file.state {
        FileState::Shared => paint(NEAR, "yours"),
        FileState::Here => paint(NEAR, "here"),
        FileState::Partial => format!("{} %", file.have * 100 / file.size.max(1)),
        FileState::Remote => paint(FAINT, "remote"),
        FileState::Changed => paint(ACCENT, "changed"),
    }
}

fn origin(file: &File) -> String {
    let mut text = format!("by {}", safe::line(&file.by));
    if !file.holders.is_empty() {
        let names: Vec<_> = file.holders.iter().map(|name| safe::line(name)).collect();
        text.push_str(&format!(", with {}", names.join(", ")));
    }
    if file.conflicts > 0 {
        text.push_str(&format!(", {}", count(file.conflicts.into(), "other version", "other versions")));
    }
    text
}

async fn unshare(cx: &Context, space: &str, paths: &[PathBuf]) -> Result<(), Problem> {
    let unshared = cx.one::<routes::Unshare>(space, Unshare { paths: within(paths) }).await?;
    cx.out.one(&unshared, || format!("No longer shared: {}.\n", count(unshared.files, "file", "files")))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn paths_that_are_no_text_are_asked_for_by_their_bytes() {
        assert_eq!(which(Some(Path::new("a/b"))).path.as_deref(), Some("a/b"));
        let odd = which(Some(Path::new(OsStr::from_bytes(b"a/\xff"))));
        assert_eq!((odd.path, odd.path_bytes.as_deref()), (None, Some("YS//")));
    }
}
