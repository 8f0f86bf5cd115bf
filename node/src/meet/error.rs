//! Why nobody was met.

use api::{Code, Problem};

use crate::error::store_problem;

/// Why nobody was met, or an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MeetError {
    /// No address, no link, nobody nearby.
    #[error("nobody is known as {0}")]
    Nobody(String),
    /// It looks like a link.
    #[error("this is no link of a person, or not all of it")]
    NotALink,
    /// A name that fits several.
    #[error("several are called {name}")]
    Several {
        /// The name.
        name: String,
        /// Their short ids.
        ids: Vec<String>,
    },
    /// It is this peer.
    #[error("this is your own peer")]
    Oneself,
    /// Nothing to do.
    #[error("{0} is a contact already")]
    AlreadyContact(String),
    /// There is no such request.
    #[error("no request of {0} is open")]
    NoRequest(String),
    /// No greeting at the address.
    #[error(transparent)]
    Greet(#[from] net::greeting::GreetError),
    /// The peer could not be dialled.
    #[error(transparent)]
    Dial(#[from] net::DialError),
    /// The link broke.
    #[error(transparent)]
    Frame(#[from] net::FrameError),
    /// The other side said nothing in time.
    #[error("the other peer did not answer in time")]
    TimedOut,
    /// The other side ended the talk.
    #[error("the other peer ended the talk")]
    Gone,
    /// The other side broke the protocol, or is not who it says.
    #[error("the other peer does not follow the protocol")]
    Misbehaved,
    /// Too many people ask there.
    #[error("too many people ask there at the moment")]
    Busy,
    /// They said no.
    #[error("they do not want to be asked")]
    Denied,
    /// It could not be kept.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl MeetError {
    /// For people.
    pub fn problem(&self) -> Problem {
        let say = |code| Problem::new(code, self.to_string());
        match self {
            Self::Nobody(_) => say(Code::NotFound)
                .why("it is no address, no link, and nobody nearby is called so")
                .hint("`peer nearby` lists who is on this network; an address is IP or IP:PORT"),
            Self::Several { ids, .. } => say(Code::Ambiguous).hint(format!("say which: {}", ids.join(", "))),
            Self::Oneself | Self::AlreadyContact(_) => say(Code::Usage),
            Self::NotALink => say(Code::Usage)
                .hint("the whole of what `peer id` shows on their side; an invitation is for `peer join`"),
            Self::NoRequest(_) => say(Code::NotFound).hint("`peer requests` lists who asks"),
            Self::Greet(_) | Self::Dial(_) | Self::TimedOut | Self::Gone | Self::Frame(_) => say(Code::Unreachable)
                .hint("ask them whether their peer is running and its port is open: UDP and TCP, 4919 unless they say otherwise"),
            Self::Busy => say(Code::Unreachable).hint("try again later"),
            Self::Misbehaved | Self::Denied => say(Code::Refused),
            Self::Store(error) => store_problem(error),
        }
    }
}

impl From<MeetError> for Problem {
    fn from(error: MeetError) -> Self {
        error.problem()
    }
}
