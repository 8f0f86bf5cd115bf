//! The peer itself: starting, stopping, how it does, who it is.

use api::{Code, Nothing, Problem, routes, status::Settings};
use clap::Subcommand;

use super::{context::Context, open, out::Out};
use crate::{
    daemon,
    home::Home,
    show::{
        count, qr, safe, short, size,
        style::{ACCENT, FAINT, STRONG, paint},
        table::Table,
        when,
    },
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the peer and stay with it; Ctrl-C stops it
    #[command(after_help = "Examples:
  peer up --background        start it and return when it is ready
  PEER_HOME=~/second peer up  a second peer of its own, in this terminal

Environment:
  PEER_HOME      the folder it keeps everything in
  PEER_PORT      the port for other peers, UDP and TCP (4919, or the next free one)
  PEER_API_PORT  the port of the page, on 127.0.0.1 only (any free one)
A port is chosen once and kept; 0 asks for any free one.")]
    Up {
        /// Return as soon as the peer is ready
        #[arg(long)]
        background: bool,
        /// Be the peer that runs in the background
        #[arg(long, hide = true, conflicts_with = "background")]
        detached: bool,
    },
    /// Stop the peer and wait until it is gone
    #[command(after_help = "Examples:
  peer down")]
    Down,
    /// How the peer does
    #[command(after_help = "Examples:
  peer status
  peer status --json | jq -r .api.url")]
    Status,
    /// Who you are, and the link by which others can connect
    #[command(after_help = "Examples:
  peer id
  peer id --qr               the link as a picture")]
    Id {
        /// Show the link as a picture
        #[arg(long)]
        qr: bool,
    },
    /// Show or change the name others see
    #[command(after_help = "Examples:
  peer name Mira
  peer name                  what it is now")]
    Name {
        /// The new name
        new: Option<String>,
    },
}

impl Command {
    /// Whether this command turns into the peer rather than asking it.
    pub fn is_foreground(&self) -> bool {
        matches!(self, Self::Up { background: false, .. })
    }

    /// Becomes the peer until it is stopped.
    pub fn foreground(self, out: Out) -> Result<(), Problem> {
        let home = Home::from_env()?;
        match self {
            Self::Up { detached: true, .. } => daemon::background::run_detached(&home),
            _ => daemon::run(&home, daemon::Console::Terminal, |status| announce(out, status)),
        }
    }

    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Up { .. } => start_in_background(cx).await,
            Self::Down => down(cx).await,
            Self::Status => status(cx).await,
            Self::Id { qr } => id(cx, qr).await,
            Self::Name { new } => name(cx, new).await,
        }
    }
}

/// `peer` alone: starts it if it does not run, shows how it does and what to type next. Who has just started it at a desktop
/// sees the page as well.
pub async fn start_and_show(cx: &Context) -> Result<(), Problem> {
    let (status, page) = match cx.status().await? {
        Some(status) => (status, String::new()),
        None => {
            daemon::background::start(&cx.home).await?;
            (cx.one::<routes::Status>("", Nothing {}).await?, open::open_if_seen(cx).await?)
        }
    };
    cx.out.one(&status, || shown(&status, &cx.now) + &next(&status) + &page)
}

async fn start_in_background(cx: &Context) -> Result<(), Problem> {
    daemon::background::start(&cx.home).await?;
    let status = cx.one::<routes::Status>("", Nothing {}).await?;
    cx.out.one(&status, || running(&status))
}

fn announce(out: Out, status: &api::status::Status) -> Result<(), Problem> {
    out.one(status, || running(status) + "Ctrl-C stops it.\n")
}

fn running(status: &api::status::Status) -> String {
    format!("{} is up on port {}.\n", paint(STRONG, safe::line(&status.person.name)), status.peer.port)
}

async fn down(cx: &Context) -> Result<(), Problem> {
    let pid = cx.home.running_pid();
    cx.one::<routes::Stop>("", Nothing {}).await?;
    cx.home.wait_until_free().await?;
    cx.out.one(&serde_json::json!({ "stopped": true, "pid": pid }), || "The peer has stopped.\n".into())
}

async fn status(cx: &Context) -> Result<(), Problem> {
    let status = cx.one::<routes::Status>("", Nothing {}).await?;
    cx.out.one(&status, || shown(&status, &cx.now))
}

async fn id(cx: &Context, picture: bool) -> Result<(), Problem> {
    let id = cx.one::<routes::Id>("", Nothing {}).await?;
    let picture = if picture && !cx.out.json { qr::picture(&id.link)? } else { String::new() };
    cx.out.one(&id, || {
        let mut table = Table::default();
        table.row([paint(STRONG, safe::line(&id.name)), String::new()]);
        table.row([paint(FAINT, "person"), id.person.clone()]);
        table.row([paint(FAINT, "peer"), id.peer.clone()]);
        table.row([paint(FAINT, "link"), id.link.clone()]);
        table.render() + &picture
    })
}

async fn name(cx: &Context, new: Option<String>) -> Result<(), Problem> {
    let settings = match new {
        None => cx.one::<routes::Settings>("", Nothing {}).await?,
        Some(name) if name.trim().is_empty() => return Err(Problem::new(Code::Usage, "the name is empty")),
        Some(name) => cx.one::<routes::Set>("", Settings { name: Some(name), ..Settings::default() }).await?,
    };
    cx.out.one(&settings, || safe::line(settings.name.as_deref().unwrap_or_default()).into_owned() + "\n")
}

fn shown(status: &api::status::Status, now: &jiff::Zoned) -> String {
    let (peer, person) = (&status.peer, &status.person);
    let mut table = Table::default();
    let mut row = |key: &str, value: String| table.row([paint(FAINT, key), value]);
    row("person", short(&person.id));
    row("peer", format!("{}, version {}, process {}", short(&peer.id), peer.version, peer.pid));
    row("since", when::clock(&peer.since, now));
    row("home", safe::line(&peer.home).into_owned());
    row("port", format!("{} {}", peer.port, paint(FAINT, "UDP and TCP")));
    row("addresses", if peer.addresses.is_empty() { "none yet".into() } else { peer.addresses.join(", ") });
    row("nearby", if peer.nearby { "seen by people on this network".into() } else { "off".into() });
    row("page", status.api.url.clone());
    row("spaces", spaces_and_unread(status));
    row("connected", count(status.sessions as u64, "peer", "peers"));
    row("content", format!("{} sent, {} received", size::bytes(status.sent_bytes), size::bytes(status.received_bytes)));
    let mut text = format!("{}\n{}", paint(STRONG, safe::line(&person.name)), table.render());
    for notice in &status.notices {
        text.push_str(&format!("{} {}\n", paint(ACCENT, "!"), safe::line(notice)));
    }
    text
}

fn spaces_and_unread(status: &api::status::Status) -> String {
    let unread = match status.unread {
        0 => String::new(),
        n => format!(", {}", paint(ACCENT, count(n, "unread message", "unread messages"))),
    };
    format!("{}{unread}", status.spaces)
}

/// What to type next.
fn next(status: &api::status::Status) -> String {
    let steps: &[(&str, &str)] = match status.spaces {
        0 => &[
            ("peer open", "see everything in the browser"),
            ("peer name NAME", "say what others should call you"),
            ("peer space new NAME", "make a space"),
            ("peer join LINK", "join one you were invited to"),
            ("peer send FILE", "give somebody a file, with no space at all"),
            ("peer help", "everything else"),
        ],
        _ => &[
            ("peer open", "see everything in the browser"),
            ("peer spaces", "your spaces and what is new in them"),
            ("peer read SPACE", "read"),
            ("peer say SPACE TEXT", "write"),
            ("peer files SPACE", "see the files, then: peer get SPACE PATH"),
            ("peer invite SPACE", "let somebody in"),
        ],
    };
    let mut table = Table::default();
    for (command, what) in steps {
        table.row([format!("  {}", paint(STRONG, command)), (*what).to_owned()]);
    }
    format!("\nWhat next?\n{}", table.render())
}
