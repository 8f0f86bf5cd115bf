//! The bodies of chat ops.

use minicbor::{Decode, Encode};

use crate::id::{BlobHash, OpId, PersonId};

/// The version of bodies we write, and the highest we read.
pub const VERSION: u8 = 1;

/// A message's text is at most so many bytes: a long letter, not a file.
pub const MAX_TEXT_BYTES: usize = 16 * 1024;

/// At most so many files belong to one message; more are a folder to share.
pub const MAX_ATTACHMENTS: usize = 64;

/// An attachment's name is at most so many bytes: what file systems take.
pub const MAX_NAME_BYTES: usize = 255;

/// At most so many persons are mentioned in one message.
pub const MAX_MENTIONS: usize = 64;

/// An emoji is at most so many bytes: the longest joined sequences have 35, short words fit too.
pub const MAX_EMOJI_BYTES: usize = 64;

/// What a chat op says, once opened.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Body {
    /// A message.
    #[n(0)]
    Say(#[n(0)] Say),
    /// Another text for a message of one's own.
    #[n(1)]
    Edit(#[n(0)] Edit),
    /// A message of one's own is taken back.
    #[n(2)]
    Unsay(#[n(0)] Unsay),
    /// An emoji on a message, or no longer.
    #[n(3)]
    React(#[n(0)] React),
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Say {
    /// At most [`MAX_TEXT_BYTES`]; empty only if something is attached.
    #[n(0)]
    pub text: String,
    /// The message it answers; shown as unknown where that is not at hand.
    #[n(1)]
    pub reply_to: Option<OpId>,
    /// At most [`MAX_ATTACHMENTS`].
    #[n(2)]
    pub attachments: Vec<Attachment>,
    /// At most [`MAX_MENTIONS`], ascending, each once.
    #[n(3)]
    pub mentions: Vec<PersonId>,
}

/// A file that belongs to a message.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Attachment {
    /// One part of a path, at most [`MAX_NAME_BYTES`]. Data all the same: whoever writes it to disk checks it again.
    #[n(0)]
    pub name: String,
    /// Bytes.
    #[n(1)]
    pub size: u64,
    /// Its content.
    #[n(2)]
    pub hash: BlobHash,
}

/// Another text for a message of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Edit {
    /// The message.
    #[n(0)]
    pub target: OpId,
    /// As in [`Say::text`].
    #[n(1)]
    pub text: String,
    /// As in [`Say::mentions`].
    #[n(2)]
    pub mentions: Vec<PersonId>,
}

/// A message of one's own is taken back, for good.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Unsay {
    /// The message.
    #[n(0)]
    pub target: OpId,
}

/// An emoji on a message, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct React {
    /// The message.
    #[n(0)]
    pub target: OpId,
    /// 1 to [`MAX_EMOJI_BYTES`] bytes without white space and control characters.
    #[n(1)]
    pub emoji: String,
    /// Whether it is given or taken back.
    #[n(2)]
    pub on: bool,
}

/// Why bytes, or something composed here, are no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Of a later version, or of a kind not known here.
    #[error("the body is of a kind not known here")]
    Unknown,
    /// A message that says nothing.
    #[error("a message has a text or something attached")]
    Empty,
    /// Longer than [`MAX_TEXT_BYTES`].
    #[error("a message's text is at most {MAX_TEXT_BYTES} bytes")]
    TextTooLong,
    /// More than [`MAX_ATTACHMENTS`].
    #[error("a message has at most {MAX_ATTACHMENTS} attachments")]
    TooManyAttachments,
    /// Not one part of a path of at most [`MAX_NAME_BYTES`].
    #[error("an attachment's name is one part of a path of 1 to {MAX_NAME_BYTES} bytes")]
    BadName,
    /// More than [`MAX_MENTIONS`], or not ascending.
    #[error("a message mentions at most {MAX_MENTIONS} persons, each once")]
    BadMentions,
    /// Empty, longer than [`MAX_EMOJI_BYTES`], or with white space or control characters.
    #[error("a reaction is 1 to {MAX_EMOJI_BYTES} bytes without spaces")]
    BadEmoji,
}

/// A body as it is sealed.
#[derive(Encode, Decode)]
struct Wire<T> {
    #[n(0)]
    version: u8,
    #[n(1)]
    body: T,
}

impl Body {
    /// The bytes to seal, unless a limit is broken.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BodyError> {
        self.check()?;
        Ok(minicbor::to_vec(Wire { version: VERSION, body: self }).expect("writing to memory cannot fail"))
    }

    /// Reads what a member sealed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Body, BodyError> {
        let wire: Wire<Body> = minicbor::decode(bytes).map_err(|_| BodyError::Unknown)?;
        if wire.version != VERSION {
            return Err(BodyError::Unknown);
        }
        wire.body.check()?;
        Ok(wire.body)
    }

    /// The message this changes, if it is no message itself.
    pub fn target(&self) -> Option<OpId> {
        match self {
            Body::Say(_) => None,
            Body::Edit(Edit { target, .. }) | Body::Unsay(Unsay { target }) | Body::React(React { target, .. }) => {
                Some(*target)
            }
        }
    }

    fn check(&self) -> Result<(), BodyError> {
        match self {
            Body::Say(say) => say.check(),
            Body::Edit(edit) => {
                check_text(&edit.text)?;
                check_mentions(&edit.mentions)
            }
            Body::Unsay(_) => Ok(()),
            Body::React(react) => check_emoji(&react.emoji),
        }
    }
}

impl Say {
    fn check(&self) -> Result<(), BodyError> {
        if self.text.trim().is_empty() && self.attachments.is_empty() {
            return Err(BodyError::Empty);
        }
        if self.attachments.len() > MAX_ATTACHMENTS {
            return Err(BodyError::TooManyAttachments);
        }
        if !self.attachments.iter().all(|attachment| is_name(&attachment.name)) {
            return Err(BodyError::BadName);
        }
        check_text(&self.text)?;
        check_mentions(&self.mentions)
    }
}

fn check_text(text: &str) -> Result<(), BodyError> {
    if text.len() > MAX_TEXT_BYTES { Err(BodyError::TextTooLong) } else { Ok(()) }
}

fn check_mentions(mentions: &[PersonId]) -> Result<(), BodyError> {
    let ascending = mentions.windows(2).all(|pair| pair[0] < pair[1]);
    if mentions.len() > MAX_MENTIONS || !ascending { Err(BodyError::BadMentions) } else { Ok(()) }
}

fn check_emoji(emoji: &str) -> Result<(), BodyError> {
    let length = (1..=MAX_EMOJI_BYTES).contains(&emoji.len());
    if !length || emoji.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(BodyError::BadEmoji);
    }
    Ok(())
}

/// Whether this is one part of a path on any system we know.
fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && name != "."
        && name != ".."
        && !name.chars().any(|c| matches!(c, '/' | '\\') || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(text: &str) -> Say {
        Say { text: text.to_owned(), ..Say::default() }
    }

    fn named(name: &str) -> Body {
        let attachment = Attachment { name: name.to_owned(), size: 1, hash: BlobHash([1; 32]) };
        Body::Say(Say { attachments: vec![attachment], ..Say::default() })
    }

    fn react(emoji: &str) -> Body {
        Body::React(React { target: OpId([1; 32]), emoji: emoji.to_owned(), on: true })
    }

    #[test]
    fn what_is_written_reads_back() {
        let target = OpId([9; 32]);
        let mentions = vec![PersonId([1; 32]), PersonId([2; 32])];
        let bodies = [
            Body::Say(Say { reply_to: Some(target), mentions: mentions.clone(), ..say("hi") }),
            named("report.pdf"),
            Body::Edit(Edit { target, text: String::new(), mentions }),
            Body::Unsay(Unsay { target }),
            react("👩🏻‍❤️‍💋‍👩🏼"),
        ];
        for body in bodies {
            assert_eq!(Body::from_bytes(&body.to_bytes().unwrap()), Ok(body));
        }
    }

    #[test]
    fn limits_hold_for_writer_and_reader_alike() {
        let cases = [
            (Body::Say(say(" \n")), BodyError::Empty),
            (Body::Say(say(&"x".repeat(MAX_TEXT_BYTES + 1))), BodyError::TextTooLong),
            (named("a/b"), BodyError::BadName),
            (named("a\\b"), BodyError::BadName),
            (named(".."), BodyError::BadName),
            (named("a\0"), BodyError::BadName),
            (named(&"n".repeat(MAX_NAME_BYTES + 1)), BodyError::BadName),
            (Body::Say(Say { mentions: vec![PersonId([1; 32]); 2], ..say("x") }), BodyError::BadMentions),
            (react(""), BodyError::BadEmoji),
            (react("a b"), BodyError::BadEmoji),
            (react("\u{1b}[2J"), BodyError::BadEmoji),
            (react(&"é".repeat(MAX_EMOJI_BYTES)), BodyError::BadEmoji),
        ];
        for (body, error) in cases {
            assert_eq!(body.to_bytes(), Err(error), "{body:?}");
            let unchecked = minicbor::to_vec(Wire { version: VERSION, body: &body }).unwrap();
            assert_eq!(Body::from_bytes(&unchecked), Err(error), "{body:?}");
        }
        let full = Attachment { name: "a".to_owned(), size: 0, hash: BlobHash([0; 32]) };
        let body = Body::Say(Say { attachments: vec![full; MAX_ATTACHMENTS + 1], ..say("x") });
        assert_eq!(body.to_bytes(), Err(BodyError::TooManyAttachments));
    }

    #[test]
    fn what_is_not_known_is_said_to_be_so() {
        let later = minicbor::to_vec(Wire { version: VERSION + 1, body: &Body::Say(say("x")) }).unwrap();
        assert_eq!(Body::from_bytes(&later), Err(BodyError::Unknown));
        assert_eq!(Body::from_bytes(&[0x82, 0x01, 0x82, 0x18, 0x63, 0x80]), Err(BodyError::Unknown));
        assert_eq!(Body::from_bytes(&[]), Err(BodyError::Unknown));
        let whole = Body::Say(say("x")).to_bytes().unwrap();
        assert_eq!(Body::from_bytes(&whole[..whole.len() - 1]), Err(BodyError::Unknown));
    }

    #[test]
    fn the_largest_message_fits_into_an_op() {
        let attachment = Attachment { name: "n".repeat(MAX_NAME_BYTES), size: u64::MAX, hash: BlobHash([0xff; 32]) };
        let largest = Say {
            text: "x".repeat(MAX_TEXT_BYTES),
            reply_to: Some(OpId([0xff; 32])),
            attachments: vec![attachment; MAX_ATTACHMENTS],
            mentions: (0..MAX_MENTIONS).map(|i| PersonId([i as u8; 32])).collect(),
        };
        assert!(Body::Say(largest).to_bytes().unwrap().len() < crate::log::MAX_BODY_BYTES / 4);
    }
}
