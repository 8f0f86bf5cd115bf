//! The word index: what is searched, and for what.
//!
//! Two things are added to what the tokenizer does: scripts that are written without spaces are taken letter by
//! letter, so that a word in them is found as the sequence of its letters; and each text carries a word of its
//! space, so that a search in one space need not look at what other spaces say.

use proto::chat::{Say, Standing};

use crate::{Error, Tx};

/// Begins the word that stands for a space: of the private use area, which the tokenizer takes for a letter and
/// which is taken out of texts.
const SPACE_SIGN: char = '\u{e000}';

impl Tx<'_> {
    /// Makes a message findable, as it stands, and its attachments known.
    pub(super) fn show(&mut self, space: i64, row: i64, say: &Say, stands: &Standing) -> Result<(), Error> {
        if stands.withdrawn {
            return Ok(());
        }
        let sql = "INSERT INTO chat_words (rowid, text) VALUES (?1, ?2)";
        self.run(sql, (row, indexed(space, &stands.text)))?;
        for attachment in &say.attachments {
            let sql = "INSERT OR IGNORE INTO chat_attached (hash, row, space) VALUES (?1, ?2, ?3)";
            self.run(sql, (attachment.hash.0, row, space))?;
        }
        Ok(())
    }

    /// Undoes [`Tx::show`]; `stands` is how it stood then.
    pub(super) fn hide(&mut self, space: i64, row: i64, say: &Say, stands: &Standing) -> Result<(), Error> {
        if stands.withdrawn {
            return Ok(());
        }
        let sql = "INSERT INTO chat_words (chat_words, rowid, text) VALUES ('delete', ?1, ?2)";
        self.run(sql, (row, indexed(space, &stands.text)))?;
        for attachment in &say.attachments {
            self.run("DELETE FROM chat_attached WHERE hash = ?1 AND row = ?2", (attachment.hash.0, row))?;
        }
        Ok(())
    }
}

/// A last word of fewer bytes than this, one plain letter, is taken whole: too many words begin so.
const MIN_PREFIX_BYTES: usize = 2;

/// The text that goes into the index.
fn indexed(space: i64, text: &str) -> String {
    format!("{} {}", space_word(space), spread(text))
}

fn space_word(space: i64) -> String {
    format!("{SPACE_SIGN}{space}")
}

/// The index's question for messages with all words of `text` in them, the last of which may be a beginning. Nothing if
/// there is no letter or digit in it.
pub(super) fn question(space: Option<i64>, text: &str) -> Option<String> {
    let words: Vec<String> =
        text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).map(quoted).collect();
    if words.is_empty() {
        return None;
    }
    let space = space.map(|space| format!("\"{}\" AND ", space_word(space))).unwrap_or_default();
    let last_bytes = text.split_whitespace().next_back().map_or(0, str::len);
    let prefix = if last_bytes < MIN_PREFIX_BYTES { "" } else { " *" };
    Some(format!("{space}{}{prefix}", words.join(" AND ")))
}

/// A word such that nothing in it means anything to the index but its letters.
fn quoted(word: &str) -> String {
    format!("\"{}\"", spread(word).replace('"', " "))
}

/// Sets letters apart that are words or syllables of their own.
fn spread(text: &str) -> String {
    let mut spread = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' | '\u{e000}'..='\u{f8ff}' => spread.push(' '),
            c if stands_alone(c) => spread.extend([' ', c, ' ']),
            c => spread.push(c),
        }
    }
    spread
}

/// Whether a letter belongs to Chinese characters or kana.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions() {
        assert_eq!(question(None, "one  two"), Some("\"one\" AND \"two\" *".to_owned()));
        assert_eq!(question(Some(7), "a\"b"), Some("\"\u{e000}7\" AND \"a b\" *".to_owned()));
        assert_eq!(question(None, "one t"), Some("\"one\" AND \"t\"".to_owned()));
        assert_eq!(question(None, "東京"), Some("\" 東  京 \" *".to_owned()));
        assert_eq!(question(None, " !? \" * "), None);
    }
}
