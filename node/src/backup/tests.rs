use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use store::Store;

use super::*;
use crate::home::{Home, Keys};

const PASSPHRASE: &str = "correct horse";

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A folder with a backup of a store in which one setting says so.
fn backed_up() -> (tempfile::TempDir, Keys) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("store")).unwrap();
    store.write(|tx| tx.set("mark", b"here")).wait().unwrap();
    let keys = Keys::new(&mut rng(1));
    let size = write(&keys, &store, &dir.path().join("backup"), PASSPHRASE.into()).unwrap();
    assert_eq!(size, fs::metadata(dir.path().join("backup")).unwrap().len());
    (dir, keys)
}

fn restored(dir: &Path, passphrase: &str) -> Result<Home, BackupError> {
    restore(&dir.join("backup"), passphrase.into(), &dir.join("home"), &mut rng(2))?;
    Ok(Home::open(&dir.join("home"), &mut rng(3))?)
}

#[test]
fn what_was_backed_up_is_restored_under_a_new_key() {
    let (dir, keys) = backed_up();
    let mode = fs::metadata(dir.path().join("backup")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let home = restored(dir.path(), PASSPHRASE).unwrap();
    assert_ne!(home.keys().id(), keys.id());
    assert_eq!(home.keys().former[0].peer, keys.peer);
    let store = Store::open(home.store()).unwrap();
    assert_eq!(store.read(|r| r.setting("mark")).unwrap().unwrap(), b"here");
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().flatten().filter(|e| e.path().to_string_lossy().contains("backup.")).count(),
        0
    );
}

#[test]
fn a_wrong_passphrase_is_said_and_leaves_nothing() {
    let (dir, _) = backed_up();
    assert!(matches!(restored(dir.path(), "wrong horse"), Err(BackupError::Passphrase)));
    assert!(!dir.path().join("home").exists());
}

#[test]
fn a_file_that_is_cut_off_or_altered_is_said_and_leaves_nothing() {
    let (dir, _) = backed_up();
    let file = dir.path().join("backup");
    let whole = fs::read(&file).unwrap();
    for len in [20, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..len]).unwrap();
        let error = restored(dir.path(), PASSPHRASE).err().unwrap();
        assert!(
            matches!(error, BackupError::CutOff | BackupError::Damaged | BackupError::Foreign(_)),
            "{len}: {error:?}"
        );
        assert!(!dir.path().join("home").exists());
    }
    let mut altered = whole.clone();
    *altered.last_mut().unwrap() ^= 1;
    fs::write(&file, &altered).unwrap();
    assert!(matches!(restored(dir.path(), PASSPHRASE), Err(BackupError::Damaged | BackupError::CutOff)));
    fs::write(&file, "hello").unwrap();
    assert!(matches!(restored(dir.path(), PASSPHRASE), Err(BackupError::Foreign(_) | BackupError::CutOff)));
}

#[test]
fn nothing_is_restored_over_something() {
    let (dir, _) = backed_up();
    fs::create_dir(dir.path().join("home")).unwrap();
    fs::write(dir.path().join("home/mine"), "x").unwrap();
    assert!(matches!(restored(dir.path(), PASSPHRASE), Err(BackupError::NotEmpty(_))));
    assert_eq!(fs::read(dir.path().join("home/mine")).unwrap(), b"x");
}

#[test]
fn a_short_passphrase_is_refused() {
    let store = Store::memory();
    let dir = tempfile::tempdir().unwrap();
    let error = write(&Keys::new(&mut rng(1)), &store, &dir.path().join("backup"), "short".into());
    assert!(matches!(error, Err(BackupError::Short)));
    assert!(!dir.path().join("backup").exists());
}
