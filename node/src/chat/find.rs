//! Which message somebody means: its id or the beginning of it.

use proto::id::OpId;
use store::{Reader, chat::ChatMessage};

use super::ChatError;

/// An id has so many letters.
const ID_LETTERS: usize = 52;

/// The only message whose id begins so.
pub fn find(reader: &Reader<'_>, text: &str) -> Result<ChatMessage, ChatError> {
    let nothing = || ChatError::NoMessage(text.to_owned());
    let (from, to) = range(text).ok_or_else(nothing)?;
    match reader.chat_between(&from, &to, 2)?[..] {
        [] => Err(nothing()),
        [id] => reader.chat_message(&id)?.ok_or_else(nothing),
        _ => Err(ChatError::Ambiguous(text.to_owned())),
    }
}

/// The ids that begin with these letters, in whatever case and with hyphens wherever.
fn range(text: &str) -> Option<(OpId, OpId)> {
    let mut letters: String = text.chars().filter(|c| *c != '-').collect();
    if letters.is_empty() || letters.len() > ID_LETTERS || !letters.is_ascii() {
        return None;
    }
    let mut highest = letters.clone();
    letters.extend(std::iter::repeat_n('a', ID_LETTERS - letters.len()));
    if highest.len() < ID_LETTERS {
        highest.extend(std::iter::repeat_n('7', ID_LETTERS - 1 - highest.len()));
        // 51 letters are 255 bits, so the last letter carries one bit.
        highest.push('q');
    }
    Some((letters.parse().ok()?, highest.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings() {
        let id = OpId([0xa5; 32]);
        let text = id.to_string();
        for letters in 1..=ID_LETTERS {
            let (from, to) = range(&text[..letters]).unwrap();
            assert!((from..=to).contains(&id), "{letters}");
            assert_eq!(from.to_string()[..letters], text[..letters]);
            assert_eq!(to.to_string()[..letters], text[..letters]);
        }
        assert_eq!(range(&text), Some((id, id)));
        assert_eq!(range(&id.short()), range(&text[..16]));
        assert_eq!(range("7").unwrap().1, OpId([0xff; 32]));
        assert_eq!(range("A"), range("a"));
        for nonsense in ["", "-", "0", "é", &"a".repeat(53)] {
            assert_eq!(range(nonsense), None, "{nonsense}");
        }
    }
}
