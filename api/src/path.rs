//! Paths as JSON: almost always text, and never lost where they are not.
//!
//! On Linux a path is bytes. JSON is text. So a path travels as a plain string where it is UTF-8, and as
//! `{"base64": "…"}` of its bytes where it is not. The same type serves for paths of this computer (then absolute:
//! the peer does not know where its caller stands) and for paths within a space.

use std::{
    borrow::Cow,
    fmt,
    path::{Path, PathBuf},
};

use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{PartialSchema, ToSchema, openapi};

/// A path as the bytes it is made of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnyPath(Vec<u8>);

impl AnyPath {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// For people: what is not UTF-8 shows as U+FFFD.
    pub fn display(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// As a path of this computer.
    #[cfg(unix)]
    pub fn to_path_buf(&self) -> PathBuf {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(&self.0))
    }

    /// As a path of this computer.
    #[cfg(not(unix))]
    pub fn to_path_buf(&self) -> PathBuf {
        PathBuf::from(self.display().into_owned())
    }
}

impl From<&Path> for AnyPath {
    fn from(path: &Path) -> Self {
        Self(path.as_os_str().as_encoded_bytes().to_vec())
    }
}

impl From<PathBuf> for AnyPath {
    fn from(path: PathBuf) -> Self {
        path.as_path().into()
    }
}

impl From<&str> for AnyPath {
    fn from(path: &str) -> Self {
        Self(path.into())
    }
}

impl From<Vec<u8>> for AnyPath {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for AnyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.display(), f)
    }
}

/// Bytes as base64, for where an API wants them apart.
pub fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The two forms in JSON.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form<'a> {
    Text(Cow<'a, str>),
    Bytes { base64: String },
}

impl Serialize for AnyPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => Form::Text(text.into()),
            Err(_) => Form::Bytes { base64: BASE64.encode(&self.0) },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AnyPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Form::deserialize(deserializer)? {
            Form::Text(text) => Ok(Self(text.into_owned().into_bytes())),
            Form::Bytes { base64 } => BASE64.decode(base64.as_bytes()).map(Self).map_err(de::Error::custom),
        }
    }
}

impl PartialSchema for AnyPath {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        use openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
        let text = ObjectBuilder::new().schema_type(Type::String);
        let bytes =
            ObjectBuilder::new().property("base64", ObjectBuilder::new().schema_type(Type::String)).required("base64");
        OneOfBuilder::new()
            .item(text)
            .item(bytes)
            .description(Some("A path: text, or the base64 of its bytes where they are not UTF-8."))
            .into()
    }
}

impl ToSchema for AnyPath {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let path = AnyPath::from("/home/käthe/a b");
        assert_eq!(serde_json::to_string(&path).unwrap(), "\"/home/käthe/a b\"");
        assert_eq!(serde_json::from_str::<AnyPath>("\"/home/käthe/a b\"").unwrap(), path);
    }

    #[test]
    fn bytes_come_back_whole() {
        let path = AnyPath::from(b"/tmp/\xff\xfe".to_vec());
        let json = serde_json::to_string(&path).unwrap();
        assert_eq!(json, r#"{"base64":"L3RtcC///g=="}"#);
        assert_eq!(serde_json::from_str::<AnyPath>(&json).unwrap(), path);
        assert_eq!(path.to_path_buf().as_os_str().as_encoded_bytes(), path.as_bytes());
        assert!(serde_json::from_str::<AnyPath>(r#"{"base64":"!"}"#).is_err());
    }
}
