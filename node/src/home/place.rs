//! Where a home stands, told apart from where a copy of it would stand.

use std::{fs, io, os::unix::fs::MetadataExt, path::Path, time::UNIX_EPOCH};

/// The computer's own id, where it has one.
const MACHINE_ID: &str = "/etc/machine-id";

/// A folder's identity: which computer, which inode, since when.
///
/// The device's number is left out: it changes when a computer starts again. A folder that is only renamed keeps its
/// place; one that is copied, also onto itself from elsewhere, does not. The copy of a whole disk is not noticed here
/// but when the peer finds that others hold more of its logs than it does.
pub(super) struct Place(blake3::Hash);

impl Place {
    /// The place of this folder.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let about = fs::metadata(folder)?;
        let born = about.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let machine = fs::read(MACHINE_ID).unwrap_or_default();
        let mut hash = blake3::Hasher::new_derive_key("peerage home place 1");
        hash.update(&about.ino().to_be_bytes()).update(&born.as_nanos().to_be_bytes()).update(&machine);
        Ok(Self(hash.finalize()))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        format!("{}\n", self.0.to_hex()).into_bytes()
    }
}
