//! Writing files out beneath a folder: never through a link out of it, never half a file under its name, never over
//! something else.
//!
//! Content is written into a folder of our own beside, synced to the disk, and renamed into its place; the rename fails
//! where something stands already. A kill leaves nothing but that folder, which the same work removes when it begins again.

use std::{
    collections::BTreeSet,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use cap_std::{
    ambient_authority,
    fs::{Dir, File, OpenOptions, OpenOptionsExt},
};
use proto::{
    files::{Disk, FilePath},
    id::BlobHash,
};
use rustix::fs::{Mode, OFlags, RenameFlags, Timespec, Timestamps, UTIME_OMIT, futimens, renameat_with};

use super::scan::Stat;

/// Up to so many folders with new names in them are synced one by one, so that other programs' unwritten bytes are not
/// waited for; if they are more, all that their disk has to write is.
const MAX_SYNCED_FOLDERS: usize = 64;

/// A folder that files are written into.
#[derive(Clone)]
pub struct Writer(Arc<Inner>);

struct Inner {
    absolute: PathBuf,
    dir: Dir,
    staging: Dir,
    staging_name: String,
    next: AtomicU64,
    /// Folders that may have new names in them: no more than [`MAX_SYNCED_FOLDERS`] and one.
    changed: Mutex<BTreeSet<FilePath>>,
}

/// A file to be written.
pub struct Content<'a> {
    /// Where, beneath the folder.
    pub path: &'a FilePath,
    /// What.
    pub bytes: &'a [u8],
    /// How it is to be marked.
    pub marks: Marks,
}

/// What a file is marked with besides its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// Whether it may be run as a program.
    pub executable: bool,
    /// When it was last changed: seconds since 1970.
    pub modified: Option<i64>,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Nothing,
    /// A file with this content.
    Same(Stat),
    /// Something else.
    Other,
}

impl Writer {
    /// Opens the folder `to`, making it if there is none. `name` names this work: what the same work left behind when it
    /// was killed is removed.
    pub fn open(to: &Path, name: &str) -> io::Result<Self> {
        std::fs::create_dir_all(to)?;
        let absolute = std::fs::canonicalize(to)?;
        let dir = Dir::open_ambient_dir(&absolute, ambient_authority())?;
        let staging_name = format!(".peerage-{name}");
        remove_all(&dir, &staging_name)?;
        dir.create_dir(&staging_name)?;
        let staging = dir.open_dir(&staging_name)?;
        let (next, changed) = (AtomicU64::new(0), Mutex::new(BTreeSet::from([FilePath::ROOT])));
        Ok(Self(Arc::new(Inner { absolute, dir, staging, staging_name, next, changed })))
    }

    /// What the disk is like, found out by trying.
    pub fn disk(&self) -> io::Result<Disk> {
        let staging = &self.0.staging;
        staging.write("Probe", b"")?;
        let folds_names = staging.exists("probe");
        staging.remove_file("Probe")?;
        Ok(Disk { folds_names, is_strict: cfg!(windows) })
    }

    /// The absolute path of something beneath the folder.
    pub fn absolute(&self, path: &FilePath) -> PathBuf {
        self.0.absolute.join(relative(path))
    }

    /// What stands at `path`; `known` is what was read there before, which saves reading it again.
    pub fn standing(&self, path: &FilePath, hash: &BlobHash, size: u64, known: Option<Stat>) -> io::Result<Standing> {
        let metadata = match self.0.dir.symlink_metadata(relative(path)) {
            Ok(metadata) => metadata,
            // Also where a part of the path is a file.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Standing::Nothing);
            }
            Err(error) => return Err(error),
        };
        let stat = Stat::of(&metadata);
        if !metadata.is_file() || stat.size != size {
            return Ok(Standing::Other);
        }
        let same = |known: Stat| (known.modified_ns, known.inode) == (stat.modified_ns, stat.inode);
        if known.is_some_and(same) || hash_of(self.0.dir.open(relative(path))?)? == *hash {
            return Ok(Standing::Same(stat));
        }
        Ok(Standing::Other)
    }

    /// Makes a folder and those it is in.
    pub fn folder(&self, path: &FilePath) -> io::Result<Dir> {
        self.note_change(path);
        if path.is_root() {
            return self.0.dir.try_clone();
        }
        match self.0.dir.open_dir(relative(path)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.0.dir.create_dir_all(relative(path))?;
                self.0.dir.open_dir(relative(path))
            }
            opened => opened,
        }
    }

    /// Writes files, best given folder by folder; returns, in their order, what became of each. Synced to the disk as a whole.
    pub fn write(&self, files: &[Content<'_>]) -> io::Result<Vec<io::Result<()>>> {
        let staged: Vec<io::Result<String>> = files.iter().map(|file| self.stage(file)).collect();
        sync(&self.0.staging)?;
        let mut at: Option<(FilePath, Dir)> = None;
        let place = |(file, staged): (&Content<'_>, io::Result<String>)| {
            let (folder, name) = file.path.split().ok_or(ErrorKind::InvalidInput)?;
            let dir = match &at {
                Some((same, dir)) if *same == folder => dir,
                _ => &at.insert((folder.clone(), self.folder(&folder)?)).1,
            };
            rename(&self.0.staging, &staged?, dir, os(name.as_bytes()))
        };
        Ok(files.iter().zip(staged).map(place).collect())
    }

    /// Marks a file that was put in its place by somebody else, and syncs it to the disk; returns what it is now.
    pub fn finish_file(&self, path: &FilePath, marks: Marks) -> io::Result<Stat> {
        let file = self.0.dir.open_with(relative(path), OpenOptions::new().read(true).write(true))?;
        if marks.executable {
            make_executable(&file)?;
        }
        mark(&file, marks)?;
        file.sync_all()?;
        Ok(Stat::of(&file.metadata()?))
    }

    /// Removes a file.
    pub fn remove(&self, path: &FilePath) -> io::Result<()> {
        self.0.dir.remove_file(relative(path))
    }

    /// Syncs the names of everything to the disk and removes what is our own.
    pub fn finish(&self) -> io::Result<()> {
        remove_all(&self.0.dir, &self.0.staging_name)?;
        let changed = std::mem::take(&mut *self.changed());
        if changed.len() > MAX_SYNCED_FOLDERS {
            return sync(&self.0.dir);
        }
        changed.iter().try_for_each(|path| self.0.dir.open(relative(path))?.sync_all())
    }

    fn changed(&self) -> MutexGuard<'_, BTreeSet<FilePath>> {
        self.0.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something new may stand in this folder, and it itself in those that it is in.
    fn note_change(&self, path: &FilePath) {
        let mut changed = self.changed();
        let mut at = Some(path.clone());
        while let Some(folder) = at {
            if changed.len() > MAX_SYNCED_FOLDERS || changed.contains(&folder) {
                return;
            }
            at = folder.parent();
            changed.insert(folder);
        }
    }

    fn stage(&self, file: &Content<'_>) -> io::Result<String> {
        let name = self.0.next.fetch_add(1, Ordering::Relaxed).to_string();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(if file.marks.executable { 0o777 } else { 0o666 });
        let mut staged = self.0.staging.open_with(&name, &options)?;
        staged.write_all(file.bytes)?;
        mark(&staged, file.marks)?;
        Ok(name)
    }
}

/// Renames unless something stands there.
fn rename(from: &Dir, name: &str, to: &Dir, target: &Path) -> io::Result<()> {
    match renameat_with(from, name, to, target, RenameFlags::NOREPLACE) {
        // Not every file system knows this flag.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if !to.exists(target) => from.rename(name, to, target),
        renamed => Ok(renamed?),
    }
}

fn mark(file: &File, marks: Marks) -> io::Result<()> {
    let Some(modified) = marks.modified else { return Ok(()) };
    let last_access = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
    let times = Timestamps { last_access, last_modification: Timespec { tv_sec: modified, tv_nsec: 0 } };
    // A moment that the file system cannot keep is no reason to fail.
    let _ = futimens(file, &times);
    Ok(())
}

fn make_executable(file: &File) -> io::Result<()> {
    use cap_std::fs::{MetadataExt, Permissions, PermissionsExt};
    let mode = file.metadata()?.mode();
    // Whoever may read it may run it.
    file.set_permissions(Permissions::from_mode(mode & 0o777 | (mode & 0o444) >> 2))
}

/// Waits until what was written is on the disk: on Linux in one go, however many files it was.
#[cfg(target_os = "linux")]
fn sync(dir: &Dir) -> io::Result<()> {
    // The folder's own handle only names it, which is not enough for syncing.
    let open = rustix::fs::openat(dir, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    Ok(rustix::fs::syncfs(open)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(dir: &Dir) -> io::Result<()> {
    for entry in dir.entries()? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            entry.open()?.sync_all()?;
        }
    }
    Ok(())
}

fn remove_all(dir: &Dir, name: &str) -> io::Result<()> {
    match dir.remove_dir_all(name) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn hash_of(file: File) -> io::Result<BlobHash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(BlobHash(*hasher.finalize().as_bytes()))
}

fn relative(path: &FilePath) -> &Path {
    if path.is_root() { Path::new(".") } else { os(path.as_bytes()) }
}

#[cfg(unix)]
fn os(bytes: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const MARKS: Marks = Marks { executable: true, modified: Some(1_000_000_000) };

    fn path(text: &str) -> FilePath {
        text.parse().unwrap()
    }

    fn write(writer: &Writer, at: &str, bytes: &[u8]) -> io::Result<()> {
        writer.write(&[Content { path: &path(at), bytes, marks: MARKS }]).unwrap().remove(0)
    }

    fn hash(bytes: &[u8]) -> BlobHash {
        BlobHash(*blake3::hash(bytes).as_bytes())
    }

    #[test]
    fn files_stand_whole_and_marked_and_nothing_of_ours_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let writer = Writer::open(&dir.path().join("to"), "x").unwrap();
        write(&writer, "a/b/c", b"hello").unwrap();
        writer.folder(&path("empty/one")).unwrap();
        writer.finish().unwrap();
        let file = dir.path().join("to/a/b/c");
        assert_eq!(fs::read(&file).unwrap(), b"hello");
        let stat = Stat::at(&file).unwrap();
        assert_eq!((stat.executable, stat.modified_s()), (true, 1_000_000_000));
        let mut names: Vec<_> = fs::read_dir(dir.path().join("to")).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a", "empty"]);
    }

    #[test]
    fn nothing_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "mine").unwrap();
        std::os::unix::fs::symlink("nowhere", dir.path().join("link")).unwrap();
        let writer = Writer::open(dir.path(), "x").unwrap();
        for at in ["a", "link"] {
            assert_eq!(write(&writer, at, b"theirs").unwrap_err().kind(), ErrorKind::AlreadyExists);
            assert_eq!(writer.standing(&path(at), &hash(b"theirs"), 6, None).unwrap(), Standing::Other);
        }
        assert!(write(&writer, "a/b", b"theirs").is_err());
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"mine");
        assert!(matches!(writer.standing(&path("a"), &hash(b"mine"), 4, None).unwrap(), Standing::Same(_)));
        assert_eq!(writer.standing(&path("b/c"), &hash(b""), 0, None).unwrap(), Standing::Nothing);
    }

    #[test]
    fn no_link_leads_out() {
        let (outside, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), dir.path().join("out")).unwrap();
        let writer = Writer::open(dir.path(), "x").unwrap();
        assert!(write(&writer, "out/a", b"x").is_err());
        assert!(writer.folder(&path("out/b")).is_err());
        assert!(writer.standing(&path("out/c"), &hash(b""), 0, None).is_err());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_work_left_is_removed_by_the_same_work() {
        let dir = tempfile::tempdir().unwrap();
        let killed = Writer::open(dir.path(), "x").unwrap();
        killed.stage(&Content { path: &path("a"), bytes: b"half", marks: MARKS }).unwrap();
        drop(killed);
        Writer::open(dir.path(), "x").unwrap().finish().unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
