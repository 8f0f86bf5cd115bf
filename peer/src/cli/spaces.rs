//! Spaces and their members.

use std::io::IsTerminal;

use api::{
    Code, Nothing, Problem, routes,
    spaces::{Kind, Member, NewSpace, Rename, Role, Space},
};
use clap::{Subcommand, ValueEnum};

use super::{ask, context::Context};
use crate::show::{
    count, safe, short,
    style::{ACCENT, FAINT, NEAR, STRONG, paint},
    table::Table,
    when,
};

/// So much of a space's latest message is shown in the list.
const EXCERPT_CHARS: usize = 40;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a space, or give one another name
    #[command(subcommand, disable_help_subcommand = true)]
    Space(SpaceCommand),
    /// The spaces you are in, and what is new in them
    #[command(after_help = "Examples:
  peer spaces
  peer spaces --json | jq -r 'select(.unread > 0).name'")]
    Spaces,
    /// Who is in a space
    #[command(after_help = "Examples:
  peer members Lab")]
    Members {
        /// The space: its name, or the beginning of its id
        space: String,
    },
    /// Leave a space for good
    #[command(after_help = "What you said and shared stays with the others. To come back you need a new invitation.

Examples:
  peer leave Lab
  peer leave Lab --yes       without being asked")]
    Leave {
        /// The space: its name, or the beginning of its id
        space: String,
        /// Leave without being asked
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum SpaceCommand {
    /// Make a space
    #[command(after_help = "Examples:
  peer space new Lab
  peer space new News --kind channel")]
    New {
        /// Its name
        name: String,
        /// A group talks together; in a channel some publish and others read
        #[arg(long, value_enum, default_value_t = NewKind::Group)]
        kind: NewKind,
    },
    /// Give a space another name
    #[command(after_help = "Examples:
  peer space rename Lab Workshop")]
    Rename {
        /// The space: its name, or the beginning of its id
        space: String,
        /// The new name
        name: String,
    },
}

/// The kinds of space that one makes by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NewKind {
    Group,
    Channel,
}

impl From<NewKind> for Kind {
    fn from(kind: NewKind) -> Self {
        match kind {
            NewKind::Group => Kind::Group,
            NewKind::Channel => Kind::Channel,
        }
    }
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Space(SpaceCommand::New { name, kind }) => new(cx, name, kind).await,
            Self::Space(SpaceCommand::Rename { space, name }) => rename(cx, &space, name).await,
            Self::Spaces => spaces(cx).await,
            Self::Members { space } => members(cx, &space).await,
            Self::Leave { space, yes } => leave(cx, &space, yes).await,
        }
    }
}

async fn new(cx: &Context, name: String, kind: NewKind) -> Result<(), Problem> {
    let made = cx.one::<routes::NewSpace>("", NewSpace { name, kind: kind.into() }).await?;
    cx.out.one(&made, || {
        let name = safe::line(&made.space.name);
        format!("{} is made. Let somebody in with: peer invite {}\n", paint(STRONG, &name), quoted(&name))
    })
}

async fn rename(cx: &Context, space: &str, name: String) -> Result<(), Problem> {
    let renamed = cx.one::<routes::Rename>(space, Rename { name }).await?;
    cx.out.one(&renamed, || format!("It is called {} now.\n", paint(STRONG, safe::line(&renamed.space.name))))
}

async fn spaces(cx: &Context) -> Result<(), Problem> {
    let spaces = cx.client()?.list::<routes::Spaces>("", &Nothing {}).await?;
    cx.out.list(&spaces, || match spaces.as_slice() {
        [] => "No spaces yet. Make one with: peer space new NAME, or join one with: peer join LINK\n".into(),
        all => spaces_table(cx, all),
    })
}

fn spaces_table(cx: &Context, spaces: &[Space]) -> String {
    let mut table = Table::new(&[2]);
    let mut notices = String::new();
    for s in spaces {
        table.row([
            paint(STRONG, direct_mark(s) + &safe::line(&s.name)),
            paint(FAINT, kind(s.kind)),
            unread(s),
            format!("{} of {} here", s.online, s.members),
            s.last.as_ref().map(|m| paint(FAINT, when::clock(&m.time, &cx.now))).unwrap_or_default(),
            s.last.as_ref().map(excerpt).unwrap_or_default(),
            paint(FAINT, short(&s.id)),
        ]);
        for notice in &s.notices {
            notices.push_str(&format!("{} {}: {}\n", paint(ACCENT, "!"), safe::line(&s.name), safe::line(notice)));
        }
    }
    table.render() + &notices
}

fn direct_mark(space: &Space) -> String {
    if space.kind == Kind::Direct { "@".into() } else { String::new() }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Own => "own",
        Kind::Direct => "direct",
        Kind::Group => "group",
        Kind::Channel => "channel",
    }
}

fn unread(space: &Space) -> String {
    match (space.unread, space.mentioned) {
        (0, _) => String::new(),
        (n, false) => paint(ACCENT, format!("{n} new")),
        (n, true) => paint(ACCENT, format!("{n} new, @you")),
    }
}

fn excerpt(message: &api::chat::Message) -> String {
    let text = safe::line(message.text.lines().next().unwrap_or_default()).into_owned();
    let short: String = text.chars().take(EXCERPT_CHARS).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{}: {short}{more}", safe::line(&message.author))
}

async fn members(cx: &Context, space: &str) -> Result<(), Problem> {
    let members = cx.client()?.list::<routes::Members>(space, &Nothing {}).await?;
    cx.out.list(&members, || {
        let mut table = Table::default();
        members.iter().for_each(|m| table.row(member(cx, m)));
        table.render()
    })
}

fn member(cx: &Context, member: &Member) -> [String; 5] {
    let mark = if member.online {
        paint(NEAR, cx.out.marks.pick("●", "*"))
    } else {
        paint(FAINT, cx.out.marks.pick("○", "."))
    };
    let you = if member.me { paint(FAINT, " (you)") } else { String::new() };
    [
        mark,
        paint(STRONG, safe::line(&member.name)) + &you,
        role(member.role).into(),
        count(member.peers.len() as u64, "peer", "peers"),
        paint(FAINT, short(&member.id)),
    ]
}

/// A role's word.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Manager => "manager",
        Role::Writer => "writer",
        Role::Reader => "reader",
    }
}

async fn leave(cx: &Context, space: &str, yes: bool) -> Result<(), Problem> {
    // Where nobody can be asked, the command itself is the answer.
    if !yes && std::io::stdin().is_terminal() {
        let members = cx.client()?.list::<routes::Members>(space, &Nothing {}).await?;
        let question = format!("{}Leave {} for good?", warning(&members), safe::line(space));
        if !ask::yes(&question, "peer leave SPACE --yes")? {
            return Err(Problem::new(Code::Refused, "not left, as you answered"));
        }
    }
    let left = cx.one::<routes::Leave>(space, Nothing {}).await?;
    cx.out.one(&left, || format!("You have left {}.\n", paint(STRONG, safe::line(&left.name))))
}

/// What one should know who leaves others without an owner.
fn warning(members: &[Member]) -> &'static str {
    let (owners, own): (Vec<_>, Vec<_>) = members.iter().partition(|member| !member.me);
    let only = own.iter().any(|me| me.role == Role::Owner) && owners.iter().all(|other| other.role != Role::Owner);
    if only && members.len() > 1 { "You are the only owner: nobody will be after you.\n" } else { "" }
}

/// A name as one types it: in quotes where a shell would take it apart.
pub fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.@:/+%=".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted("Lab"), "Lab");
        assert_eq!(quoted("My Lab"), "'My Lab'");
        assert_eq!(quoted("it's; rm"), r"'it'\''s; rm'");
        assert_eq!(quoted(""), "''");
    }
}
