//! Folders of files for tests, and what a long piece of work told.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
};

use api::{
    Problem,
    files::{Done, Progress},
};
use tokio::sync::mpsc;

/// Bytes that look like chance and are the same every time.
pub fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new_derive_key("files of tests").update(&seed.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

/// A folder with all kinds of files in it.
pub fn plant(at: &Path) {
    fs::create_dir_all(at.join("deep/er")).unwrap();
    fs::create_dir_all(at.join("empty/folder")).unwrap();
    fs::write(at.join("large"), bytes(1, 3_000_000)).unwrap();
    fs::write(at.join("empty file"), "").unwrap();
    fs::write(at.join("run"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(at.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    for n in 0..120u64 {
        fs::write(at.join(format!("deep/er/{n}")), bytes(n, 600 * n as usize)).unwrap();
    }
    for name in nasty() {
        fs::write(at.join(OsStr::from_bytes(&name)), &name).unwrap();
    }
}

/// Names that are hard on careless programs.
pub fn nasty() -> Vec<Vec<u8>> {
    let names: [&[u8]; 16] = [
        b" ",
        b"...",
        b"-rf",
        b"~",
        b"*",
        b"a\\..\\b",
        b"new\nline",
        b"\x1b[2J",
        b"caf\xe9",
        b"\xff\xfe",
        b"NUL",
        b"com1.txt",
        b"End",
        b"end",
        b"dot.",
        "e\u{301}é".as_bytes(),
    ];
    names.iter().map(|name| name.to_vec()).chain([vec![b'x'; 255]]).collect()
}

/// What is in a folder: a file's content and whether it may be run; nothing for a folder.
pub fn contents(at: &Path) -> BTreeMap<PathBuf, Option<(Vec<u8>, bool)>> {
    let mut found = BTreeMap::new();
    add(at, Path::new(""), &mut found);
    found
}

/// Both folders have the same in them.
pub fn assert_same(one: &Path, other: &Path) {
    let (one, other) = (contents(one), contents(other));
    let differ = |path: &&PathBuf| one.get(*path) != other.get(*path);
    let differing: Vec<&PathBuf> = one.keys().chain(other.keys()).filter(differ).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

fn add(root: &Path, at: &Path, found: &mut BTreeMap<PathBuf, Option<(Vec<u8>, bool)>>) {
    for entry in fs::read_dir(root.join(at)).unwrap() {
        let entry = entry.unwrap();
        let path = at.join(entry.file_name());
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            add(root, &path, found);
            found.insert(path, None);
        } else {
            let runs = metadata.permissions().mode() & 0o100 != 0;
            found.insert(path, Some((fs::read(entry.path()).unwrap(), runs)));
        }
    }
}

/// Listens to the end: what came of it, and the notes by path.
pub async fn finished(mut lines: mpsc::Receiver<Progress>) -> (Result<Done, Problem>, BTreeMap<String, String>) {
    let mut notes = BTreeMap::new();
    while let Some(line) = lines.recv().await {
        match line {
            Progress::Going { .. } => {}
            Progress::Note { path, text } => drop(notes.insert(path, text)),
            Progress::Done(done) => return (Ok(done), notes),
            Progress::Failed { error } => return (Err(error), notes),
        }
    }
    panic!("it ended without saying what came of it");
}

/// Listens until so many bytes have come, then stops the work.
pub async fn stopped_after(mut lines: mpsc::Receiver<Progress>, enough: u64) {
    while let Some(line) = lines.recv().await {
        match line {
            Progress::Going { bytes, .. } if bytes >= enough => return,
            Progress::Done(_) | Progress::Failed { .. } => panic!("too early: {line:?}"),
            _ => {}
        }
    }
}
