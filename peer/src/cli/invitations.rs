//! Invitations: making them, taking them back, joining by one.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use api::{
    Code, Nothing, Problem, routes,
    spaces::{Invitation, InvitationState, Join, NewInvitation, OfSpace, Preview, Role},
};
use clap::{Args, Subcommand, ValueEnum};

use super::{ask, context::Context, paths, spaces};
use crate::show::{
    qr, safe,
    style::{FAINT, STRONG, paint},
    table::Table,
    when,
};

/// The longest invitation taken from a file.
const MAX_LINK_BYTES: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an invitation to a space: a link, a file or a picture
    #[command(after_help = "Whoever has it can join, as long as any member who has heard of it is online.

Examples:
  peer invite Lab
  peer invite Lab --role reader --expires 7d
  peer invite Lab --uses 1 --qr
  peer invite Lab --file lab.peer")]
    Invite(Invite),
    /// The invitations to your spaces
    #[command(after_help = "Examples:
  peer invites
  peer invites Lab")]
    Invites {
        /// Only to this space
        space: Option<String>,
    },
    /// Take an invitation back
    #[command(after_help = "Examples:
  peer uninvite k3f7qz       an id, or its beginning, from `peer invites`")]
    Uninvite {
        /// The invitation's id, or its beginning
        id: String,
    },
    /// Join a space by an invitation
    #[command(after_help = "Shows who invites, to what, and with which role, then asks.

Examples:
  peer join LINK
  peer join lab.peer --yes")]
    Join {
        /// The link, or a file that holds it
        #[arg(value_name = "LINK|FILE")]
        link: PathBuf,
        /// Join without being asked
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub struct Invite {
    /// The space: its name, or the beginning of its id
    space: String,
    /// What who joins may do
    #[arg(long, value_enum)]
    role: Option<GivenRole>,
    /// How often it may be used; any number of times if not given
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    uses: Option<u32>,
    /// When it expires: 30m, 12h, 7d, 2w from now; never if not given
    #[arg(long, value_parser = when::parse_span)]
    expires: Option<Duration>,
    /// Show it as a picture
    #[arg(long)]
    qr: bool,
    /// Write it to a new file
    #[arg(long)]
    file: Option<PathBuf>,
}

/// The roles that an invitation can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GivenRole {
    Owner,
    Manager,
    Writer,
    Reader,
}

impl From<GivenRole> for Role {
    fn from(role: GivenRole) -> Self {
        match role {
            GivenRole::Owner => Role::Owner,
            GivenRole::Manager => Role::Manager,
            GivenRole::Writer => Role::Writer,
            GivenRole::Reader => Role::Reader,
        }
    }
}

impl Command {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        match self {
            Self::Invite(invite) => invite.run(cx).await,
            Self::Invites { space } => invites(cx, space).await,
            Self::Uninvite { id } => uninvite(cx, &id).await,
            Self::Join { link, yes } => join(cx, &link, yes).await,
        }
    }
}

impl Invite {
    async fn run(self, cx: &Context) -> Result<(), Problem> {
        // Made before the invitation is, so that none is left open whose link is nowhere.
        let Some(path) = &self.file else { return self.make(cx, None).await };
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = made.map_err(|e| paths::unusable(path, &e))?;
        let ended = self.make(cx, Some((path, file))).await;
        if ended.is_err() {
            let _ = std::fs::remove_file(path);
        }
        ended
    }

    async fn make(&self, cx: &Context, file: Option<(&PathBuf, File)>) -> Result<(), Problem> {
        let ask = NewInvitation {
            role: self.role.map(Role::from),
            uses: self.uses,
            expires_s: self.expires.map(|span| span.as_secs()),
        };
        let invitation = cx.one::<routes::Invite>(&self.space, ask).await?;
        let link = invitation.link.clone().unwrap_or_default();
        if let Some((path, mut file)) = file {
            writeln!(file, "{link}").map_err(|e| paths::unusable(path, &e))?;
        }
        let picture = if self.qr && !cx.out.json { qr::picture(&link)? } else { String::new() };
        cx.out.one(&invitation, || format!("{picture}{link}\n"))
    }
}

async fn invites(cx: &Context, space: Option<String>) -> Result<(), Problem> {
    let name = space.as_deref().map_or_else(|| "SPACE".into(), |space| spaces::quoted(&safe::line(space)));
    let invitations = cx.client()?.list::<routes::Invitations>("", &OfSpace { space }).await?;
    cx.out.list(&invitations, || match invitations.as_slice() {
        [] => format!("No invitations. Make one with: peer invite {name}\n"),
        all => {
            let mut table = Table::default();
            all.iter().for_each(|i| table.row(row(i, &cx.now)));
            table.render()
        }
    })
}

fn row(invitation: &Invitation, now: &jiff::Zoned) -> [String; 7] {
    let uses = invitation.uses.map_or_else(|| "any number".into(), |uses| uses.to_string());
    [
        super::messages::reference(&invitation.id),
        paint(STRONG, safe::line(&invitation.space_name)),
        spaces::role(invitation.role).into(),
        format!("used {} of {uses}", invitation.used),
        state(invitation.state).into(),
        invitation.expires.as_deref().map_or_else(|| "never expires".into(), |time| expiry(invitation, time, now)),
        paint(FAINT, format!("by {}", safe::line(&invitation.by))),
    ]
}

fn expiry(invitation: &Invitation, time: &str, now: &jiff::Zoned) -> String {
    match invitation.state {
        InvitationState::Open => format!("expires {}", when::until(time, now)),
        _ => String::new(),
    }
}

fn state(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Open => "open",
        InvitationState::UsedUp => "used up",
        InvitationState::Expired => "expired",
        InvitationState::Withdrawn => "withdrawn",
    }
}

async fn uninvite(cx: &Context, id: &str) -> Result<(), Problem> {
    let invitation = cx.one::<routes::Uninvite>(id, Nothing {}).await?;
    cx.out.one(&invitation, || format!("Nobody joins {} by it any more.\n", safe::line(&invitation.space_name)))
}

async fn join(cx: &Context, given: &Path, yes: bool) -> Result<(), Problem> {
    let client = cx.client()?;
    let join = Join { link: link(given)? };
    let preview = client.ask::<routes::Preview>(&join).await?;
    if !yes {
        cx.out.text(&shown(&preview, &cx.now))?;
        if !ask::yes("Join?", "peer join LINK --yes")? {
            return Err(Problem::new(Code::Refused, "not joined, as you answered"));
        }
    }
    let entered = client.ask::<routes::Join>(&join).await?;
    cx.out.one(&entered, || {
        let name = safe::line(&entered.space.name);
        if preview.member {
            let role = spaces::role(entered.space.role);
            return format!("You are in {} already, and stay {role}.\n", paint(STRONG, &name));
        }
        format!("You are in {}. Read it with: peer read {}\n", paint(STRONG, &name), spaces::quoted(&name))
    })
}

fn shown(preview: &Preview, now: &jiff::Zoned) -> String {
    let mut table = Table::default();
    table.row([paint(FAINT, "space"), paint(STRONG, safe::line(&preview.name))]);
    table.row([paint(FAINT, "invited by"), safe::line(&preview.by).into_owned()]);
    table.row([paint(FAINT, "as"), spaces::role(preview.role).into()]);
    if let Some(time) = &preview.expires {
        table.row([paint(FAINT, "expires"), when::until(time, now)]);
    }
    if preview.member {
        table.row([paint(FAINT, "note"), "you are in it already".into()]);
    }
    table.render()
}

/// The link as given, or out of the file of that name.
fn link(given: &Path) -> Result<String, Problem> {
    if !given.is_file() {
        let text = given.to_str().map(str::trim).filter(|text| text.contains(':'));
        let neither = || {
            let problem = Problem::new(Code::Invitation, "there is no such file, and it is no link");
            problem.hint("a link begins with peer://join/")
        };
        return text.map(Into::into).ok_or_else(neither);
    }
    let mut text = String::new();
    let read = File::open(given).and_then(|file| file.take(MAX_LINK_BYTES).read_to_string(&mut text));
    read.map_err(|e| paths::unusable(given, &e))?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_come_from_files_or_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lab.peer");
        std::fs::write(&file, "peer://join/abc\n").unwrap();
        assert_eq!(link(&file).unwrap(), "peer://join/abc");
        assert_eq!(link(Path::new(" peer://join/xyz\n")).unwrap(), "peer://join/xyz");
        let none = link(&folder.path().join("none")).unwrap_err();
        assert_eq!((none.code, none.message.as_str()), (Code::Invitation, "there is no such file, and it is no link"));
    }
}
