//! Restoring a backup.

use std::{
    fs,
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use age::secrecy::SecretString;
use rand_chacha::ChaCha20Rng;

use super::{BackupError, HEADER, MAX_KEYS_BYTES, WORK_FACTOR};
use crate::home::{self, Home, Keys};

/// Makes a home in `folder`, which must be empty or not there, from the backup in `file`. It gets a new peer key, for
/// which the old one vouches. On an error `folder` is as it was. Blocks: seconds for a large store.
pub fn restore(file: &Path, passphrase: String, folder: &Path, rng: &mut ChaCha20Rng) -> Result<(), BackupError> {
    let io = |error| BackupError::Io { path: folder.to_owned(), error };
    let there = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none().then_some(true).ok_or(BackupError::NotEmpty(folder.to_owned()))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(io(error)),
    };
    let restored = restore_into(file, passphrase, folder, rng);
    if restored.is_err() {
        let _ = clear(folder, there);
    }
    restored
}

fn restore_into(file: &Path, passphrase: String, folder: &Path, rng: &mut ChaCha20Rng) -> Result<(), BackupError> {
    let mut content = decrypt(file, passphrase)?;
    let keys = keys_in(&mut content, file)?;
    home::make_folder(folder)?;
    let path = folder.join("peerage.db");
    let to = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let mut to = to.map_err(|error| BackupError::Io { path: path.clone(), error })?;
    copy(&mut content, &mut to, &path)?;
    to.sync_all().map_err(|error| BackupError::Io { path, error })?;
    Ok(Home::found(folder, keys.renewed(rng))?)
}

/// Removes what was begun.
fn clear(folder: &Path, was_there: bool) -> io::Result<()> {
    fs::remove_dir_all(folder)?;
    if was_there { fs::create_dir(folder) } else { Ok(()) }
}

fn decrypt(file: &Path, passphrase: String) -> Result<impl Read + use<>, BackupError> {
    let input = fs::File::open(file).map_err(|error| BackupError::Io { path: file.to_owned(), error })?;
    let decryptor = age::Decryptor::new_buffered(io::BufReader::new(input)).map_err(|error| opening(error, file))?;
    let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase));
    identity.set_max_work_factor(WORK_FACTOR + 3);
    decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|error| opening(error, file))
}

fn opening(error: age::DecryptError, file: &Path) -> BackupError {
    use age::DecryptError as Age;
    match error {
        Age::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => BackupError::CutOff,
        Age::Io(error) => BackupError::Io { path: file.to_owned(), error },
        Age::DecryptionFailed | Age::KeyDecryptionFailed => BackupError::Passphrase,
        Age::InvalidMac => BackupError::Damaged,
        _ => BackupError::Foreign(file.to_owned()),
    }
}

fn keys_in(content: &mut impl Read, file: &Path) -> Result<Keys, BackupError> {
    let mut header = [0; HEADER.len()];
    read_whole(content, &mut header, file)?;
    if header != HEADER {
        let ours = header.starts_with(b"peerage backup ");
        return Err(if ours { BackupError::Newer } else { BackupError::Foreign(file.to_owned()) });
    }
    let mut len = [0; 4];
    read_whole(content, &mut len, file)?;
    let len = u32::from_be_bytes(len);
    if len > MAX_KEYS_BYTES {
        return Err(BackupError::Damaged);
    }
    let mut keys = vec![0; len as usize];
    read_whole(content, &mut keys, file)?;
    Keys::from_bytes(&keys).ok_or(BackupError::Damaged)
}

fn read_whole(content: &mut impl Read, bytes: &mut [u8], file: &Path) -> Result<(), BackupError> {
    content.read_exact(bytes).map_err(|error| reading(error, file))
}

fn reading(error: io::Error, file: &Path) -> BackupError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => BackupError::CutOff,
        io::ErrorKind::InvalidData => BackupError::Damaged,
        _ => BackupError::Io { path: file.to_owned(), error },
    }
}

/// Like [`io::copy`], but it tells trouble with the one file from trouble with the other.
fn copy(from: &mut impl Read, to: &mut fs::File, path: &Path) -> Result<(), BackupError> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match from.read(&mut buffer).map_err(|error| reading(error, path))? {
            0 => return Ok(()),
            n => io::Write::write_all(to, &buffer[..n])
                .map_err(|error| BackupError::Io { path: path.to_owned(), error })?,
        }
    }
}
