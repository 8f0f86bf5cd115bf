//! Writing a backup.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use age::secrecy::SecretString;
use store::Store;

use super::{BackupError, HEADER, MIN_PASSPHRASE_LETTERS, WORK_FACTOR};
use crate::home::Keys;

/// Writes a backup to `file`, whole or not at all, readable by its owner only; returns its bytes. Blocks: seconds for a large store.
pub(crate) fn write(keys: &Keys, store: &Store, file: &Path, passphrase: String) -> Result<u64, BackupError> {
    if passphrase.chars().count() < MIN_PASSPHRASE_LETTERS {
        return Err(BackupError::Short);
    }
    let (copy, new) = (Gone(beside(file, ".store")), Gone(beside(file, ".new")));
    store.back_up(&copy.0)?;
    let io = |error| BackupError::Io { path: file.to_owned(), error };
    encrypt(keys, &copy.0, &new.0, passphrase).map_err(io)?;
    fs::rename(&new.0, file).map_err(io)?;
    sync_folder(file).map_err(io)?;
    Ok(fs::metadata(file).map_err(io)?.len())
}

fn encrypt(keys: &Keys, copy: &Path, to: &Path, passphrase: String) -> io::Result<()> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .map_err(io::Error::other)?;
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    let mut out = encryptor.wrap_output(io::BufWriter::new(file))?;
    let keys = keys.to_bytes();
    out.write_all(HEADER)?;
    out.write_all(&u32::try_from(keys.len()).map_err(io::Error::other)?.to_be_bytes())?;
    out.write_all(&keys)?;
    io::copy(&mut fs::File::open(copy)?, &mut out)?;
    let file = out.finish()?.into_inner().map_err(|error| error.into_error())?;
    file.sync_all()
}

/// A file that is removed in the end, whatever happens; one left by a kill is removed in the beginning.
struct Gone(PathBuf);

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    let path = file.with_file_name(name);
    let _ = fs::remove_file(&path);
    path
}

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}
