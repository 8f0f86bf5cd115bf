//! The home as the program around the peer sees it: where it is, and the few files in it that are not the peer's own.
//!
//! `PEER_HOME`, `PEER_PORT` and `PEER_API_PORT` are read here and nowhere else. Keys, store and blobs in the home
//! belong to `node`; ours are `ports` (kept choices), `socket` (where to reach the running peer) and `log`.

pub mod log;
pub mod ports;
pub mod socket;
pub mod uploads;
pub mod user;

use std::{
    fs::{File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use api::{Code, Problem};
use etcetera::BaseStrategy;
use rustix::{
    fs::{FlockOperation, flock},
    rand::{GetRandomFlags, getrandom},
};

/// How long a peer may take to stop: it ends what it writes and says good-bye to others.
const STOP_PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked at meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A home, whether or not a peer runs on it.
#[derive(Debug, Clone)]
pub struct Home {
    folder: PathBuf,
}

impl Home {
    /// The folder in `PEER_HOME`, else `peerage` in the user's data folder (XDG).
    pub fn from_env() -> Result<Self, Problem> {
        match std::env::var_os("PEER_HOME").filter(|home| !home.is_empty()) {
            Some(home) => Self::at(Path::new(&home)),
            None => Self::at(&data_folder()?),
        }
    }

    /// The home in a folder.
    pub fn at(folder: &Path) -> Result<Self, Problem> {
        let folder = std::path::absolute(folder).map_err(|e| unusable(folder, &e))?;
        Ok(Self { folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the peer notes what it does.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Both files of the log, the older first.
    pub fn logs(&self) -> [PathBuf; 2] {
        [self.folder.join("log.1"), self.log()]
    }

    /// The socket of the peer that runs here, or ran here last.
    pub fn socket(&self) -> Option<PathBuf> {
        socket::find(&self.folder)
    }

    /// The process id of the peer that runs here.
    pub fn running_pid(&self) -> Option<u32> {
        let lock = File::open(self.lock()).ok()?;
        if flock(&lock, FlockOperation::NonBlockingLockShared).is_ok() {
            return None;
        }
        let mut text = String::new();
        lock.take(32).read_to_string(&mut text).ok()?;
        text.trim().parse().ok()
    }

    /// Waits until no peer runs here any more. The lock is held to the process's last breath, so nothing is left of it.
    pub async fn wait_until_free(&self) -> Result<(), Problem> {
        let start = Instant::now();
        while let Some(pid) = self.running_pid() {
            if start.elapsed() > STOP_PATIENCE {
                return Err(Problem::new(Code::Internal, format!("the peer (process {pid}) does not stop"))
                    .hint(format!("see why with: peer log; or end it with: kill {pid}")));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// The file that a running peer holds locked, its process id in it.
    fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }
}

fn data_folder() -> Result<PathBuf, Problem> {
    let strategy = etcetera::choose_base_strategy();
    let strategy = strategy.map_err(|e| {
        Problem::new(Code::Home, "nobody's home folder is known").why(e.to_string()).hint("set PEER_HOME to a folder")
    })?;
    Ok(strategy.data_dir().join("peerage"))
}

/// A number in the environment.
pub fn port_from_env(name: &str) -> Result<Option<u16>, Problem> {
    let Some(text) = std::env::var_os(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let port = text.to_str().and_then(|text| text.parse().ok());
    port.map(Some).ok_or_else(|| {
        Problem::new(Code::Usage, format!("{name} is no port")).hint("a number from 0 to 65535; 0 for any free one")
    })
}

/// Bytes that nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    // Up to 256 bytes come whole or not at all (getrandom(2)).
    match getrandom(&mut bytes, GetRandomFlags::empty()) {
        Ok(got) if got == N => Ok(bytes),
        _ => Err(Problem::new(Code::Internal, "the system gives no randomness")),
    }
}

/// Writes a small file of the owner's, whole or not at all.
pub fn write_private(path: &Path, text: &str) -> Result<(), Problem> {
    let beside = path.with_extension("new");
    let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(|e| unusable(path, &e))
}

/// Makes a folder that is the owner's alone.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))
}

fn unusable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(Code::Home, format!("{} cannot be used", path.display())).why(error.to_string())
}
