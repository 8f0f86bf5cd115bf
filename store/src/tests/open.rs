//! Opening, and what is not opened.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use rusqlite::Connection;

use super::{on_file, write};
use crate::{OpenError, Store};

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

#[test]
fn what_was_written_is_there_when_opened_again_and_only_the_owner_may_read() {
    let (folder, store) = on_file();
    write(&store, |tx| tx.set("a", b"1"));
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.path());
    }
    drop(store);
    let path = folder.path().join("store.db");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a clean close leaves one file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.read(|r| r.setting("a")).unwrap(), Some(b"1".to_vec()));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    store.read(|r| r.check()).unwrap();
}

#[test]
fn a_newer_file_is_refused_and_untouched() {
    let (folder, store) = on_file();
    drop(store);
    let path = folder.path().join("store.db");
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    newer.execute_batch("CREATE TABLE unheard_of (a) STRICT").unwrap_err();
    newer.execute_batch("CREATE TABLE unheard_of (a ANY) STRICT").unwrap();
    // As after a kill: some of it is still in the write-ahead log.
    let unsettled = folder.path().join("copy.db");
    fs::copy(&path, &unsettled).unwrap();
    fs::copy(path.with_extension("db-wal"), unsettled.with_extension("db-wal")).unwrap();
    let before = (bytes(&unsettled), bytes(&unsettled.with_extension("db-wal")));
    assert!(!before.1.is_empty());
    for _ in 0..2 {
        let refused = Store::open(&unsettled).err().unwrap();
        assert!(matches!(refused, OpenError::Newer { found: 99, known: 1 }), "{refused}");
        assert!(before == (bytes(&unsettled), bytes(&unsettled.with_extension("db-wal"))));
    }
}

#[test]
fn what_is_no_store_is_refused_and_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let refused = |content: &[u8]| {
        fs::write(&path, content).unwrap();
        let refused = Store::open(&path).err().unwrap();
        assert!(bytes(&path) == content);
        refused
    };
    assert!(matches!(refused(b"Dear diary,\n"), OpenError::Damaged(_)));
    assert!(matches!(refused(&[0; 8192]), OpenError::Damaged(_)));
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    assert!(matches!(refused(&bytes(&other)), OpenError::Foreign));
    let good = folder.path().join("good.db");
    drop(Store::open(&good).unwrap());
    let mut torn = bytes(&good);
    torn.truncate(4096 + 100);
    assert!(matches!(refused(&torn), OpenError::Damaged(_)));
    let mut scribbled = bytes(&good);
    scribbled[100..4096].fill(0xa5);
    assert!(matches!(refused(&scribbled), OpenError::Damaged(_)));
    assert!(matches!(Store::open(folder.path()), Err(OpenError::Failed(_))));
    assert!(matches!(Store::open(folder.path().join("no/store.db")), Err(OpenError::Failed(_))));
}

#[test]
fn damage_within_is_told_and_found() {
    let (folder, store) = on_file();
    let path = folder.path().join("store.db");
    for n in 0..200 {
        write(&store, move |tx| tx.set(&format!("{n}"), &[n; 4000]));
    }
    drop(store);
    let mut content = bytes(&path);
    let middle = content.len() / 2;
    content[middle..middle + 40_000].fill(0xa5);
    fs::write(&path, &content).unwrap();
    let store = Store::open(&path).unwrap();
    let told = store.read(|r| r.check());
    assert!(matches!(told, Err(crate::Error::Damaged(_))), "{told:?}");
}

#[test]
fn a_copy_is_a_store() {
    super::on_both(|store| {
        write(store, |tx| tx.set("a", b"1"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        store.back_up(&path).unwrap();
        store.back_up(&path).unwrap_err();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        write(store, |tx| tx.set("a", b"2"));
        let copy = Store::open(&path).unwrap();
        assert_eq!(copy.read(|r| r.setting("a")).unwrap(), Some(b"1".to_vec()));
        copy.read(|r| r.check()).unwrap();
    });
}
