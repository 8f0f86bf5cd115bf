//! Shared files: which content stands at which path of a space, and since when.
//!
//! Promises: names are data and can never lead out of the folder they are written to; the same ops give the same
//! listing in whatever order they arrive; two people's different content at one path is kept, both of it. It never
//! touches a file: that is the node's. Bodies and rules are in `docs/spec/files.md`.

mod body;
mod fold;
mod layout;
mod manifest;
mod name;
mod pack;
mod path;

pub use body::{
    Body, BodyError, File, Folder, MAX_FILE_BYTES, MAX_PACKS, MAX_REPLACES, Pack, Share, Source, TARGET_BODY_BYTES,
    Unshare,
};
pub use fold::{Content, Entry, Resolved, Unshared, Unshares, standing};
pub use layout::{Disk, Item, Placed, Why, beside, lay_out};
pub use manifest::{MAX_MANIFEST_BYTES, Manifest, ManifestError};
pub use name::{MAX_NAME_BYTES, Name, NameError, Trouble};
pub use pack::{Batcher, MAX_PACK_BYTES, MAX_PACKED_FILE_BYTES, PACK_BYTES, Packed, Packer, Ready};
pub use path::{FilePath, MAX_PARTS, MAX_PATH_BYTES, PathError};
