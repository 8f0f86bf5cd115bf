//! A disk that fills: said, nothing lost, and going on once there is room.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use super::{on_both, write};
use crate::{Error, Store};

/// Writes settings of 10 kB until one is refused; returns how many were taken and the refusal.
fn fill(store: &Store) -> (usize, Error) {
    for n in 0..10_000 {
        if let Err(error) = store.write(move |tx| tx.set(&format!("{n:05}"), &[1; 10_000])).wait() {
            return (n, error);
        }
    }
    panic!("the disk is never full");
}

fn kept(store: &Store) -> usize {
    let all = store.read(|r| r.settings()).unwrap();
    assert!(all.iter().all(|(_, value)| value == &[1; 10_000]));
    all.len()
}

#[test]
fn a_full_database_says_so_and_keeps_what_it_has() {
    on_both(|store| {
        write(store, |tx| tx.limit_size(2_000_000));
        let (taken, refusal) = fill(store);
        assert!(refusal.is_full(), "{refusal}");
        assert!(taken > 50);
        assert_eq!(kept(store), taken);
        assert!(store.write(|tx| tx.set("more", &[1; 10_000])).wait().unwrap_err().is_full());
        assert!(write(store, |tx| tx.unset("00000")), "room can be made");
        write(store, |tx| tx.set("00000", &[1; 10_000]));
        write(store, |tx| tx.limit_size(100_000_000));
        write(store, |tx| tx.set("more", &[1; 10_000]));
        assert_eq!(kept(store), taken + 1);
        store.read(|r| r.check()).unwrap();
    });
}

#[test]
fn all_that_share_a_commit_are_told_of_a_full_disk() {
    let Some(disk) = Disk::of_megabytes(3) else { return };
    let store = Store::open(disk.path.join("store.db")).unwrap();
    write(&store, |tx| tx.set("a", b"1"));
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let held_up = store.write(move |tx| {
        wait.recv().unwrap();
        tx.set("small", b"1")
    });
    let large = store.write(|tx| tx.set("large", &vec![1; 8_000_000]));
    go.send(()).unwrap();
    assert!(held_up.wait().unwrap_err().is_full());
    assert!(large.wait().unwrap_err().is_full());
    assert_eq!(store.read(|r| r.settings()).unwrap(), [("a".to_owned(), b"1".to_vec())]);
    write(&store, |tx| tx.set("small", b"1"));
    store.read(|r| r.check()).unwrap();
}

#[test]
fn a_full_disk_says_so_and_loses_nothing() {
    let Some(disk) = Disk::of_megabytes(3) else { return };
    let path = disk.path.join("store.db");
    let store = Store::open(&path).unwrap();
    let (taken, refusal) = fill(&store);
    assert!(refusal.is_full(), "{refusal}");
    assert!(taken > 50);
    assert_eq!(kept(&store), taken);
    drop(store);
    // What filled it is the write-ahead log, whose content closing has moved.
    let store = Store::open(&path).unwrap();
    assert_eq!(kept(&store), taken);
    store.read(|r| r.check()).unwrap();
    let ballast = disk.path.join("ballast");
    let _ = std::fs::write(&ballast, vec![0; 3_000_000]);
    let (_, refusal) = fill(&store);
    assert!(refusal.is_full(), "{refusal}");
    std::fs::remove_file(&ballast).unwrap();
    write(&store, |tx| tx.set("00000", &[1; 10_000]));
    assert_eq!(kept(&store), taken);
    store.read(|r| r.check()).unwrap();
}

/// A small disk in memory, gone when dropped.
struct Disk {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Disk {
    /// None where this user may not mount; the limit in pages is tested everywhere.
    fn of_megabytes(size: usize) -> Option<Disk> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("disk");
        std::fs::create_dir(&path).unwrap();
        let options = format!("size={size}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&path).output();
        let may = mounted.is_ok_and(|output| output.status.success());
        if !may {
            eprintln!("not tested: this user may not mount a small disk");
        }
        may.then_some(Disk { path, _folder: folder })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let until = Instant::now() + Duration::from_secs(5);
        while !unmounted(&self.path) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn unmounted(path: &Path) -> bool {
    Command::new("umount").arg(path).status().is_ok_and(|status| status.success())
}
