//! Words in place of numbers, for people to say, hear and type: 256 of them, so that one word is one byte.
//!
//! No two share their first three letters, and any two differ in at least three letters, so that a word half heard or
//! half typed is still that word or none.

use std::sync::OnceLock;

/// How many words there are.
pub const COUNT: usize = 256;

/// As many letters at the beginning of a word tell it from all others.
pub const TELLING_LETTERS: usize = 3;

fn words() -> &'static [&'static str; COUNT] {
    static WORDS: OnceLock<[&'static str; COUNT]> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut lines = include_str!("words.txt").lines();
        std::array::from_fn(|_| lines.next().expect("words.txt has a line for every byte"))
    })
}

/// The word of a byte.
pub fn word(index: u8) -> &'static str {
    words()[usize::from(index)]
}

/// The byte of a word, in whatever case, whole or from its third letter on.
pub fn index(text: &str) -> Option<u8> {
    let text = text.to_ascii_lowercase();
    let found = words().partition_point(|word| *word < text.as_str());
    let word = words().get(found)?;
    let same = word.starts_with(&text) && text.len() >= TELLING_LETTERS;
    same.then(|| u8::try_from(found).expect("there are 256 words"))
}

/// The words of some bytes.
pub fn phrase(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| word(*byte)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many letters must be changed, added or left out to make one word of the other.
    fn distance(a: &str, b: &str) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.bytes().enumerate() {
            let mut corner = std::mem::replace(&mut row[0], i + 1);
            for (j, y) in b.bytes().enumerate() {
                let here = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
                corner = std::mem::replace(&mut row[j + 1], here);
            }
        }
        row[b.len()]
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(include_str!("words.txt").lines().count(), COUNT);
        for (at, word) in words().iter().enumerate() {
            assert!(word.len() <= 7 && word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
            for other in &words()[at + 1..] {
                assert!(word < other, "sorted: {word} {other}");
                assert!(distance(word, other) >= 3, "{word} {other}");
                assert_ne!(word[..TELLING_LETTERS], other[..TELLING_LETTERS]);
            }
        }
    }

    #[test]
    fn a_word_is_found_from_its_beginning() {
        for byte in 0..=u8::MAX {
            assert_eq!(index(word(byte)), Some(byte));
            assert_eq!(index(&word(byte)[..3].to_uppercase()), Some(byte));
        }
        assert_eq!(index("zzz"), None);
        assert_eq!(index("ac"), None);
        assert_eq!(index(&format!("{}x", word(0))), None);
    }
}
