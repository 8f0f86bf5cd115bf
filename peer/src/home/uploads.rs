//! Uploads: folders in the home that a browser puts files into, for as long as it takes to share, attach or send them.
//!
//! Each file is opened beneath its upload's folder and never through a link out of it. What is left of before goes when the
//! peer starts.

use std::{
    collections::BTreeMap,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use api::{
    Code, Problem,
    uploads::{Upload, Uploaded},
};
use cap_std::{
    ambient_authority,
    fs::{Dir, File, OpenOptions},
};
use data_encoding::HEXLOWER;

use super::make_private_folder;

/// So many uploads there are at a time.
const MOST: usize = 64;

/// An upload that nothing was put into for so long was forgotten by its browser, and gives way to new ones.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(12 * 60 * 60);

/// So many files one upload has.
const MOST_FILES: usize = 100_000;

/// A path beneath an upload has at most so many parts.
const MOST_PARTS: usize = 64;

/// The disk keeps so much room: what the peer itself has to write comes first.
const ROOM_LEFT_BYTES: u64 = 512 << 20;

/// The uploads of one home.
pub struct Uploads {
    folder: PathBuf,
    open: Mutex<BTreeMap<String, Arc<Open>>>,
}

/// One upload.
struct Open {
    folder: PathBuf,
    dir: Dir,
    filled: Mutex<Filled>,
}

/// What was put into an upload.
struct Filled {
    files: usize,
    last: Instant,
}

/// A file of an upload that is being written; if it is not finished, it is taken away.
pub struct Writing {
    open: Arc<Open>,
    path: PathBuf,
    /// To be written to.
    pub file: tokio::fs::File,
    finished: bool,
}

impl Uploads {
    /// None yet: those of before go.
    pub fn new(home: &Path) -> Self {
        let folder = home.join("uploads");
        if let Err(error) = std::fs::remove_dir_all(&folder)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "what was uploaded before stays");
        }
        Self { folder, open: Mutex::default() }
    }

    /// Makes one.
    pub fn begin(&self) -> Result<Upload, Problem> {
        let mut open = self.open();
        let forgotten: Vec<Arc<Open>> =
            open.extract_if(.., |_, open| open.is_forgotten()).map(|(_, open)| open).collect();
        forgotten.iter().for_each(|open| drop(std::fs::remove_dir_all(&open.folder)));
        if open.len() >= MOST {
            return Err(Problem::new(Code::TooLarge, "too many uploads at a time"));
        }
        let id = HEXLOWER.encode(&crate::home::random::<16>()?);
        let folder = self.folder.join(&id);
        make_private_folder(&self.folder).and_then(|()| make_private_folder(&folder)).map_err(|e| unwritable(&e))?;
        let dir = Dir::open_ambient_dir(&folder, ambient_authority()).map_err(|e| unwritable(&e))?;
        let told = Upload { id: id.clone(), folder: folder.display().to_string() };
        let filled = Mutex::new(Filled { files: 0, last: Instant::now() });
        open.insert(id, Arc::new(Open { folder, dir, filled }));
        Ok(told)
    }

    /// Opens a new file beneath one, with the folders it is in.
    pub async fn write(&self, id: &str, path: &str) -> Result<Writing, Problem> {
        let open = self.open().get(id).cloned().ok_or_else(no_upload)?;
        let path = beneath(path)?;
        room(&open.folder)?;
        let opened = tokio::task::spawn_blocking(move || open.create(&path).map(|file| (open, path, file))).await;
        let (open, path, file) = opened.map_err(io::Error::other).flatten().map_err(|e| unwritable(&e))?;
        Ok(Writing { open, path, file: tokio::fs::File::from_std(file.into_std()), finished: false })
    }

    /// Deletes one.
    pub async fn end(&self, id: &str) -> Result<(), Problem> {
        let open = self.open().remove(id).ok_or_else(no_upload)?;
        let folder = open.folder.clone();
        let removed = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(folder)).await;
        removed.map_err(io::Error::other).flatten().map_err(|e| unwritable(&e))
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// One more file.
    fn count(&self) -> io::Result<()> {
        let mut filled = self.filled();
        if filled.files >= MOST_FILES {
            return Err(io::Error::new(ErrorKind::QuotaExceeded, format!("an upload has at most {MOST_FILES} files")));
        }
        *filled = Filled { files: filled.files + 1, last: Instant::now() };
        Ok(())
    }

    fn is_forgotten(&self) -> bool {
        self.filled().last.elapsed() >= FORGOTTEN_AFTER
    }

    fn filled(&self) -> MutexGuard<'_, Filled> {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        self.count()?;
        if let Some(folder) = path.parent() {
            self.dir.create_dir_all(folder)?;
        }
        self.dir.open_with(path, OpenOptions::new().write(true).create_new(true))
    }
}

impl Writing {
    /// All of it has come.
    pub fn finish(mut self, bytes: u64) -> Uploaded {
        self.finished = true;
        Uploaded { path: self.open.folder.join(&self.path).display().to_string(), bytes }
    }

    /// Whether there is room for more.
    pub fn room(&self) -> Result<(), Problem> {
        room(&self.open.folder)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.finished {
            let _ = self.open.dir.remove_file(&self.path);
        }
    }
}

/// A path of plain names.
fn beneath(path: &str) -> Result<PathBuf, Problem> {
    let parts: Vec<&str> = path.split('/').collect();
    let plain = |part: &&str| !part.is_empty() && *part != "." && *part != ".." && !part.contains('\0');
    if parts.len() > MOST_PARTS || !parts.iter().all(plain) {
        return Err(Problem::new(Code::Usage, "a file is put beneath its upload by a path of plain names"));
    }
    Ok(parts.iter().collect())
}

fn room(folder: &Path) -> Result<(), Problem> {
    let disk = rustix::fs::statvfs(folder).map_err(|e| unwritable(&e.into()))?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM_LEFT_BYTES {
        return Err(Problem::new(Code::Storage, "the disk is full").hint("make room on it and try again"));
    }
    Ok(())
}

fn no_upload() -> Problem {
    Problem::new(Code::NotFound, "there is no such upload")
}

fn unwritable(error: &io::Error) -> Problem {
    match error.kind() {
        ErrorKind::StorageFull => Problem::new(Code::Storage, "the disk is full").hint("make room on it and try again"),
        ErrorKind::AlreadyExists => Problem::new(Code::File, "a file of this name was uploaded already"),
        ErrorKind::QuotaExceeded => Problem::new(Code::TooLarge, error.to_string()),
        _ => Problem::new(Code::File, "what is uploaded cannot be kept").why(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    async fn put(uploads: &Uploads, id: &str, path: &str, text: &str) -> Result<Uploaded, Problem> {
        let mut writing = uploads.write(id, path).await?;
        writing.file.write_all(text.as_bytes()).await.unwrap();
        writing.file.flush().await.unwrap();
        Ok(writing.finish(text.len() as u64))
    }

    #[tokio::test]
    async fn files_are_put_beneath_their_upload_and_nowhere_else() {
        let home = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(home.path());
        let upload = uploads.begin().unwrap();
        let put_there = put(&uploads, &upload.id, "photos/2026/a b.txt", "hi").await.unwrap();
        assert_eq!(put_there.path, format!("{}/photos/2026/a b.txt", upload.folder));
        assert_eq!(std::fs::read_to_string(&put_there.path).unwrap(), "hi");
        for path in ["../x", "a/../../x", "/etc/x", "a//b", "", ".", "a/.", "a\0b", &"a/".repeat(100)] {
            assert_eq!(put(&uploads, &upload.id, path, "").await.unwrap_err().code, Code::Usage, "{path:?}");
        }
        std::os::unix::fs::symlink(home.path(), Path::new(&upload.folder).join("out")).unwrap();
        assert!(put(&uploads, &upload.id, "out/x", "").await.is_err(), "through a link out of it");
        assert!(!home.path().join("x").exists());
        let again = put(&uploads, &upload.id, "photos/2026/a b.txt", "").await.unwrap_err();
        assert_eq!(again.code, Code::File);
        assert_eq!(put(&uploads, "none", "x", "").await.unwrap_err().code, Code::NotFound);
    }

    #[tokio::test]
    async fn nothing_stays() {
        let home = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(home.path());
        let (one, two) = (uploads.begin().unwrap(), uploads.begin().unwrap());
        put(&uploads, &one.id, "a", "1").await.unwrap();
        drop(uploads.write(&one.id, "half").await.unwrap());
        assert!(!Path::new(&one.folder).join("half").exists(), "what did not come whole");
        uploads.end(&one.id).await.unwrap();
        assert!(!Path::new(&one.folder).exists() && Path::new(&two.folder).exists());
        drop(Uploads::new(home.path()));
        assert!(!Path::new(&two.folder).exists());
    }

    #[test]
    fn there_is_an_end_to_uploads() {
        let home = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(home.path());
        (0..MOST).for_each(|_| drop(uploads.begin().unwrap()));
        assert_eq!(uploads.begin().unwrap_err().code, Code::TooLarge);
    }
}
