//! A path within a space: names joined by `/`, never absolute, never upwards.

use std::{fmt, str::FromStr};

use super::name::{Name, NameError};

/// A path has at most so many parts.
pub const MAX_PARTS: usize = 128;

/// A path is at most so many bytes long, the slashes counted.
pub const MAX_PATH_BYTES: usize = 4096;

/// Where something stands in a space; without any part, the space's own root.
///
/// Kept, sent and sorted as the names' bytes joined by `/`. Order is of those bytes, so that what is beneath `a` lies
/// between `a/` and `a0`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FilePath(Vec<u8>);

/// Why bytes are no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A part is no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// More than [`MAX_PARTS`] parts or [`MAX_PATH_BYTES`] bytes.
    #[error("a path has more than {MAX_PARTS} parts or {MAX_PATH_BYTES} bytes")]
    TooLong,
}

impl FilePath {
    /// The root of a space.
    pub const ROOT: FilePath = FilePath(Vec::new());

    /// Reads a path from its bytes; no byte is the root.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PathError> {
        if bytes.is_empty() {
            return Ok(Self::ROOT);
        }
        if bytes.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong);
        }
        let mut count = 0;
        for part in bytes.split(|byte| *byte == b'/') {
            Name::new(part)?;
            count += 1;
        }
        if count > MAX_PARTS { Err(PathError::TooLong) } else { Ok(Self(bytes.to_vec())) }
    }

    /// What `name` is beneath this path.
    pub fn join(&self, name: Name<'_>) -> Result<Self, PathError> {
        let slash: &[u8] = if self.is_root() { b"" } else { b"/" };
        let bytes = [&self.0, slash, name.as_bytes()].concat();
        let too_long = bytes.len() > MAX_PATH_BYTES || self.parts().count() >= MAX_PARTS;
        if too_long { Err(PathError::TooLong) } else { Ok(Self(bytes)) }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it has no part.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, outermost first.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = Name<'_>> {
        let parts = self.0.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
        parts.map(|part| Name::new(part).expect("checked when the path was made"))
    }

    /// The folder it is in and its name there; nothing for the root.
    pub fn split(&self) -> Option<(FilePath, Name<'_>)> {
        let name = self.parts().next_back()?;
        let parent = self.0.len() - name.as_bytes().len();
        Some((Self(self.0[..parent.saturating_sub(1)].to_vec()), name))
    }

    /// The folder it is in; nothing for the root.
    pub fn parent(&self) -> Option<FilePath> {
        self.split().map(|(parent, _)| parent)
    }

    /// Whether it is `folder` or beneath it.
    pub fn is_within(&self, folder: &FilePath) -> bool {
        let rest = self.0.strip_prefix(folder.as_bytes());
        folder.is_root() || rest.is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }

    /// It and all folders it is in, innermost first, the root last.
    pub fn ancestors(&self) -> impl Iterator<Item = FilePath> {
        std::iter::successors(Some(self.clone()), FilePath::parent)
    }

    /// The same path seen from `folder`, which it is within.
    pub fn beneath(&self, folder: &FilePath) -> Option<FilePath> {
        let rest = self.is_within(folder).then(|| &self.0[folder.0.len()..])?;
        Some(Self(rest.strip_prefix(b"/").unwrap_or(rest).to_vec()))
    }

    /// The bytes that everything beneath it lies between: from the first, before the second; no second for the root.
    pub fn beneath_range(&self) -> (Vec<u8>, Option<Vec<u8>>) {
        if self.is_root() {
            return (Vec::new(), None);
        }
        ([self.as_bytes(), b"/"].concat(), Some([self.as_bytes(), b"0"].concat()))
    }

    /// Whether all of it is UTF-8.
    pub fn is_text(&self) -> bool {
        std::str::from_utf8(&self.0).is_ok()
    }
}

/// As text; what is not UTF-8 shows as U+FFFD.
impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

impl FromStr for FilePath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::from_bytes(text.as_bytes())
    }
}

impl<C> minicbor::Encode<C> for FilePath {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for FilePath {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::from_bytes(d.bytes()?).map_err(|_| minicbor::decode::Error::message("bytes that are no path"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(text: &str) -> FilePath {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_no_path() {
        let long = "x/".repeat(MAX_PARTS) + "x";
        let longer = ["y".repeat(250).as_str(); 17].join("/");
        for text in ["/", "/etc/passwd", "a/", "a//b", "../a", "a/../b", "./a", "a/.", "a/b\0", &long, &longer] {
            assert!(text.parse::<FilePath>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn parts_and_parents() {
        let deep = path("a/b c/d");
        assert_eq!(deep.parent(), Some(path("a/b c")));
        assert_eq!(path("a").parent(), Some(FilePath::ROOT));
        assert_eq!(FilePath::ROOT.parent(), None);
        assert_eq!(deep.ancestors().count(), 4);
        assert_eq!(deep.beneath(&path("a")), Some(path("b c/d")));
        assert_eq!(deep.beneath(&path("b")), None);
        assert!(!path("ab").is_within(&path("a")) && path("a").is_within(&path("a")));
        assert_eq!(FilePath::from_bytes(b"caf\xe9").unwrap().to_string(), "caf\u{fffd}");
    }

    proptest! {
        #[test]
        fn bytes_are_a_path_or_refused(bytes in prop::collection::vec(prop_oneof![Just(b'/'), Just(b'.'), any::<u8>()], 0..40)) {
            if let Ok(path) = FilePath::from_bytes(&bytes) {
                prop_assert_eq!(path.as_bytes(), &bytes[..]);
                let rebuilt = path.parts().try_fold(FilePath::ROOT, |path, name| path.join(name));
                prop_assert_eq!(rebuilt, Ok(path.clone()));
                prop_assert!(path.parts().all(|name| !matches!(name.as_bytes(), b"" | b"." | b"..")));
            }
        }

        #[test]
        fn what_is_beneath_lies_in_the_range(a in "[a-c/0.-]{1,8}", b in "[a-c/0.-]{1,8}") {
            if let (Ok(a), Ok(b)) = (a.parse::<FilePath>(), b.parse::<FilePath>()) {
                let (from, to) = a.beneath_range();
                let within = b.as_bytes() >= &from[..] && to.is_none_or(|to| b.as_bytes() < &to[..]);
                prop_assert_eq!(within, b.is_within(&a) && a != b);
            }
        }
    }
}
