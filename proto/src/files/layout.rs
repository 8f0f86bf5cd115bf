//! Where entries are written on a disk: two that the disk would take for one are kept apart, always the same way.
//!
//! A name that must change is tagged with eight hex digits of a hash (`a.txt` → `a~1f2e3d4c.txt`), so that the same
//! entries are written to the same places by everybody and again.

use std::collections::{BTreeMap, btree_map};

use super::{
    name::{Name, Trouble},
    path::FilePath,
};
use crate::id::BlobHash;

/// What the disk is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Disk {
    /// It takes `README` and `readme` for one, or two spellings of one letter.
    pub folds_names: bool,
    /// It takes text only, without devices' names, trailing dots and the like (Windows).
    pub is_strict: bool,
}

/// Something to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it stands in the space.
    pub path: FilePath,
    /// Its content; nothing for a folder.
    pub content: Option<BlobHash>,
}

/// Where an item is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The path on the disk, beneath the target folder.
    pub path: FilePath,
    /// Why it is another than its own.
    pub why: Option<Why>,
}

/// Why something is written under another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The disk does not take such a name.
    Trouble(Trouble),
    /// The disk takes it and another name for one.
    Collides,
    /// Another file, or a folder, stands at the same path.
    Conflict,
}

/// Places for `items`, one each, in their order; no two are the same to the disk.
///
/// Of items at one path the first keeps it. Fails for an item whose name cannot be changed to fit.
pub fn lay_out(items: &[Item], disk: Disk) -> Vec<Option<Placed>> {
    let mut root = Node::default();
    for (at, item) in items.iter().enumerate() {
        root.insert(item, at);
    }
    let mut placed = vec![None; items.len()];
    root.place(&FilePath::ROOT, None, disk, &mut placed);
    placed
}

/// Another name in the same folder, for content that may not take the place of what stands at `path`.
pub fn beside(path: &FilePath, content: &BlobHash) -> Option<FilePath> {
    let (folder, name) = path.split()?;
    let tagged = name.tagged(&data_encoding::HEXLOWER.encode(&content.0[..4]));
    folder.join(Name::new(&tagged).ok()?).ok()
}

#[derive(Default)]
struct Node<'a> {
    files: BTreeMap<Name<'a>, Vec<(usize, BlobHash)>>,
    folders: BTreeMap<Name<'a>, Node<'a>>,
    /// Items that are this folder.
    selves: Vec<usize>,
}

impl<'a> Node<'a> {
    fn insert(&mut self, item: &'a Item, at: usize) {
        let mut parts: Vec<Name<'a>> = item.path.parts().collect();
        let name = if item.content.is_some() { parts.pop() } else { None };
        let mut node = self;
        for part in parts {
            node = node.folders.entry(part).or_default();
        }
        match (name, item.content) {
            (Some(name), Some(content)) => node.files.entry(name).or_default().push((at, content)),
            _ => node.selves.push(at),
        }
    }

    fn place(&self, here: &FilePath, why: Option<Why>, disk: Disk, placed: &mut [Option<Placed>]) {
        for at in &self.selves {
            placed[*at] = Some(Placed { path: here.clone(), why });
        }
        let mut taken = Taken::new(disk);
        for (name, node) in &self.folders {
            let (name, changed) = taken.take(*name, hash_of(*name));
            if let Some(path) = Name::new(&name).ok().and_then(|name| here.join(name).ok()) {
                node.place(&path, why.or(changed), disk, placed);
            }
        }
        for (name, versions) in &self.files {
            for (count, (at, content)) in versions.iter().enumerate() {
                let tag = if count == 0 { hash_of(*name) } else { content.0 };
                let (name, changed) = taken.take(*name, tag);
                let path = Name::new(&name).ok().and_then(|name| here.join(name).ok());
                placed[*at] = path.map(|path| Placed { path, why: why.or(changed) });
            }
        }
    }
}

fn hash_of(name: Name<'_>) -> [u8; 32] {
    *blake3::hash(name.as_bytes()).as_bytes()
}

/// Names taken in one folder, as the disk sees them, with what they really are.
struct Taken {
    disk: Disk,
    names: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Taken {
    const fn new(disk: Disk) -> Self {
        Self { disk, names: BTreeMap::new() }
    }

    /// The name itself if it is free and fits, else one with a tag from `hash`.
    fn take(&mut self, name: Name<'_>, hash: [u8; 32]) -> (Vec<u8>, Option<Why>) {
        let trouble = name.trouble().filter(|_| self.disk.is_strict).map(Why::Trouble);
        let why = match (trouble, self.claim(name.as_bytes(), name)) {
            (None, None) => return (name.as_bytes().to_vec(), None),
            (Some(trouble), _) => trouble,
            (None, Some(why)) => why,
        };
        let safe = if self.disk.is_strict { made_safe(name) } else { name.as_bytes().to_vec() };
        let digits = data_encoding::HEXLOWER.encode(&hash);
        for end in [8, 16, 32, 64] {
            let tagged = Name::new(&safe).map_or_else(|_| safe.clone(), |safe| safe.tagged(&digits[..end]));
            if self.claim(&tagged, name).is_none() {
                return (tagged, Some(why));
            }
        }
        (Vec::new(), Some(why))
    }

    /// Takes `bytes` for `name`, or says why not.
    fn claim(&mut self, bytes: &[u8], name: Name<'_>) -> Option<Why> {
        let key = match Name::new(bytes) {
            Ok(name) if self.disk.folds_names || self.disk.is_strict => name.folded().into_bytes(),
            _ => bytes.to_vec(),
        };
        match self.names.entry(key) {
            btree_map::Entry::Vacant(free) => {
                free.insert(name.as_bytes().to_vec());
                None
            }
            btree_map::Entry::Occupied(by) if by.get() == name.as_bytes() => Some(Why::Conflict),
            btree_map::Entry::Occupied(_) => Some(Why::Collides),
        }
    }
}

/// The name as text that every disk takes once it is tagged: what is forbidden becomes `_`.
fn made_safe(name: Name<'_>) -> Vec<u8> {
    let forbidden = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER || r#"<>:"\|?*"#.contains(c);
    let safe = name.display().trim_end_matches(['.', ' ']).replace(forbidden, "_");
    match Name::new(safe.as_bytes()).map(Name::trouble) {
        Ok(None) => safe.into_bytes(),
        Ok(Some(_)) => format!("_{safe}").into_bytes(),
        Err(_) => b"_".to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNIX: Disk = Disk { folds_names: false, is_strict: false };
    const MAC: Disk = Disk { folds_names: true, is_strict: false };
    const WINDOWS: Disk = Disk { folds_names: true, is_strict: true };

    fn item(path: &[u8], content: u8) -> Item {
        Item { path: FilePath::from_bytes(path).unwrap(), content: Some(BlobHash([content; 32])) }
    }

    fn places(items: &[Item], disk: Disk) -> Vec<(String, Option<Why>)> {
        let placed = lay_out(items, disk).into_iter();
        placed.map(|placed| placed.map(|placed| (placed.path.to_string(), placed.why)).unwrap()).collect()
    }

    #[test]
    fn a_disk_that_tells_apart_keeps_every_name() {
        let items = [item(b"a/README", 1), item(b"a/readme", 2), item(b"NUL", 3), item(b"x\xff", 4)];
        let placed = lay_out(&items, UNIX);
        assert!(items.iter().zip(&placed).all(|(item, placed)| placed.as_ref().unwrap().path == item.path));
    }

    #[test]
    fn names_that_collide_are_told_apart_the_same_way_every_time() {
        let items = [item("A/é.txt".as_bytes(), 1), item("a/E\u{301}.txt".as_bytes(), 2), item(b"A/x", 3)];
        let placed = places(&items, MAC);
        assert_eq!(placed[0], ("A/é.txt".into(), None));
        assert!(placed[1].0.starts_with("a~") && placed[1].0.ends_with("/E\u{301}.txt"), "{placed:?}");
        assert_eq!((placed[1].1, &placed[2]), (Some(Why::Collides), &("A/x".into(), None)));
        let [first, second, third] = items;
        let mut again = places(&[third, second, first], MAC);
        again.reverse();
        assert_eq!(again, placed);
    }

    #[test]
    fn windows_gets_names_it_takes() {
        let items = [item(b"aux.c", 1), item(b"what?", 2), item(b"end.", 3), item(b"x\xff.txt", 4), item(b"..a", 5)];
        for (path, _) in places(&items, WINDOWS) {
            assert_eq!(Name::new(path.as_bytes()).unwrap().trouble(), None, "{path}");
        }
        assert_eq!(places(&items, WINDOWS)[4], ("..a".into(), None));
    }

    #[test]
    fn a_folder_is_itself_and_is_told_apart_from_a_file() {
        let folder = |path: &str| Item { path: path.parse().unwrap(), content: None };
        let items = [folder("a/b"), item(b"a/B", 1), folder("c"), item(b"c", 2)];
        let placed = places(&items, MAC);
        assert_eq!((&placed[0], &placed[2]), (&("a/b".into(), None), &("c".into(), None)));
        assert!(placed[1].0.starts_with("a/B~") && placed[1].1 == Some(Why::Collides), "{placed:?}");
        assert!(placed[3].0.starts_with("c~") && placed[3].1 == Some(Why::Conflict), "{placed:?}");
    }

    #[test]
    fn versions_of_one_path_are_all_written() {
        let items = [item(b"a.txt", 1), item(b"a.txt", 0xab), item(b"a.txt/b", 2)];
        let placed = places(&items, UNIX);
        assert_eq!(placed[2], ("a.txt/b".into(), None));
        assert_eq!(placed[1], ("a~abababab.txt".into(), Some(Why::Conflict)));
        assert!(placed[0].0.starts_with("a~") && placed[0].1 == Some(Why::Conflict));
    }

    proptest! {
        #[test]
        fn no_two_are_one_to_the_disk(
            paths in prop::collection::btree_set("[aAéE\u{301}~.? b]{1,3}(/[aAßsS.]{1,2}){0,2}", 1..12), strict: bool,
        ) {
            let items: Vec<Item> = paths.iter().filter_map(|path| path.parse().ok())
                .map(|path| Item { path, content: Some(BlobHash([1; 32])) }).collect();
            let disk = Disk { folds_names: true, is_strict: strict };
            let placed: Vec<Placed> = lay_out(&items, disk).into_iter().flatten().collect();
            prop_assert_eq!(placed.len(), items.len());
            let mut seen = std::collections::BTreeSet::new();
            for placed in &placed {
                let folded: Vec<String> = placed.path.parts().map(Name::folded).collect();
                prop_assert!(seen.insert(folded), "{:?}", placed);
                prop_assert!(!strict || placed.path.parts().all(|name| name.trouble().is_none()), "{:?}", placed);
            }
            for a in &placed {
                prop_assert!(!placed.iter().any(|b| a != b && b.path.is_within(&a.path)));
            }
        }
    }
}
