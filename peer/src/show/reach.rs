//! How somebody is reached: one mark and one word each, the same as in the page and the documents.

use api::people::Reach;
use clap::builder::styling::Style;

use super::style::{DETOUR, FAINT, FAR, Marks, NEAR, paint};

/// The mark, three cells wide, and the word.
pub fn reach(reach: Reach, marks: Marks) -> String {
    let (style, drawn, ascii, word) = look(reach);
    format!("{} {word}", paint(style, marks.pick(drawn, ascii)))
}

fn look(reach: Reach) -> (Style, &'static str, &'static str, &'static str) {
    match reach {
        Reach::Local => (NEAR, "━━━", "===", "this computer"),
        Reach::Lan => (NEAR, "━━━", "===", "local network"),
        Reach::Direct => (FAR, "━━━", "---", "direct"),
        Reach::Punched => (FAR, "━•━", "-.-", "punched"),
        Reach::Mapped => (FAR, "━○━", "-o-", "mapped"),
        Reach::Relayed => (DETOUR, "╍╍╍", "- -", "relayed"),
        Reach::Unreachable => (FAINT, "┄┄┄", "...", "not reached"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_three_cells_and_ascii_has_its_own() {
        let all =
            [Reach::Lan, Reach::Direct, Reach::Punched, Reach::Mapped, Reach::Relayed, Reach::Unreachable].map(look);
        for (_, drawn, ascii, _) in all {
            assert_eq!((drawn.chars().count(), ascii.len(), ascii.is_ascii()), (3, 3, true));
        }
        let mut ascii = all.map(|look| look.2);
        ascii.sort_unstable();
        assert!(ascii.windows(2).all(|two| two[0] != two[1]), "told apart without colour");
    }
}
