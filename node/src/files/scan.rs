//! What is in a folder of this computer: files and empty folders beneath it, never through a link.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use cap_std::{
    ambient_authority,
    fs::{Dir, Metadata},
};
use proto::files::{FilePath, MAX_FILE_BYTES, Name};

use crate::home::private;

/// A place on the disk from which files are shared: a folder, or one file within its folder.
#[derive(Clone)]
pub struct Root {
    /// Everything is opened beneath this.
    pub dir: Arc<Dir>,
    /// The same folder's absolute path.
    pub absolute: PathBuf,
}

/// What was found beneath a root.
#[derive(Default)]
pub struct Scan {
    /// Files, by path.
    pub files: Vec<Found>,
    /// Folders with nothing in them, by path.
    pub empty: Vec<FilePath>,
    /// What was left out and why, by its path as people see it.
    pub left_out: Vec<(String, &'static str)>,
    /// Folders that could not be looked into: what is gone in there is not known.
    pub unseen: Vec<FilePath>,
}

/// A file on the disk.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its path in the space.
    pub path: FilePath,
    /// Its path beneath the root's folder.
    pub relative: PathBuf,
    /// What the disk says of it.
    pub stat: Stat,
}

/// What tells whether a file is still the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified_ns: i64,
    /// Its number in the file system.
    pub inode: u64,
    /// Whether it may be run as a program.
    pub executable: bool,
}

impl Stat {
    /// Seconds since 1970.
    pub const fn modified_s(&self) -> i64 {
        self.modified_ns.div_euclid(1_000_000_000)
    }

    /// What an open file, or one that was looked at, is.
    pub fn of(metadata: &Metadata) -> Self {
        let modified_ns = metadata.modified().ok().map_or(0, |time| nanoseconds(time.into_std()));
        Self { size: metadata.len(), modified_ns, inode: inode(metadata), executable: is_executable(metadata) }
    }

    /// What stands at an absolute path, not through a link at its end; nothing if that is no file.
    pub fn at(path: &Path) -> Option<Self> {
        let parent = Dir::open_ambient_dir(path.parent()?, ambient_authority()).ok()?;
        let metadata = parent.symlink_metadata(path.file_name()?).ok()?;
        metadata.is_file().then(|| Self::of(&metadata))
    }
}

fn nanoseconds(time: std::time::SystemTime) -> i64 {
    let nanoseconds = |duration: std::time::Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH).map_or_else(|before| -nanoseconds(before.duration()), nanoseconds)
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    cap_std::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    cap_std::fs::MetadataExt::mode(metadata) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

/// Looks at `path`, a file or a folder; the paths found begin with `name`.
///
/// A link given by its own name is followed: that is what was asked for. Links found beneath are left out.
pub fn scan(path: &Path, name: &FilePath) -> io::Result<(Root, Scan)> {
    let absolute = std::fs::canonicalize(path)?;
    if private::is_private(&absolute) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, private::WHY));
    }
    let mut found = Scan::default();
    if std::fs::metadata(&absolute)?.is_dir() {
        let root = Root::open(&absolute)?;
        found.folder(&root.dir, Path::new(""), name);
        found.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        return Ok((root, found));
    }
    let (folder, file) = absolute.parent().zip(absolute.file_name()).ok_or(io::ErrorKind::InvalidInput)?;
    let root = Root::open(folder)?;
    let metadata = root.dir.symlink_metadata(file)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is neither a file nor a folder"));
    }
    found.file(name.clone(), PathBuf::from(file), &metadata);
    Ok((root, found))
}

impl Root {
    fn open(folder: &Path) -> io::Result<Self> {
        let dir = Arc::new(Dir::open_ambient_dir(folder, ambient_authority())?);
        Ok(Self { dir, absolute: folder.to_owned() })
    }
}

impl Scan {
    fn folder(&mut self, root: &Dir, relative: &Path, path: &FilePath) {
        let entries = if relative.as_os_str().is_empty() { root.entries() } else { root.read_dir(relative) };
        let Ok(entries) = entries else {
            self.unseen.push(path.clone());
            return self.leave_out(path, "this folder cannot be read");
        };
        let mut is_empty = true;
        for entry in entries {
            let Ok(entry) = entry else {
                self.unseen.push(path.clone());
                self.leave_out(path, "this folder cannot be read to its end");
                break;
            };
            is_empty = false;
            self.entry(root, relative, path, &entry);
        }
        if is_empty {
            self.empty.push(path.clone());
        }
    }

    fn entry(&mut self, root: &Dir, relative: &Path, folder: &FilePath, entry: &cap_std::fs::DirEntry) {
        let name = entry.file_name();
        let relative = relative.join(&name);
        let path = Name::new(name.as_encoded_bytes()).ok().and_then(|name| folder.join(name).ok());
        let Some(path) = path else {
            return self.leave_out(relative.display(), "its path is too long");
        };
        // As the folder says, so not through a link.
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() && private::is_home(root, &relative) => {
                self.leave_out(path, private::WHY);
            }
            Ok(metadata) if metadata.is_dir() => self.folder(root, &relative, &path),
            Ok(metadata) if metadata.is_file() => self.file(path, relative, &metadata),
            Ok(metadata) if metadata.is_symlink() => self.leave_out(path, "links are not shared"),
            Ok(_) => self.leave_out(path, "it is neither a file nor a folder"),
            Err(_) => {
                self.unseen.push(path.clone());
                self.leave_out(path, "it cannot be looked at");
            }
        }
    }

    fn file(&mut self, path: FilePath, relative: PathBuf, metadata: &Metadata) {
        let stat = Stat::of(metadata);
        if stat.size > MAX_FILE_BYTES {
            return self.leave_out(path, "it is too large");
        }
        self.files.push(Found { path, relative, stat });
    }

    fn leave_out(&mut self, path: impl ToString, why: &'static str) {
        self.left_out.push((path.to_string(), why));
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt};

    use super::*;

    fn scanned(path: &Path) -> (Vec<String>, Vec<String>, Vec<String>) {
        let (_, scan) = scan(path, &"top".parse().unwrap()).unwrap();
        let files = scan.files.iter().map(|file| file.path.to_string()).collect();
        let empty = scan.empty.iter().map(ToString::to_string).collect();
        let mut left_out: Vec<String> = scan.left_out.into_iter().map(|(path, _)| path).collect();
        left_out.sort();
        (files, empty, left_out)
    }

    #[test]
    fn links_pipes_and_the_like_are_left_out_and_said() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        fs::write(dir.path().join("a/file"), "x").unwrap();
        fs::write(dir.path().join(OsStr::from_bytes(b"caf\xe9")), "x").unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("out")).unwrap();
        std::os::unix::fs::symlink("a/file", dir.path().join("in")).unwrap();
        std::os::unix::fs::symlink("loop", dir.path().join("loop")).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
        let (files, empty, left_out) = scanned(dir.path());
        assert_eq!(files, ["top/a/file", "top/caf\u{fffd}"]);
        assert_eq!(empty, ["top/a/b"]);
        assert_eq!(left_out, ["top/in", "top/loop", "top/out", "top/socket"]);
        drop(socket);
    }

    #[test]
    fn one_file_is_scanned_alone_and_a_link_to_it_by_name_too() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("one"), "x").unwrap();
        fs::write(dir.path().join("two"), "x").unwrap();
        std::os::unix::fs::symlink("one", dir.path().join("link")).unwrap();
        assert_eq!(scanned(&dir.path().join("one")).0, ["top"]);
        assert_eq!(scanned(&dir.path().join("link")).0, ["top"]);
        assert!(scan(&dir.path().join("none"), &FilePath::ROOT).is_err());
    }

    #[test]
    fn a_home_is_left_out_and_said() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/home")).unwrap();
        ["keys", "place", "version"]
            .iter()
            .for_each(|mark| fs::write(dir.path().join("a/home").join(mark), "x").unwrap());
        fs::write(dir.path().join("a/file"), "x").unwrap();
        let (files, _, left_out) = scanned(dir.path());
        assert_eq!((files, left_out), (vec!["top/a/file".to_owned()], vec!["top/a/home".to_owned()]));
        assert!(scan(&dir.path().join("a/home"), &FilePath::ROOT).is_err());
        assert!(scan(&dir.path().join("a/home/keys"), &FilePath::ROOT).is_err());
    }
}
