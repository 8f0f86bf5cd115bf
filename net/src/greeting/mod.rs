//! The greeting: who is here, for somebody who knows nothing but an IP address.
//!
//! `GET /greeting` on TCP, at the same port number as QUIC's UDP, answers with a few bytes of JSON. Nothing in it is secret
//! and nothing in it is proven: the key is what the asker then dials, and the dial proves it. See docs/spec/greeting.md.

mod client;
mod limit;
mod server;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

pub use client::{GREET_TIMEOUT, GreetError, greet};
pub use limit::{MAX_REQUESTS_PER_ADDRESS, MAX_REQUESTS_PER_MINUTE};
pub(crate) use server::{Desk, serve};
pub use server::{MAX_CALLERS, MAX_HEAD_BYTES, REQUEST_TIMEOUT};

use crate::{
    Key,
    nearby::{Notice, tidy_name},
};

/// The version of the greeting.
pub const VERSION: u32 = 1;

/// The path that is asked for.
pub const PATH: &str = "/greeting";

/// The longest greeting that is read, in bytes; ours has under 300.
pub const MAX_GREETING_BYTES: usize = 1024;

/// What a peer says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// Its key.
    pub key: Key,
    /// Its name; empty if it says none.
    pub name: String,
    /// Its UDP port, never 0.
    pub port: u16,
}

/// Why what came is no greeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Longer than [`MAX_GREETING_BYTES`].
    #[error("too long for a greeting")]
    TooLong,
    /// Not the JSON of a greeting.
    #[error("not a greeting")]
    NotAGreeting,
    /// A version we do not know.
    #[error("a greeting of version {0}, which this program does not know")]
    Version(u32),
}

/// The greeting on the wire. Fields of later versions are not looked at.
#[derive(Serialize, Deserialize)]
struct Wire {
    version: u32,
    key: String,
    name: String,
    port: u16,
}

/// Only the version: read first, for the rest may have changed.
#[derive(Deserialize)]
struct WireVersion {
    version: u32,
}

impl Greeting {
    /// The JSON of a greeting.
    pub fn to_json(&self) -> String {
        let wire = Wire { version: VERSION, key: self.key.to_string(), name: self.name.clone(), port: self.port };
        serde_json::to_string(&wire).expect("strings and numbers have a JSON form")
    }

    /// Reads what a stranger answered: pure, for it is fuzzed.
    pub fn parse(json: &[u8]) -> Result<Self, ParseError> {
        if json.len() > MAX_GREETING_BYTES {
            return Err(ParseError::TooLong);
        }
        let version: WireVersion = serde_json::from_slice(json).map_err(|_| ParseError::NotAGreeting)?;
        if version.version != VERSION {
            return Err(ParseError::Version(version.version));
        }
        let wire: Wire = serde_json::from_slice(json).map_err(|_| ParseError::NotAGreeting)?;
        let key = data_encoding::HEXLOWER.decode(wire.key.as_bytes()).ok();
        let key = key.and_then(|key| key.try_into().ok()).map(Key).ok_or(ParseError::NotAGreeting)?;
        if wire.port == 0 {
            return Err(ParseError::NotAGreeting);
        }
        Ok(Self { key, name: tidy_name(&wire.name), port: wire.port })
    }
}

/// What we say of ourselves, kept up to date.
#[derive(Clone)]
pub(crate) struct Card {
    key: Key,
    port: u16,
    pub(crate) notice: watch::Receiver<Notice>,
}

impl Card {
    pub(crate) fn new(key: Key, port: u16, notice: watch::Receiver<Notice>) -> Self {
        Self { key, port, notice }
    }

    pub(crate) fn greeting(&self) -> Greeting {
        Greeting { key: self.key, name: self.notice.borrow().name.clone(), port: self.port }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting() -> Greeting {
        Greeting { key: Key([0xAB; 32]), name: "Mira".into(), port: 4919 }
    }

    #[test]
    fn a_greeting_is_read_back() {
        assert_eq!(Greeting::parse(greeting().to_json().as_bytes()), Ok(greeting()));
    }

    #[test]
    fn the_bytes_are_those_of_the_specification() {
        let key = "ab".repeat(32);
        let json = format!(r#"{{"version":1,"key":"{key}","name":"Mira","port":4919}}"#);
        assert_eq!(greeting().to_json(), json);
    }

    #[test]
    fn what_is_no_greeting_is_said_to_be_none() {
        let parse = |text: &str| Greeting::parse(text.as_bytes());
        let whole = greeting().to_json();
        assert_eq!(parse(""), Err(ParseError::NotAGreeting));
        assert_eq!(parse("<html>"), Err(ParseError::NotAGreeting));
        assert_eq!(parse(&whole.replace("4919", "0")), Err(ParseError::NotAGreeting));
        assert_eq!(parse(&whole.replace("4919", "70000")), Err(ParseError::NotAGreeting));
        assert_eq!(parse(&whole.replace("abab", "ab")), Err(ParseError::NotAGreeting));
        assert_eq!(parse(&whole.replace("Mira", &"x".repeat(2000))), Err(ParseError::TooLong));
        assert_eq!(parse(r#"{"version":2,"other":[]}"#), Err(ParseError::Version(2)));
    }

    #[test]
    fn a_name_is_tidied_and_later_fields_are_overlooked() {
        let json = greeting().to_json().replace("Mira", r"Mi\u0000ra").replace(r#""port""#, r#""later":true,"port""#);
        assert_eq!(Greeting::parse(json.as_bytes()), Ok(greeting()));
    }
}
