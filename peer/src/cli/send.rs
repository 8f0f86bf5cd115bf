//! Giving somebody files with no space at all: a code, and what it fetches.

use std::path::PathBuf;

use api::{
    Nothing, Problem, routes,
    send::{NewSend, Offer, Receive},
};
use clap::Subcommand;

use super::{context::Context, messages::reference, paths, work};
use crate::show::{
    count, safe, size,
    style::{ACCENT, FAINT, STRONG, paint},
    table::Table,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Offer files and folders by a code
    #[command(after_help = "On one network a few words are the code; across networks it is a link.
The peer keeps offering until it was received, or you cancel it.

Examples:
  peer send holiday.zip
  peer send ~/photos --uses 5
  peer send draft.txt --copy  the draft may change meanwhile")]
    Send {
        /// Files and folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// How often it may be received
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
        uses: Option<u32>,
        /// Keep a copy, so that the originals may change or go
        #[arg(long)]
        copy: bool,
    },
    /// Fetch what a code offers
    #[command(after_help = "Stopped at any moment, the same command goes on where it was.

Examples:
  peer receive apple-river-stone
  peer receive LINK --to ~/Downloads")]
    Receive {
        /// The words, or the link
        #[arg(required = true, num_args = 1..)]
        code: Vec<String>,
        /// The folder to put it in; made if it is not there
        #[arg(long, default_value = ".")]
        to: PathBuf,
    },
    /// What you offer
    #[command(
        args_conflicts_with_subcommands = true,
        disable_help_subcommand = true,
        after_help = "Examples:
  peer sends
  peer sends cancel k3f7qz"
    )]
    Sends {
        #[command(subcommand)]
        command: Option<SendsCommand>,
    },
}

#[derive(Debug, Subcommand)]
pub enum SendsCommand {
    /// What you offer
    List,
    /// Offer something no longer
    Cancel {
        /// The offer's id, or its beginning
        id: String,
    },
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Send { paths, uses, copy } => {
                send(cx, NewSend { paths: paths::all_absolute(&paths)?, uses, copy }).await
            }
            Self::Receive { code, to } => {
                // Words may be typed with spaces as well as with hyphens.
                let ask = Receive { code: code.join("-"), to: paths::absolute(&to)?, background: false };
                work::run::<routes::Receive>(cx, "", ask, "Received").await
            }
            Self::Sends { command: Some(SendsCommand::Cancel { id }) } => cancel(cx, &id).await,
            Self::Sends { .. } => sends(cx).await,
        }
    }
}

async fn send(cx: &Context, ask: NewSend) -> Result<(), Problem> {
    let offer = cx.one::<routes::Send>("", ask).await?;
    cx.out.one(&offer, || {
        format!(
            "Offering {}, {}.\n\nOn the same network:\n    {}\nElsewhere:\n    {}\n\nIt ends with: peer sends cancel {}\n",
            count(offer.files, "file", "files"),
            size::bytes(offer.bytes),
            paint(ACCENT, format!("peer receive {}", offer.code)),
            paint(ACCENT, format!("peer receive {}", offer.link)),
            reference(&offer.id),
        )
    })
}

async fn sends(cx: &Context) -> Result<(), Problem> {
    let offers = cx.client()?.list::<routes::Sends>("", &Nothing {}).await?;
    cx.out.list(&offers, || match offers.as_slice() {
        [] => "You offer nothing at present. Offer something with: peer send PATH\n".into(),
        all => {
            let mut table = Table::default();
            all.iter().for_each(|offer| table.row(row(offer)));
            table.render()
        }
    })
}

fn row(offer: &Offer) -> [String; 5] {
    let names: Vec<_> = offer.names.iter().map(|name| safe::line(name)).collect();
    [
        reference(&offer.id),
        paint(STRONG, names.join(", ")),
        format!("{}, {}", count(offer.files, "file", "files"), size::bytes(offer.bytes)),
        paint(ACCENT, &offer.code),
        paint(FAINT, format!("received {} of {}", offer.received, offer.uses)),
    ]
}

async fn cancel(cx: &Context, id: &str) -> Result<(), Problem> {
    let offer = cx.one::<routes::Cancel>(id, Nothing {}).await?;
    cx.out.one(&offer, || {
        format!("No longer offered: {}\n", offer.names.iter().map(|n| safe::line(n)).collect::<Vec<_>>().join(", "))
    })
}
