//! The home folder: where one peer keeps its keys, its store and its blobs.
//!
//! Files are readable by their owner only (0600, folders 0700). A home of a newer version is refused and left as it is.
//! One process at a time works on a home. A home that stands elsewhere than it was left, as after a copy, takes a new
//! peer key, because two peers that write with one key would look like one that lies.

mod keys;
mod lock;
mod place;
pub(crate) mod private;

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Mutex,
};

use api::{Code, Problem};
use rand_chacha::ChaCha20Rng;

pub use keys::Keys;
use lock::Lock;
use place::Place;

/// The version of homes we write. Older ones are brought up to it, newer ones refused.
pub const VERSION: u32 = 1;

/// An open home: locked for as long as it lives.
pub struct Home {
    folder: PathBuf,
    keys: Mutex<Keys>,
    _lock: Lock,
}

/// Why a home cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another process works on it.
    #[error("another peer runs on this home (process {0})")]
    Running(u32),
    /// It was written by a newer program.
    #[error("this home has version {found}, and this program knows version {VERSION}")]
    Newer {
        /// Its version.
        found: u32,
    },
    /// A file in it is not what it should be.
    #[error("{} is damaged", .0.display())]
    Damaged(PathBuf),
    /// It cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl HomeError {
    /// For people.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Running(pid) => Problem::new(Code::AlreadyRunning, self.to_string())
                .hint(format!("use the one that runs, or stop it with `peer down` (process {pid})")),
            Self::Newer { .. } => Problem::new(Code::Home, "the home is of a newer version")
                .why(self.to_string())
                .hint("install a newer peer; nothing in the home was changed"),
            Self::Damaged(_) => Problem::new(Code::Home, self.to_string())
                .hint("restore a backup with `peer restore` into an empty home"),
            Self::Io { error, .. } if is_full(error) => full_disk().why(self.to_string()),
            Self::Io { .. } => Problem::new(Code::Home, "the home cannot be used").why(self.to_string()),
        }
    }
}

impl From<HomeError> for Problem {
    fn from(error: HomeError) -> Self {
        error.problem()
    }
}

/// The one way to say that the disk is full.
pub(crate) fn full_disk() -> Problem {
    Problem::new(Code::Storage, "the disk is full, nothing was written")
        .hint("make room and try again; what was there before is unharmed")
}

pub(crate) fn is_full(error: &io::Error) -> bool {
    let is_full = |error: &io::Error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    // The store of blobs hands on the system's error in others.
    let mut inner = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
    while let Some(cause) = inner {
        if cause.downcast_ref::<io::Error>().is_some_and(is_full) {
            return true;
        }
        inner = cause.source();
    }
    is_full(error)
}

impl Home {
    /// Opens the home in `folder`, made if it is not there; `rng` makes the keys of a new or copied one.
    pub fn open(folder: &Path, rng: &mut ChaCha20Rng) -> Result<Self, HomeError> {
        let found = version(folder)?;
        if found.is_some_and(|found| found > VERSION) {
            return Err(HomeError::Newer { found: found.unwrap_or(0) });
        }
        make_folder(folder)?;
        let lock = Lock::take(&folder.join("lock"))?;
        let keys = Self::keys_at(folder, rng)?;
        if found.is_none() {
            write_private(&folder.join("version"), format!("{VERSION}\n").as_bytes())?;
        }
        Ok(Self { folder: folder.to_owned(), keys: Mutex::new(keys), _lock: lock })
    }

    /// Makes a home with these keys in a folder that holds nothing but a store.
    pub(crate) fn found(folder: &Path, keys: Keys) -> Result<(), HomeError> {
        let here = Place::of(folder).map_err(|error| HomeError::Io { path: folder.to_owned(), error })?;
        write_private(&folder.join("keys"), &keys.to_bytes())?;
        write_private(&folder.join("place"), &here.to_bytes())?;
        write_private(&folder.join("version"), format!("{VERSION}\n").as_bytes())
    }

    /// The keys, renewed where the home has been copied.
    fn keys_at(folder: &Path, rng: &mut ChaCha20Rng) -> Result<Keys, HomeError> {
        let here = Place::of(folder).map_err(|error| HomeError::Io { path: folder.to_owned(), error })?;
        let (keys_file, place_file) = (folder.join("keys"), folder.join("place"));
        let keys = match read(&keys_file)? {
            None => Keys::new(rng),
            Some(bytes) => {
                let keys = Keys::from_bytes(&bytes).ok_or(HomeError::Damaged(keys_file.clone()))?;
                let moved = read(&place_file)?.is_some_and(|left| left != here.to_bytes());
                if !moved {
                    tighten(&keys_file)?;
                    write_private(&place_file, &here.to_bytes())?;
                    return Ok(keys);
                }
                keys.renewed(rng)
            }
        };
        write_private(&keys_file, &keys.to_bytes())?;
        write_private(&place_file, &here.to_bytes())?;
        Ok(keys)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the store is.
    pub fn store(&self) -> PathBuf {
        self.folder.join("peerage.db")
    }

    /// Where blobs are.
    pub fn blobs(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    /// The keys.
    pub fn keys(&self) -> Keys {
        self.keys.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Makes these the keys, durably.
    pub fn set_keys(&self, keys: Keys) -> Result<(), HomeError> {
        write_private(&self.folder.join("keys"), &keys.to_bytes())?;
        *self.keys.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = keys;
        Ok(())
    }
}

/// The version of the home in `folder`, if there is one.
fn version(folder: &Path) -> Result<Option<u32>, HomeError> {
    let path = folder.join("version");
    let Some(bytes) = read(&path)? else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.trim().parse().ok());
    text.map(Some).ok_or(HomeError::Damaged(path))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, HomeError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(HomeError::Io { path: path.to_owned(), error }),
    }
}

/// A folder for its owner only.
pub(crate) fn make_folder(folder: &Path) -> Result<(), HomeError> {
    let io = |error| HomeError::Io { path: folder.to_owned(), error };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io)
}

fn tighten(file: &Path) -> Result<(), HomeError> {
    fs::set_permissions(file, fs::Permissions::from_mode(0o600))
        .map_err(|error| HomeError::Io { path: file.to_owned(), error })
}

/// Writes a file of its owner's whole or not at all, on the disk when this returns.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), HomeError> {
    write_whole(path, bytes).map_err(|error| HomeError::Io { path: path.to_owned(), error })
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let written = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside).and_then(
        |mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        },
    );
    written.and_then(|()| fs::rename(&beside, path)).inspect_err(|_| drop(fs::remove_file(&beside)))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
