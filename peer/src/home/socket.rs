//! Where the running peer listens for its own user's commands.
//!
//! The path of a Unix socket is limited to 108 bytes, a home's is not. So the socket stands in the user's runtime
//! folder under a name made from the home's path, and the file `socket` in the home says where. A home that was copied
//! while its peer ran carries that file along; the name then does not fit the new home's path and is not followed.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use api::{Code, Problem};
use tokio::net::UnixListener;

/// The longest path of a socket: `sun_path` less its ending NUL (unix(7)).
const MAX_PATH_BYTES: usize = 107;
/// Letters of the name: 64 bits of a hash.
const NAME_LETTERS: usize = 16;

/// The socket named in the home, if the name is this home's.
pub fn find(home: &Path) -> Option<PathBuf> {
    let told = PathBuf::from(fs::read_to_string(home.join("socket")).ok()?.trim_end_matches('\n'));
    (told.file_name()? == name(home).ok()?.as_str()).then_some(told)
}

/// A listening socket; gone when dropped.
pub struct Socket {
    path: PathBuf,
    told: PathBuf,
}

impl Socket {
    /// Listens, and says in the home where. The caller holds the home's lock, so an old socket of this name is dead.
    pub fn listen(home: &Path) -> Result<(Self, UnixListener), Problem> {
        let path = folder()?.join(name(home).map_err(|e| unusable(home, &e))?);
        let _ = fs::remove_file(&path);
        let listener = UnixListener::bind(&path).map_err(|e| unusable(&path, &e))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(|e| unusable(&path, &e))?;
        let told = home.join("socket");
        super::write_private(&told, &format!("{}\n", path.display()))?;
        Ok((Self { path, told }, listener))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.told);
        let _ = fs::remove_file(&self.path);
    }
}

/// The socket's name: a hash of where the home really is.
fn name(home: &Path) -> io::Result<String> {
    let home = home.canonicalize()?;
    let hash = blake3::hash(home.as_os_str().as_encoded_bytes()).to_hex();
    Ok(format!("{}.sock", &hash[..NAME_LETTERS]))
}

/// The runtime folder: in `XDG_RUNTIME_DIR` where that is ours and short enough, else in `/tmp`.
fn folder() -> Result<PathBuf, Problem> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|dir| is_ours(dir) && fits(dir));
    let folder = match runtime {
        Some(dir) => dir.join("peerage"),
        None => PathBuf::from(format!("/tmp/peer-{}", me())),
    };
    super::make_private_folder(&folder).map_err(|e| unusable(&folder, &e))?;
    if !is_ours(&folder) {
        return Err(Problem::new(Code::Home, format!("{} belongs to somebody else", folder.display()))
            .hint("set XDG_RUNTIME_DIR to a folder of yours"));
    }
    Ok(folder)
}

fn fits(runtime: &Path) -> bool {
    runtime.as_os_str().len() + "/peerage/".len() + NAME_LETTERS + ".sock".len() <= MAX_PATH_BYTES
}

/// Whether this is a folder, not a link to one, that belongs to the user and that nobody else may write to.
fn is_ours(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|about| about.is_dir() && about.uid() == me() && about.mode() & 0o022 == 0)
}

/// The user's id.
pub fn me() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn unusable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(Code::Home, format!("no socket can be made at {}", path.display())).why(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_home_has_a_short_socket() {
        let scratch = tempfile::tempdir().unwrap();
        let home = scratch.path().join("x".repeat(200));
        fs::create_dir(&home).unwrap();
        let (socket, _listener) = Socket::listen(&home).unwrap();
        let found = find(&home).unwrap();
        assert!(found.as_os_str().len() <= MAX_PATH_BYTES);
        assert_eq!(fs::metadata(&found).unwrap().permissions().mode() & 0o777, 0o600);
        drop(socket);
        assert!(!found.exists() && find(&home).is_none());
    }

    #[tokio::test]
    async fn a_copied_home_does_not_lead_to_the_original() {
        let scratch = tempfile::tempdir().unwrap();
        let (home, copy) = (scratch.path().join("home"), scratch.path().join("copy"));
        fs::create_dir(&home).unwrap();
        fs::create_dir(&copy).unwrap();
        let _listening = Socket::listen(&home).unwrap();
        fs::copy(home.join("socket"), copy.join("socket")).unwrap();
        assert!(find(&home).is_some());
        assert!(find(&copy).is_none());
    }

    #[test]
    fn a_runtime_folder_that_is_too_long_is_passed_over() {
        assert!(fits(Path::new("/run/user/1000")));
        assert!(!fits(&Path::new("/").join("x".repeat(80))));
    }
}
