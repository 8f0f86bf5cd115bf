//! Paths on the command line: made absolute here, because the peer does not know where its caller stands.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use api::{AnyPath, Code, Problem};

/// The absolute form of a path, which need not exist. Links are left as they are, except before a `..`.
pub fn absolute(path: &Path) -> Result<AnyPath, Problem> {
    let whole = if path.components().any(|part| part == Component::ParentDir) && path.exists() {
        std::fs::canonicalize(path)
    } else {
        std::path::absolute(path)
    };
    whole.map(AnyPath::from).map_err(|e| unusable(path, &e))
}

/// The absolute forms of several.
pub fn all_absolute(paths: &[PathBuf]) -> Result<Vec<AnyPath>, Problem> {
    paths.iter().map(|path| absolute(path)).collect()
}

/// A path that cannot be used, and why.
pub fn unusable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(Code::File, format!("{} cannot be used", path.display())).why(said(error))
}

/// What the system says, in words for people.
pub fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "there is something of this name already".into(),
        io::ErrorKind::NotFound => "there is no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "you may not".into(),
        io::ErrorKind::InvalidData => "it is no text".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::NotADirectory => "a part of the path is no folder".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    use super::*;

    #[test]
    fn relative_paths_become_absolute_and_keep_their_bytes() {
        let here = std::env::current_dir().unwrap();
        let odd = Path::new(OsStr::from_bytes(b"na\xffme"));
        assert_eq!(absolute(odd).unwrap().to_path_buf(), here.join(odd));
        assert_eq!(absolute(Path::new("./a/b")).unwrap().to_path_buf(), here.join("a/b"));
        assert_eq!(absolute(Path::new("src/..")).unwrap().to_path_buf(), here.canonicalize().unwrap());
        assert!(absolute(Path::new("")).is_err());
    }
}
