//! What of a disk is a peer's own and never shared: homes, with the keys in them.

use std::path::Path;

use cap_std::fs::Dir;

/// Files that every home has, and that together nothing else has.
const MARKS: [&str; 3] = ["keys", "place", "version"];

/// Where in a home the page puts what is to be shared.
const UPLOADS: &str = "uploads";

/// Why it is left out.
pub(crate) const WHY: &str = "a peer's home is not shared: its keys are in it";

/// Whether an absolute path, followed to its end, is or lies in a peer's home: this one's or another's.
pub(crate) fn is_private(path: &Path) -> bool {
    let is_home = |folder: &&Path| MARKS.iter().all(|mark| folder.join(mark).is_file());
    path.ancestors().find(is_home).is_some_and(|home| !path.starts_with(home.join(UPLOADS)))
}

/// Whether a folder beneath `root` is a home.
pub(crate) fn is_home(root: &Dir, folder: &Path) -> bool {
    MARKS.iter().all(|mark| root.is_file(folder.join(mark)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_home_is_private_and_what_is_uploaded_to_it_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        fs::create_dir_all(home.join(UPLOADS)).unwrap();
        assert!(!is_private(&home));
        MARKS.iter().for_each(|mark| fs::write(home.join(mark), "").unwrap());
        assert!(is_private(&home) && is_private(&home.join("keys")) && is_private(&home.join("blobs/data")));
        assert!(!is_private(dir.path()) && !is_private(&home.join(UPLOADS).join("1/a.txt")));
    }
}
