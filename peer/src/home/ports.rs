//! The ports: chosen once, kept in the home, and said.

use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    path::Path,
};

use api::{Code, Problem};
use serde::{Deserialize, Serialize};

use super::{port_from_env, write_private};

/// The port for other peers, if it is free.
pub const USUAL: u16 = 4919;
/// So many ports after it are tried.
const TRIED_AFTER: u16 = 200;

/// What was chosen before. The file `ports` in the home.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// For other peers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// For the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_port: Option<u16>,
}

/// Which port to try, and what to say about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// The port; 0: any free one.
    pub port: u16,
    /// A sentence for the user, if it is not the port one expects.
    pub notice: Option<String>,
}

impl Kept {
    /// Out of the home. What cannot be read was not chosen.
    pub fn load(home: &Path) -> Self {
        let text = std::fs::read_to_string(home.join("ports")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Into the home.
    pub fn save(&self, home: &Path) -> Result<(), Problem> {
        write_private(&home.join("ports"), &(serde_json::to_string(self).unwrap_or_default() + "\n"))
    }

    /// The port for other peers: as `PEER_PORT` says, else the kept one, else 4919 or the next free one.
    pub fn choose(&self) -> Result<Choice, Problem> {
        choose(port_from_env("PEER_PORT")?, self.port, USUAL, is_free)
    }

    /// The page's port: as `PEER_API_PORT` says, else the kept one, else any free one.
    pub fn choose_api(&self) -> Result<Choice, Problem> {
        choose(port_from_env("PEER_API_PORT")?, self.api_port, 0, is_free_for_page)
    }

    /// What to keep after a start: the first choice, unless the user asks for another port by number.
    pub fn with(self, port: u16, api_port: u16) -> Result<Self, Problem> {
        let keep = |asked: Option<u16>, kept: Option<u16>, got| match asked {
            Some(asked) if asked != 0 => Some(asked),
            _ => kept.or(Some(got)),
        };
        Ok(Self {
            port: keep(port_from_env("PEER_PORT")?, self.port, port),
            api_port: keep(port_from_env("PEER_API_PORT")?, self.api_port, api_port),
        })
    }
}

fn choose(asked: Option<u16>, kept: Option<u16>, usual: u16, free: fn(u16) -> bool) -> Result<Choice, Problem> {
    let plain = |port| Ok(Choice { port, notice: None });
    match (asked.filter(|port| *port != 0), kept) {
        (Some(port), _) if free(port) => plain(port),
        (Some(port), _) => Err(Problem::new(Code::Usage, format!("port {port} is taken by another program"))
            .hint("choose another, or 0 for any free one")),
        (None, Some(port)) if free(port) => plain(port),
        (None, Some(port)) => Ok(instead(port, free)),
        (None, None) if asked == Some(0) || usual == 0 => plain(0),
        (None, None) if free(usual) => plain(usual),
        (None, None) => Ok(instead(usual, free)),
    }
}

/// The next free port, and a sentence that says so.
fn instead(taken: u16, free: fn(u16) -> bool) -> Choice {
    let next = (1..=TRIED_AFTER).filter_map(|step| taken.checked_add(step)).find(|port| free(*port));
    let notice = match next {
        Some(port) => format!("Port {taken} is taken by another program, so this peer uses port {port}."),
        None => format!("Port {taken} and those after it are taken, so this peer uses any free port."),
    };
    Choice { port: next.unwrap_or(0), notice: Some(notice) }
}

/// Whether nobody listens on this port, neither UDP nor TCP.
fn is_free(port: u16) -> bool {
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() && TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}

fn is_free_for_page(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(_: u16) -> bool {
        true
    }

    fn not_the_usual(port: u16) -> bool {
        port != USUAL && port != USUAL + 1
    }

    #[test]
    fn the_first_choice_is_kept() {
        assert_eq!(choose(None, None, USUAL, all).unwrap(), Choice { port: USUAL, notice: None });
        assert_eq!(choose(None, Some(5000), USUAL, all).unwrap().port, 5000);
        assert_eq!(choose(Some(0), Some(5000), USUAL, all).unwrap().port, 5000);
        assert_eq!(choose(Some(0), None, USUAL, all).unwrap().port, 0);
        assert_eq!(choose(Some(6000), Some(5000), USUAL, all).unwrap().port, 6000);
    }

    #[test]
    fn a_taken_port_is_said() {
        let choice = choose(None, None, USUAL, not_the_usual).unwrap();
        assert_eq!(choice.port, USUAL + 2);
        assert!(choice.notice.unwrap().contains("4919 is taken"));
        assert_eq!(choose(Some(USUAL), None, USUAL, not_the_usual).unwrap_err().code, Code::Usage);
        assert_eq!(choose(None, Some(65535), USUAL, |_| false).unwrap().port, 0);
    }

    #[test]
    fn a_port_somebody_listens_on_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        drop(listener);
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).unwrap();
        assert!(!is_free(port));
        drop(socket);
        assert!(is_free(port));
    }

    #[test]
    fn what_was_kept_comes_back() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(Kept::load(home.path()), Kept::default());
        let kept = Kept { port: Some(1), api_port: Some(2) };
        kept.save(home.path()).unwrap();
        assert_eq!(Kept::load(home.path()), kept);
    }
}
