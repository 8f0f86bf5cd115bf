//! Searching messages by their words, newest first.

use proto::id::SpaceId;

use super::{
    ChatMessage,
    row::{COLUMNS, kept},
    words::question,
};
use crate::{Error, Reader};

impl Reader<'_> {
    /// The newest messages, at most `most`, in which all words of `text` occur as they now stand; the last word may
    /// be the beginning of one. Letter case and accents do not matter. In all spaces, or in one.
    pub fn chat_search(&self, text: &str, space: Option<&SpaceId>, most: usize) -> Result<Vec<ChatMessage>, Error> {
        let space = match space {
            None => None,
            Some(space) => match self.chat_place(space)? {
                Some(place) => Some(place.key),
                None => return Ok(Vec::new()),
            },
        };
        let Some(question) = question(space, text) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT {COLUMNS} FROM chat_words CROSS JOIN chat_messages ON chat_messages.row = chat_words.rowid
             WHERE chat_words MATCH ?1 ORDER BY chat_words.rowid DESC LIMIT ?2"
        );
        let mut messages = Vec::new();
        self.each(&sql, (question, i64::try_from(most).unwrap_or(i64::MAX)), |row| {
            messages.push(kept(row)?);
            Ok(true)
        })?;
        self.all_told(messages)
    }
}
