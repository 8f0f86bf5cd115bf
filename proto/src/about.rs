//! Names: what a space is called, and what its members want to be called in it. Bodies of the log [`Area::ABOUT`].
//!
//! The latest counts, by the order of ops. Names are people's words: nothing but their length and letters is checked, and
//! nobody may lean on them.
//!
//! [`Area::ABOUT`]: crate::log::Area::ABOUT

use minicbor::{Decode, Encode};

/// A name is at most so many bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 128;

/// The version of bodies we write, and the only one we read.
const BODY_VERSION: u8 = 1;

/// Says a name.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum About {
    /// What the space is called. Counts from managers and owners.
    #[n(0)]
    Space(#[n(0)] String),
    /// What the author wants to be called.
    #[n(1)]
    Me(#[n(0)] String),
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("a name has at least one letter")]
    Empty,
    /// Longer than [`MAX_NAME_BYTES`].
    #[error("a name is at most {MAX_NAME_BYTES} bytes long")]
    TooLong,
    /// A line break or another control character.
    #[error("a name has no line breaks or control characters")]
    Control,
}

/// The text without white space around it, if it is a name.
pub fn name(text: &str) -> Result<String, NameError> {
    let text = text.trim();
    match text {
        "" => Err(NameError::Empty),
        text if text.len() > MAX_NAME_BYTES => Err(NameError::TooLong),
        text if text.chars().any(char::is_control) => Err(NameError::Control),
        text => Ok(text.to_owned()),
    }
}

impl About {
    /// The plain body of its op.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![BODY_VERSION];
        minicbor::encode(self, &mut bytes).expect("writing to memory cannot fail");
        bytes
    }

    /// Reads a plain body; nothing if it makes no sense here.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, body) = bytes.split_first()?;
        if *version != BODY_VERSION || body.len() > 2 * MAX_NAME_BYTES {
            return None;
        }
        match minicbor::decode(body).ok()? {
            About::Space(text) => name(&text).ok().map(About::Space),
            About::Me(text) => name(&text).ok().map(About::Me),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_read_back_and_nonsense_does_not() {
        for about in [About::Space("Lab".into()), About::Me("Zoë".into())] {
            assert_eq!(About::from_bytes(&about.to_bytes()), Some(about));
        }
        assert_eq!(About::from_bytes(&About::Me("two\nlines".into()).to_bytes()), None);
        assert_eq!(About::from_bytes(&About::Me("x".repeat(129)).to_bytes()), None);
        assert_eq!(About::from_bytes(b""), None);
        assert_eq!(About::from_bytes(b"\x02"), None);
    }

    #[test]
    fn names_are_trimmed() {
        assert_eq!(name("  Lab \n"), Ok("Lab".into()));
        assert_eq!(name(" \t "), Err(NameError::Empty));
    }
}
