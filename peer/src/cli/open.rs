//! The page: its address, and the browser that shows it.

use std::io::IsTerminal;

use api::{Nothing, Problem, routes, session::Opened};
use clap::Args;
use serde::Serialize;

use super::context::Context;
use crate::{
    daemon,
    show::style::{ACCENT, FAINT, paint},
};

/// `peer open`
#[derive(Debug, Args)]
pub struct Command {
    /// Only print the address, for a browser of your choice
    #[arg(long)]
    print: bool,
}

/// The address, and whether a browser was told of it.
#[derive(Serialize)]
struct Outcome {
    #[serde(flatten)]
    opened: Opened,
    browser: bool,
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        if cx.status().await?.is_none() {
            daemon::background::start(&cx.home).await?;
        }
        let outcome = open(cx, !self.print && !cx.out.json && has_browser()).await?;
        cx.out.one(&outcome, || told(&outcome))
    }
}

/// Opens the page where there is somebody to see it; says so, or nothing.
pub async fn open_if_seen(cx: &Context) -> Result<String, Problem> {
    if cx.out.json || !has_browser() || !std::io::stdout().is_terminal() {
        return Ok(String::new());
    }
    let outcome = open(cx, true).await?;
    Ok(if outcome.browser { format!("\n{}", told(&outcome)) } else { String::new() })
}

async fn open(cx: &Context, in_browser: bool) -> Result<Outcome, Problem> {
    let opened = cx.one::<routes::Open>("", Nothing {}).await?;
    let browser = in_browser && launch(&opened.url);
    Ok(Outcome { opened, browser })
}

fn told(outcome: &Outcome) -> String {
    let address = paint(ACCENT, &outcome.opened.url);
    let once = paint(FAINT, format!("It lets one browser in, within {} seconds.", outcome.opened.expires_s));
    match outcome.browser {
        true => format!("Your page opens in the browser. If it does not, this is its address:\n{address}\n{once}\n"),
        false => format!("{address}\n{once}\n"),
    }
}

/// Whether the user sits at a desktop: a screen, and not one that is somewhere else.
pub fn has_browser() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let screen = cfg!(target_os = "macos") || set("DISPLAY") || set("WAYLAND_DISPLAY");
    screen && !set("SSH_CONNECTION")
}

/// Hands the address to the desktop. Other users of this computer may see it for a moment among the processes; the code in it
/// works once, and a second use of it ends what the first one began.
fn launch(url: &str) -> bool {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let nothing = std::process::Stdio::null;
    std::process::Command::new(program).arg(url).stdin(nothing()).stdout(nothing()).stderr(nothing()).spawn().is_ok()
}
