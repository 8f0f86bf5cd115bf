//! People: meeting, confirming, who is near, who is known.

use std::time::Duration;

use api::{
    Nothing, Problem,
    connections::Connection,
    people::{Answer, Block, Connect, NearbyList, Person, Request},
    routes,
    status::Settings,
};
use clap::Subcommand;

use super::context::Context;
use crate::show::{
    reach::reach,
    safe, short, size,
    style::{ACCENT, FAINT, STRONG, paint},
    table::Table,
    when,
};

/// A peer younger than this, in seconds, has not heard everybody nearby.
const YOUNG_S: i64 = 10;
/// So long it is listened before it is said that nobody is heard.
const LOOK_FIRST: Duration = Duration::from_secs(3);
/// How often it is looked meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask somebody to be a contact, knowing an address, a link, or a name nearby
    #[command(after_help = "Both of you then see the same few words. Compare them, by voice if you can, then confirm.

Examples:
  peer connect 203.0.113.7
  peer connect 192.168.1.20:4919
  peer connect Ben           somebody that `peer nearby` shows
  peer connect LINK          what `peer id` shows on the other side")]
    Connect {
        /// An address, a link, or somebody nearby
        #[arg(value_name = "IP[:PORT]|LINK|NAME")]
        to: String,
    },
    /// Confirm that both see the same words
    #[command(after_help = "Examples:
  peer confirm Ben")]
    Confirm {
        /// Who asked, or was asked
        name: String,
    },
    /// Refuse a request, as when the words differ
    #[command(after_help = "Examples:
  peer deny Ben")]
    Deny {
        /// Who asked, or was asked
        name: String,
    },
    /// Who asks to be a contact, and whom you asked
    #[command(after_help = "Examples:
  peer requests")]
    Requests,
    /// Who is on the local network
    #[command(after_help = "Only a name and a short id are told. Switched off, nobody there sees you, nor you them.

Examples:
  peer nearby
  peer nearby --off")]
    Nearby {
        /// Look, and be seen
        #[arg(long, conflicts_with = "off")]
        on: bool,
        /// Neither look nor be seen
        #[arg(long)]
        off: bool,
    },
    /// Contacts and members of your spaces: how they are reached, when they were last seen
    #[command(after_help = "Examples:
  peer people
  peer people --json | jq -r 'select(.online).name'")]
    People,
    /// Every peer you know of: how it is reached, since when, what went there and came back
    #[command(after_help = "Examples:
  peer connections
  peer connections --json | jq -r 'select(.online).path'")]
    Connections,
    /// Have nothing to do with a person: no sessions, no conversations, no requests
    #[command(after_help = "Examples:
  peer block Ben")]
    Block {
        /// Whom
        name: String,
    },
    /// Take a block back
    #[command(after_help = "Examples:
  peer unblock Ben")]
    Unblock {
        /// Whom
        name: String,
    },
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Connect { to } => connect(cx, to).await,
            Self::Confirm { name } => answer(cx, &name, true).await,
            Self::Deny { name } => answer(cx, &name, false).await,
            Self::Requests => requests(cx).await,
            Self::Nearby { on, off } => nearby(cx, on, off).await,
            Self::People => people(cx).await,
            Self::Connections => connections(cx).await,
            Self::Block { name } => block(cx, &name, true).await,
            Self::Unblock { name } => block(cx, &name, false).await,
        }
    }
}

async fn connect(cx: &Context, to: String) -> Result<(), Problem> {
    let request = cx.one::<routes::Connect>("", Connect { to }).await?;
    cx.out.one(&request, || {
        let name = safe::line(&request.name);
        format!(
            "{} and you should both see:\n\n    {}\n\nThe same?  peer confirm {name}\nNot?       peer deny {name}\n",
            paint(STRONG, &name),
            paint(ACCENT, &request.words),
        )
    })
}

async fn answer(cx: &Context, who: &str, confirm: bool) -> Result<(), Problem> {
    let request = cx.one::<routes::Answer>(who, Answer { confirm }).await?;
    cx.out.one(&request, || {
        let name = safe::line(&request.name);
        match (confirm, request.confirmed_by_them) {
            (false, _) => format!("Denied. {name} is no contact.\n"),
            (true, true) => format!("{name} is a contact now. Write with: peer say @{name} TEXT\n"),
            (true, false) => format!("Confirmed. {name} has yet to confirm.\n"),
        }
    })
}

async fn requests(cx: &Context) -> Result<(), Problem> {
    let requests = cx.client()?.list::<routes::Requests>("", &Nothing {}).await?;
    cx.out.list(&requests, || match requests.as_slice() {
        [] => "Nobody asks at present.\n".into(),
        all => requests_table(all, &cx.now),
    })
}

fn requests_table(requests: &[Request], now: &jiff::Zoned) -> String {
    let mut table = Table::default();
    for r in requests {
        let state = match (r.confirmed, r.confirmed_by_them) {
            (true, _) => "you have confirmed, they have not",
            (_, true) => "they have confirmed, you have not",
            _ if r.incoming => "asks you",
            _ => "asked by you",
        };
        table.row([
            paint(STRONG, safe::line(&r.name)),
            paint(ACCENT, &r.words),
            state.into(),
            paint(FAINT, when::ago(&r.since, now)),
            paint(FAINT, short(&r.id)),
        ]);
    }
    table.render()
}

async fn nearby(cx: &Context, on: bool, off: bool) -> Result<(), Problem> {
    let client = cx.client()?;
    if on || off {
        client.ask::<routes::Set>(&Settings { nearby: Some(on), ..Settings::default() }).await?;
    }
    let mut list = client.ask::<routes::Nearby>(&Nothing {}).await?;
    if list.on && list.people.is_empty() && has_just_begun(&client).await? {
        let end = tokio::time::Instant::now() + LOOK_FIRST;
        while list.people.is_empty() && tokio::time::Instant::now() < end {
            tokio::time::sleep(LOOK_AGAIN).await;
            list = client.ask::<routes::Nearby>(&Nothing {}).await?;
        }
    }
    cx.out.list(&list.people, || if off { JUST_OFF.into() } else { nearby_text(&list) })
}

/// Whether the peer has hardly had time to hear anybody.
async fn has_just_begun(client: &api::Client) -> Result<bool, Problem> {
    let since = client.ask::<routes::Status>(&Nothing {}).await?.peer.since.parse::<jiff::Timestamp>();
    let age = since.map(|since| jiff::Timestamp::now().duration_since(since));
    Ok(age.is_ok_and(|age| age.as_secs() < YOUNG_S))
}

/// What was announced is remembered by others for a while.
const JUST_OFF: &str = "Off: within a minute nobody nearby sees you any more. Switch it on with: peer nearby --on\n";

fn nearby_text(list: &NearbyList) -> String {
    let mut text = match (list.on, list.people.is_empty()) {
        (false, _) => "Off: nobody nearby sees you. Switch it on with: peer nearby --on\n".into(),
        (true, true) => "Nobody else is on this network yet.\n".into(),
        (true, false) => {
            let mut table = Table::default();
            for person in &list.people {
                table.row([paint(STRONG, safe::line(&person.name)), paint(FAINT, &person.short)]);
            }
            table.render()
        }
    };
    if let Some(hint) = &list.hint {
        text.push_str(&format!("{} {}\n", paint(ACCENT, "!"), safe::line(hint)));
    }
    text
}

async fn people(cx: &Context) -> Result<(), Problem> {
    let people = cx.client()?.list::<routes::People>("", &Nothing {}).await?;
    cx.out.list(&people, || match people.as_slice() {
        [] => "Nobody yet. Meet somebody with: peer connect IP, or peer nearby\n".into(),
        all => people_table(cx, all),
    })
}

fn people_table(cx: &Context, people: &[Person]) -> String {
    let mut table = Table::new(&[2]);
    for p in people {
        table.row([
            reach(p.reach, cx.out.marks),
            paint(if p.online { STRONG } else { FAINT }, safe::line(&p.name)),
            p.rtt_ms.map(round_trip).unwrap_or_default(),
            standing(p).into(),
            paint(FAINT, if p.online { "here".into() } else { last_seen(p, &cx.now) }),
            paint(FAINT, short(&p.id)),
        ]);
    }
    table.render()
}

async fn connections(cx: &Context) -> Result<(), Problem> {
    let connections = cx.client()?.list::<routes::Connections>("", &Nothing {}).await?;
    cx.out.list(&connections, || {
        let mut table = Table::new(&[3]);
        connections.iter().for_each(|one| table.row(connection(one, cx)));
        table.render()
    })
}

fn connection(one: &Connection, cx: &Context) -> [String; 7] {
    let traffic = format!("{} sent, {} received", size::bytes(one.sent_bytes), size::bytes(one.received_bytes));
    let way = one.via.as_ref().map(|via| format!("through {}", safe::line(via))).or(one.path.clone());
    [
        reach(one.reach, cx.out.marks),
        paint(if one.online { STRONG } else { FAINT }, safe::line(&one.name)),
        way.unwrap_or_default(),
        one.rtt_ms.map(round_trip).unwrap_or_default(),
        one.since.as_deref().map(|since| format!("since {}", when::clock(since, &cx.now))).unwrap_or_default(),
        paint(FAINT, if one.since.is_some() { traffic } else { String::new() }),
        paint(FAINT, short(&one.peer)),
    ]
}

fn round_trip(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

fn standing(person: &Person) -> &'static str {
    match (person.blocked, person.contact) {
        (true, _) => "blocked",
        (false, true) => "contact",
        (false, false) => "",
    }
}

fn last_seen(person: &Person, now: &jiff::Zoned) -> String {
    person.last_seen.as_deref().map_or_else(|| "not seen yet".into(), |time| when::ago(time, now))
}

async fn block(cx: &Context, who: &str, blocked: bool) -> Result<(), Problem> {
    let person = cx.one::<routes::Block>(who, Block { blocked }).await?;
    cx.out.one(&person, || {
        let word = if person.blocked { "blocked" } else { "no longer blocked" };
        format!("{} is {word}.\n", safe::line(&person.name))
    })
}
