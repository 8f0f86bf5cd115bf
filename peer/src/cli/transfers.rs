//! Long pieces of work with files, whoever began them.

use api::{
    Nothing, Problem, routes,
    transfers::{SetTransfer, Transfer, TransferKind, TransferState},
};
use clap::{Args, Subcommand};

use super::context::Context;
use crate::show::{
    safe, size,
    style::{ACCENT, FAINT, NEAR, STRONG, WRONG, paint},
    table::Table,
    when,
};

/// `peer transfers`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Command {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// What is under way, and what was of late
    List,
    /// Stop one for now; what has come stays
    Pause {
        /// Its number
        id: String,
    },
    /// Go on with one that was stopped or failed
    Resume {
        /// Its number
        id: String,
    },
    /// End one and forget it; what has come stays
    End {
        /// Its number
        id: String,
    },
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self.deed {
            None | Some(Deed::List) => list(cx).await,
            Some(Deed::Pause { id }) => set(cx, &id, true).await,
            Some(Deed::Resume { id }) => set(cx, &id, false).await,
            Some(Deed::End { id }) => {
                let transfer = cx.one::<routes::EndTransfer>(&id, Nothing {}).await?;
                cx.out.one(&transfer, || format!("Ended: {}\n", safe::line(&transfer.name)))
            }
        }
    }
}

async fn list(cx: &Context) -> Result<(), Problem> {
    let transfers = cx.client()?.list::<routes::Transfers>("", &Nothing {}).await?;
    cx.out.list(&transfers, || match transfers.as_slice() {
        [] => "Nothing is under way.\n".into(),
        all => {
            let mut table = Table::new(&[0, 3]);
            all.iter().for_each(|transfer| table.row(row(transfer, &cx.now)));
            table.render()
        }
    })
}

async fn set(cx: &Context, id: &str, paused: bool) -> Result<(), Problem> {
    let transfer = cx.one::<routes::SetTransfer>(id, SetTransfer { paused }).await?;
    let word = if paused { "Paused" } else { "Going on" };
    cx.out.one(&transfer, || format!("{word}: {}\n", safe::line(&transfer.name)))
}

fn row(transfer: &Transfer, now: &jiff::Zoned) -> [String; 6] {
    let share = transfer.bytes.saturating_mul(100).checked_div(transfer.total_bytes).unwrap_or(0);
    let how = match transfer.state {
        TransferState::Going if transfer.rate > 0.0 => paint(ACCENT, size::rate(transfer.rate)),
        TransferState::Going => paint(ACCENT, &transfer.step),
        TransferState::Paused => "paused".into(),
        TransferState::Done => paint(NEAR, "done"),
        TransferState::Failed => {
            let why = transfer.problem.as_ref().map(|problem| safe::line(&problem.message)).unwrap_or_default();
            paint(WRONG, why)
        }
    };
    [
        paint(FAINT, &transfer.id),
        kind(transfer.kind).into(),
        paint(STRONG, safe::line(&transfer.name)),
        format!("{share} % of {}", size::bytes(transfer.total_bytes)),
        how,
        paint(FAINT, when::ago(&transfer.since, now)),
    ]
}

fn kind(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Get => "get",
        TransferKind::Share => "share",
        TransferKind::Send => "send",
        TransferKind::Receive => "receive",
    }
}
