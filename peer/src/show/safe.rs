//! Making other people's text harmless for a terminal.
//!
//! A name or message may hold escape sequences that retitle the window, move the cursor or type on the reader's
//! behalf, and marks that turn the reading direction so that a name looks like another. They are shown, not obeyed.

use std::borrow::Cow;

/// One line, for names and paths: line breaks and tabs are made visible as well.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, |c| is_harmful(c) || matches!(c, '\n' | '\t'))
}

/// A message, which may have several lines.
pub fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, is_harmful)
}

/// JSON text, in which only strings can hold anything harmful: written as `\u` escapes, so that the value stays.
pub fn json(text: String) -> String {
    if !text.chars().any(is_harmful) {
        return text;
    }
    text.chars().fold(String::new(), |mut out, c| {
        if is_harmful(c) {
            out.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            out.push(c);
        }
        out
    })
}

fn replaced(text: &str, harmful: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().any(&harmful) {
        text.chars().map(|c| if harmful(c) { visible(c) } else { c }).collect::<String>().into()
    } else {
        text.into()
    }
}

/// Control characters except line break and tab, and what changes the direction of the text around it.
fn is_harmful(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => true,
        c => c.is_control(),
    }
}

/// A picture of a control character (Unicode's block of them), or the sign for what cannot be shown.
fn visible(c: char) -> char {
    match c as u32 {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_touched() {
        assert!(matches!(line("Käthe 👩‍👩‍👧 \u{5d0}"), Cow::Borrowed(_)));
        assert!(matches!(lines("one\n\ttwo"), Cow::Borrowed(_)));
    }

    #[test]
    fn escape_sequences_are_shown() {
        assert_eq!(line("\x1b]0;root\x07x"), "␛]0;root␇x");
        assert_eq!(lines("a\r\x1b[2Jb\x7f"), "a␍␛[2Jb␡");
        assert_eq!(lines("\u{9b}31m"), "\u{fffd}31m");
        assert_eq!(line("gpj.\u{202e}exe"), "gpj.\u{fffd}exe");
    }

    #[test]
    fn names_have_one_line() {
        assert_eq!(line("Mira\nerror: no"), "Mira␊error: no");
        assert_eq!(lines("a\nb"), "a\nb");
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({"text": "a\u{9b}b\u{202e}c\x7f\x1b"});
        let text = json(value.to_string());
        assert!(text.chars().all(|c| !is_harmful(c)), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
