//! One part of a path. Names are data: bytes that need not be text, and never a direction.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A name is at most so many bytes long: what the common file systems take.
pub const MAX_NAME_BYTES: usize = 255;

/// A name of a file or folder: 1 to [`MAX_NAME_BYTES`] bytes without NUL and `/`, neither `.` nor `..`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<'a>(&'a [u8]);

/// Why bytes are no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No byte at all, as between two slashes.
    #[error("a name is empty")]
    Empty,
    /// Longer than [`MAX_NAME_BYTES`].
    #[error("a name is longer than {MAX_NAME_BYTES} bytes")]
    TooLong,
    /// A NUL or a slash in it.
    #[error("a name has a NUL or a slash in it")]
    Forbidden,
    /// `.` or `..`.
    #[error("a name is a direction (\".\" or \"..\")")]
    Direction,
}

/// What keeps a good name from being written on every kind of disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// Not UTF-8.
    NotText,
    /// A device of Windows, with or without extension (`NUL`, `com1.txt`).
    Reserved,
    /// A dot or a space at its end, which Windows drops.
    TrailingDotOrSpace,
    /// A control character or one of `< > : " \ | ? *`.
    Character,
}

/// Names of devices on Windows, whatever extension follows. Source: "Naming Files, Paths, and Namespaces",
/// Microsoft Learn.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

impl<'a> Name<'a> {
    /// Takes `bytes` as a name, if they are one.
    pub fn new(bytes: &'a [u8]) -> Result<Self, NameError> {
        match bytes {
            [] => Err(NameError::Empty),
            b"." | b".." => Err(NameError::Direction),
            _ if bytes.len() > MAX_NAME_BYTES => Err(NameError::TooLong),
            _ if bytes.iter().any(|byte| matches!(byte, 0 | b'/')) => Err(NameError::Forbidden),
            _ => Ok(Self(bytes)),
        }
    }

    /// The bytes.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// As text; what is not UTF-8 shows as U+FFFD.
    pub fn display(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.0)
    }

    /// What would keep it from being written on every kind of disk; the first that applies.
    pub fn trouble(self) -> Option<Trouble> {
        let Ok(text) = std::str::from_utf8(self.0) else {
            return Some(Trouble::NotText);
        };
        if is_device(text) {
            Some(Trouble::Reserved)
        } else if text.ends_with(['.', ' ']) {
            Some(Trouble::TrailingDotOrSpace)
        } else if text.contains(|c: char| c.is_control() || r#"<>:"\|?*"#.contains(c)) {
            Some(Trouble::Character)
        } else {
            None
        }
    }

    /// What two names have in common that a disk which ignores case and spelling takes for one.
    pub fn folded(self) -> String {
        let upper: String = self.display().nfc().flat_map(char::to_uppercase).collect();
        upper.chars().flat_map(char::to_lowercase).nfc().collect()
    }

    /// The name with `tag` before its last extension: `a.txt` → `a~tag.txt`, cut to fit where it must be.
    pub(super) fn tagged(self, tag: &str) -> Vec<u8> {
        let dot = self.0.iter().rposition(|byte| *byte == b'.').filter(|at| *at > 0 && self.0.len() - at <= 16);
        let (stem, extension) = self.0.split_at(dot.unwrap_or(self.0.len()));
        let room = MAX_NAME_BYTES - extension.len() - tag.len() - 1;
        [cut(stem, room), b"~", tag.as_bytes(), extension].concat()
    }
}

/// At most the first `room` bytes, never ending within a character.
fn cut(bytes: &[u8], room: usize) -> &[u8] {
    let mut end = bytes.len().min(room);
    while end > 0 && end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    &bytes[..end]
}

fn is_device(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or(text).trim_end_matches(' ').to_uppercase();
    let numbered = |prefix| {
        let number = stem.strip_prefix(prefix).unwrap_or_default();
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name() {
        let long = [b'x'; MAX_NAME_BYTES + 1];
        let table: [(&[u8], NameError); 8] = [
            (b"", NameError::Empty),
            (b".", NameError::Direction),
            (b"..", NameError::Direction),
            (b"a/b", NameError::Forbidden),
            (b"/", NameError::Forbidden),
            (b"a\0", NameError::Forbidden),
            (b"\0", NameError::Forbidden),
            (&long, NameError::TooLong),
        ];
        for (bytes, error) in table {
            assert_eq!(Name::new(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_a_name_and_how_it_shows() {
        let table: [(&[u8], &str, Option<Trouble>); 22] = [
            (b"a.txt", "a.txt", None),
            (b"...", "...", Some(Trouble::TrailingDotOrSpace)),
            (b"..a", "..a", None),
            (b" ", " ", Some(Trouble::TrailingDotOrSpace)),
            (b"~", "~", None),
            (b"-rf", "-rf", None),
            (b"a\\..\\b", "a\\..\\b", Some(Trouble::Character)),
            (b"C:", "C:", Some(Trouble::Character)),
            (b"new\nline", "new\nline", Some(Trouble::Character)),
            (b"\x1b[2J", "\u{1b}[2J", Some(Trouble::Character)),
            (b"caf\xe9", "caf\u{fffd}", Some(Trouble::NotText)),
            (b"\xff\xfe", "\u{fffd}\u{fffd}", Some(Trouble::NotText)),
            (b"\xed\xa0\x80", "\u{fffd}\u{fffd}\u{fffd}", Some(Trouble::NotText)),
            (b"NUL", "NUL", Some(Trouble::Reserved)),
            (b"nul.txt", "nul.txt", Some(Trouble::Reserved)),
            (b"Com1", "Com1", Some(Trouble::Reserved)),
            ("lpt²".as_bytes(), "lpt²", Some(Trouble::Reserved)),
            (b"aux .c", "aux .c", Some(Trouble::Reserved)),
            (b"com10", "com10", None),
            (b"console", "console", None),
            (b"end.", "end.", Some(Trouble::TrailingDotOrSpace)),
            ("naïve 🦀".as_bytes(), "naïve 🦀", None),
        ];
        for (bytes, shown, trouble) in table {
            let name = Name::new(bytes).unwrap();
            assert_eq!((name.display().as_ref(), name.trouble()), (shown, trouble), "{bytes:?}");
        }
    }

    #[test]
    fn names_that_some_disks_take_for_one() {
        let folded = |text: &str| Name::new(text.as_bytes()).unwrap().folded();
        for (one, other) in [("README", "ReadMe"), ("É", "e\u{301}"), ("straße", "STRASSE"), ("Σ", "ς"), ("ﬁ", "FI")]
        {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("a"), folded("b"));
    }

    #[test]
    fn a_tag_goes_before_the_extension_and_fits() {
        let tagged = |bytes: &[u8]| Name::new(bytes).unwrap().tagged("12");
        assert_eq!(tagged(b"a.txt"), b"a~12.txt");
        assert_eq!(tagged(b"Makefile"), b"Makefile~12");
        assert_eq!(tagged(b".hidden"), b".hidden~12");
        let long = "ä".repeat(127);
        let long = tagged(long.as_bytes());
        assert!(long.len() <= MAX_NAME_BYTES && std::str::from_utf8(&long).is_ok());
        assert!(Name::new(&tagged(&[b'.'; 255])).is_ok());
    }
}
