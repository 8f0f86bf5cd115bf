//! The user's own folders, outside the peer's home.

use std::path::{Path, PathBuf};

use api::{Code, Problem};
use etcetera::BaseStrategy;

/// The user's home.
pub fn home() -> Result<PathBuf, Problem> {
    etcetera::home_dir().map_err(|e| {
        Problem::new(Code::Home, "nobody's home folder is known").why(e.to_string()).hint("name a folder by its path")
    })
}

/// Where downloads usually go: what the desktop says (`user-dirs.dirs`), else `Downloads` in the home.
pub fn downloads(home: &Path) -> PathBuf {
    let config = etcetera::choose_base_strategy().map(|strategy| strategy.config_dir());
    let said = config.ok().and_then(|config| std::fs::read_to_string(config.join("user-dirs.dirs")).ok());
    said.and_then(|said| download_dir(&said, home)).unwrap_or_else(|| home.join("Downloads"))
}

/// The line `XDG_DOWNLOAD_DIR="$HOME/…"` of the desktop's file of folders: absolute, or beneath the home.
fn download_dir(said: &str, home: &Path) -> Option<PathBuf> {
    let value = said.lines().find_map(|line| line.trim().strip_prefix("XDG_DOWNLOAD_DIR="))?;
    let value = value.trim_matches('"');
    match value.strip_prefix("$HOME") {
        Some(beneath) => Some(home.join(beneath.trim_matches('/'))),
        None => Some(PathBuf::from(value)).filter(|path| path.is_absolute()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desktop_says_where_downloads_go() {
        let home = Path::new("/home/mira");
        let said = |line: &str| download_dir(&format!("# made by xdg-user-dirs\n{line}\n"), home);
        assert_eq!(said("XDG_DOWNLOAD_DIR=\"$HOME/Téléchargements\""), Some("/home/mira/Téléchargements".into()));
        assert_eq!(said("XDG_DOWNLOAD_DIR=\"/data/in\""), Some("/data/in".into()));
        assert_eq!(said("XDG_DOWNLOAD_DIR=\"in\""), None);
        assert_eq!(said("XDG_MUSIC_DIR=\"$HOME/Music\""), None);
    }
}
