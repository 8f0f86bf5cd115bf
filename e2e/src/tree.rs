//! Folders to share and to compare.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Writes `size` bytes that compress badly and differ by `seed`.
pub fn write_file(path: &Path, seed: u64, size: usize) {
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    fs::write(path, noise(seed, size)).expect("a file");
}

/// Bytes that differ by `seed` (xorshift64*).
pub fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.extend(state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

/// Every file beneath a folder, by its relative path; links are not followed and not listed.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|cause| panic!("{}: {cause}", next.display())) {
            let entry = entry.expect("a folder's entry");
            let kind = entry.file_type().expect("an entry's type");
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path();
                found.insert(path.strip_prefix(folder).expect("beneath").to_path_buf(), path);
            }
        }
    }
    found
}

/// Panics unless both folders hold the same files with the same bytes; how many there are.
#[track_caller]
pub fn assert_same(left: &Path, right: &Path) -> usize {
    let (left, right) = (files(left), files(right));
    let missing: Vec<_> = left.keys().filter(|path| !right.contains_key(*path)).take(5).collect();
    assert!(missing.is_empty(), "missing on the right: {missing:?}");
    let extra: Vec<_> = right.keys().filter(|path| !left.contains_key(*path)).take(5).collect();
    assert!(extra.is_empty(), "extra on the right: {extra:?}");
    for (path, file) in &left {
        assert!(fs::read(file).ok() == fs::read(&right[path]).ok(), "{} differs", path.display());
    }
    left.len()
}
