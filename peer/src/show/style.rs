//! Colours and marks, and whether this terminal can show them.

use clap::builder::styling::{AnsiColor, Style};

/// Of others, of the past, of what can be skipped.
pub const FAINT: Style = Style::new().dimmed();
/// What one looks for first.
pub const STRONG: Style = Style::new().bold();
/// New, or to be acted upon.
pub const ACCENT: Style = AnsiColor::Magenta.on_default();
/// Went wrong.
pub const WRONG: Style = AnsiColor::Red.on_default().bold();
/// Well and near.
pub const NEAR: Style = AnsiColor::Green.on_default();
/// Well and far.
pub const FAR: Style = AnsiColor::Blue.on_default();
/// Works, but by a detour.
pub const DETOUR: Style = AnsiColor::Yellow.on_default();

/// Text in a style. The stream it is printed to takes the style away where it cannot be shown.
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Which marks can be shown: drawn ones, or ASCII where the locale is not UTF-8 or the terminal knows few glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Drawn with Unicode.
    Drawn,
    /// ASCII only.
    Ascii,
}

impl Marks {
    /// As the environment says (POSIX: the first of these that is set decides).
    pub fn from_env() -> Self {
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        Self::of(locale.as_deref(), std::env::var("TERM").ok().as_deref())
    }

    fn of(locale: Option<&str>, terminal: Option<&str>) -> Self {
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        if utf8 && !matches!(terminal, Some("linux" | "dumb")) { Marks::Drawn } else { Marks::Ascii }
    }

    /// One of the two.
    pub fn pick<T>(self, drawn: T, ascii: T) -> T {
        match self {
            Marks::Drawn => drawn,
            Marks::Ascii => ascii,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_the_locale_and_the_terminal() {
        assert_eq!(Marks::of(Some("de_DE.UTF-8"), Some("xterm-256color")), Marks::Drawn);
        assert_eq!(Marks::of(Some("C.utf8"), None), Marks::Drawn);
        assert_eq!(Marks::of(Some("C"), Some("xterm")), Marks::Ascii);
        assert_eq!(Marks::of(None, Some("xterm")), Marks::Ascii);
        assert_eq!(Marks::of(Some("en_GB.UTF-8"), Some("linux")), Marks::Ascii);
    }
}
