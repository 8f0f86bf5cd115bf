//! Talking: saying, reading, searching.

mod follow;
mod say;

use std::io::IsTerminal;

use api::{
    Nothing, Problem,
    chat::{Edit, MarkRead, Message, React, Read, Search},
    routes,
    spaces::Space,
};
use clap::{Args, Subcommand};
use jiff::Zoned;

use super::{context::Context, messages::Page};
use crate::show::{
    safe, short,
    style::{ACCENT, paint},
    when,
};

/// Messages asked for at a time.
const PAGE: u32 = 2000;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a message to a space, or to a person
    #[command(
        after_help = "When it returns, the message lasts on this device; the others get it as soon as they can be reached.

Examples:
  peer say Lab \"hi\"
  peer say @Ben \"just us\"
  make 2>&1 | peer say Lab -            all of it as one message
  tail -f x.log | peer say Lab - --each-line
  peer say Lab \"look\" --attach a.png --attach b.png
  peer say Lab \"agreed\" --reply k3f7qz"
    )]
    Say(say::Say),
    /// Read a space's messages, oldest first
    #[command(after_help = "With --follow and --json a message that changes is printed again, with the same id.

Examples:
  peer read Lab
  peer read Lab --last 20
  peer read Lab --since yesterday
  peer read @Ben --follow")]
    Read(ReadArgs),
    /// Change a message of yours
    #[command(after_help = "Examples:
  peer edit k3f7qz \"what I meant\"")]
    Edit {
        /// The message's id, or its beginning
        id: String,
        /// The new text
        text: String,
    },
    /// Take a message of yours back
    #[command(after_help = "Who has read it has read it; from now on it is shown to nobody.

Examples:
  peer unsay k3f7qz")]
    Unsay {
        /// The message's id, or its beginning
        id: String,
    },
    /// React to a message with an emoji, or take that back
    #[command(after_help = "Examples:
  peer react k3f7qz 👍
  peer react k3f7qz 👍 --off")]
    React {
        /// The message's id, or its beginning
        id: String,
        /// The emoji
        emoji: String,
        /// Take it back
        #[arg(long)]
        off: bool,
    },
    /// Search messages, newest first
    #[command(after_help = "All the words must occur; the last may be a beginning.

Examples:
  peer search \"blue print\"
  peer search invoice --space Lab --limit 10")]
    Search {
        /// What to look for
        text: String,
        /// Only in this space
        #[arg(long)]
        space: Option<String>,
        /// At most so many
        #[arg(long)]
        limit: Option<u32>,
    },
    /// Mark messages as read
    #[command(after_help = "Examples:
  peer mark-read Lab
  peer mark-read Lab k3f7qz  up to and with this one")]
    MarkRead {
        /// The space
        space: String,
        /// Up to and with this message; all if not given
        upto: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct ReadArgs {
    /// The space: its name, the beginning of its id, or @NAME
    space: String,
    /// Only the latest so many
    #[arg(long)]
    last: Option<u32>,
    /// Only from then on: 2h, 7d, today, yesterday, 2026-11-01, 2026-11-01T12:30
    #[arg(long)]
    since: Option<String>,
    /// Go on as messages come
    #[arg(long, short)]
    follow: bool,
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Say(say) => say.run(cx).await,
            Self::Read(read) => read.run(cx).await,
            Self::Edit { id, text } => changed(cx, cx.one::<routes::Edit>(&id, Edit { text }).await?),
            Self::Unsay { id } => changed(cx, cx.one::<routes::Unsay>(&id, Nothing {}).await?),
            Self::React { id, emoji, off } => {
                changed(cx, cx.one::<routes::React>(&id, React { emoji, on: !off }).await?)
            }
            Self::Search { text, space, limit } => search(cx, Search { text, space, limit }).await,
            Self::MarkRead { space, upto } => mark_read(cx, &space, upto).await,
        }
    }
}

fn changed(cx: &Context, message: Message) -> Result<(), Problem> {
    cx.out.one(&message, || Page::new(&cx.now).add(std::slice::from_ref(&message)))
}

impl ReadArgs {
    async fn run(self, cx: &Context) -> Result<(), Problem> {
        let since = self.since.as_deref().map(|text| when::parse_since(text, &cx.now)).transpose();
        let since = since.map_err(|why| Problem::new(api::Code::Usage, why))?;
        let ask = Read { last: self.last, since, ..Read::default() };
        if self.follow {
            return follow::run(cx, &self.space, ask).await;
        }
        let (mut page, mut any) = (Page::new(&cx.now), false);
        read(cx, &self.space, ask, |messages| {
            any |= !messages.is_empty();
            cx.out.list(messages, || page.add(messages))
        })
        .await?;
        if !any && std::io::stdout().is_terminal() {
            let write = super::spaces::quoted(&safe::line(&self.space));
            cx.out.text(&format!("Nothing was said here yet. Say something with: peer say {write} TEXT\n"))?;
        }
        Ok(())
    }
}

/// Reads page by page, so that neither side holds a long history in memory.
async fn read(
    cx: &Context,
    space: &str,
    mut ask: Read,
    mut show: impl FnMut(&[Message]) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let client = cx.client()?;
    if ask.last.is_none() {
        ask.first = Some(PAGE);
    }
    loop {
        let messages = client.list::<routes::Messages>(space, &ask).await?;
        show(&messages)?;
        match messages.last() {
            Some(last) if ask.first == Some(messages.len() as u32) => ask.after = Some(last.id.clone()),
            _ => return Ok(()),
        }
    }
}

async fn search(cx: &Context, ask: Search) -> Result<(), Problem> {
    let client = cx.client()?;
    let found = client.list::<routes::Search>("", &ask).await?;
    let spaces = if cx.out.json { Vec::new() } else { client.list::<routes::Spaces>("", &Nothing {}).await? };
    cx.out.list(&found, || match found.as_slice() {
        [] => format!("Nothing says \"{}\".\n", safe::line(&ask.text)),
        all => found_text(all, &spaces, &cx.now),
    })
}

/// Each message under the space it stands in, wherever that changes.
fn found_text(found: &[Message], spaces: &[Space], now: &Zoned) -> String {
    let name = |id: &str| spaces.iter().find(|space| space.id == id).map_or(short(id), |space| space.name.clone());
    let mut text = String::new();
    for together in found.chunk_by(|a, b| a.space == b.space) {
        text.push_str(&format!(
            "{}\n{}",
            paint(ACCENT, safe::line(&name(&together[0].space))),
            Page::new(now).add(together)
        ));
    }
    text
}

async fn mark_read(cx: &Context, space: &str, upto: Option<String>) -> Result<(), Problem> {
    let marked = cx.one::<routes::MarkRead>(space, MarkRead { upto }).await?;
    cx.out.one(&marked, || match marked.unread {
        0 => "All read.\n".into(),
        left => format!("{left} left to read.\n"),
    })
}
