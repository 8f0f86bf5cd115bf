//! The words of an offer: one that finds it, three that prove the code.

use std::{fmt, str::FromStr};

use minicbor::{Decode, Encode};

use crate::words;

/// A code has so many words: the first is the offer's plate, the others are secret (24 bits).
pub const CODE_WORDS: usize = 4;

/// The words of an offer.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Code {
    /// Which of a sender's offers; not secret.
    #[n(0)]
    pub plate: u8,
    /// What proves that one was given the code.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub secret: [u8; CODE_WORDS - 1],
}

/// Why text is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// Too few or too many words.
    #[error("a code has {CODE_WORDS} words")]
    Count,
    /// Not one of the words that codes are made of.
    #[error("{0:?} is not a word of codes")]
    Word(String),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(words::word(self.plate))?;
        self.secret.iter().try_for_each(|byte| write!(f, "-{}", words::word(*byte)))
    }
}

/// Shows the plate only.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({}-..)", words::word(self.plate))
    }
}

impl FromStr for Code {
    type Err = NotACode;

    /// Reads words with hyphens or spaces between them, in whatever case, each from its third letter on.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let parts = text.split(|c: char| c == '-' || c.is_whitespace()).filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.take(CODE_WORDS + 1).collect();
        let &[plate, ref secret @ ..] = &parts[..] else { return Err(NotACode::Count) };
        if parts.len() != CODE_WORDS {
            return Err(NotACode::Count);
        }
        let byte = |word: &str| words::index(word).ok_or_else(|| NotACode::Word(word.chars().take(20).collect()));
        let mut bytes = [0; CODE_WORDS - 1];
        for (at, word) in secret.iter().enumerate() {
            bytes[at] = byte(word)?;
        }
        Ok(Self { plate: byte(plate)?, secret: bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let code = Code { plate: 0, secret: [7, 255, 128] };
        let text = code.to_string();
        assert_eq!(text.split('-').count(), CODE_WORDS);
        assert_eq!(text.parse(), Ok(code));
        assert_eq!(format!("  {} ", text.to_uppercase().replace('-', " ")).parse(), Ok(code));
        let short: Vec<&str> = text.split('-').map(|word| &word[..3]).collect();
        assert_eq!(short.join("-").parse(), Ok(code));
    }

    #[test]
    fn what_is_no_code() {
        for text in ["", "-", "x", "a-b-c", &"word-".repeat(1000)] {
            assert_eq!(text.parse::<Code>(), Err(NotACode::Count), "{text:?}");
        }
        assert_eq!("zzz-zzz-zzz-zzz".parse::<Code>(), Err(NotACode::Word("zzz".into())));
    }

    #[test]
    fn the_secret_is_not_in_logs() {
        let code = Code { plate: 0, secret: [7, 255, 128] };
        assert!(!format!("{code:?}").contains(words::word(7)));
    }
}
