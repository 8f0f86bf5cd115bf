//! What people see on a terminal: calm, aligned, and harmless whatever others wrote.
//!
//! Everything here turns values into text and decides nothing else. Text that comes from other people passes through
//! [`safe`] before it is printed.

pub mod progress;
pub mod qr;
pub mod reach;
pub mod safe;
pub mod size;
pub mod style;
pub mod table;
pub mod when;

/// The first letters of an id, as people see ids: four groups of four.
pub fn short(id: &str) -> String {
    let letters: Vec<char> = id.chars().take(16).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// `1 file`, `2 files`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_four_groups() {
        assert_eq!(short("abcdefghijklmnopqrstuvwxyz"), "abcd-efgh-ijkl-mnop");
        assert_eq!(short("abcde"), "abcd-e");
    }

    #[test]
    fn numbers_agree_with_nouns() {
        assert_eq!(count(1, "file", "files"), "1 file");
        assert_eq!(count(0, "file", "files"), "0 files");
    }
}
