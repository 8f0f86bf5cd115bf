//! What a route of the local API is: a method, a path, what is asked, and what is answered.
//!
//! The table in [`crate::routes`] is the only place where these are written down. The client calls by it, the
//! server registers by it and the OpenAPI document is made from it, so the three cannot drift apart.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

/// Where every route begins.
pub const PREFIX: &str = "/api/v1";

/// The header in which the peer says its version in every answer.
pub const VERSION_HEADER: &str = "peer-version";

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Asks, changes nothing. What is asked stands in the query.
    Get,
    /// Makes something.
    Post,
    /// Sets something.
    Put,
    /// Takes something away. Has no body.
    Delete,
}

impl Method {
    /// The method's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }

    /// Whether what is asked stands in the body (as JSON) rather than in the query.
    pub const fn has_body(self) -> bool {
        matches!(self, Method::Post | Method::Put)
    }
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One object.
    One,
    /// An array.
    List,
    /// One object a line, as they come (`application/x-ndjson`).
    Lines,
}

/// One route.
pub trait Route: 'static {
    /// Its method.
    const METHOD: Method;
    /// Its path below [`PREFIX`], with at most one `{part}`.
    const PATH: &'static str;
    /// One sentence on what it does.
    const ABOUT: &'static str;
    /// The form of its answer.
    const SHAPE: Shape;
    /// What is asked: in the query of a `GET`, else in the body.
    type Ask: Serialize + DeserializeOwned + ToSchema + Send + 'static;
    /// What is answered: once, in a list, or line by line.
    type Item: Serialize + DeserializeOwned + ToSchema + Send + 'static;
}

/// A route that answers with one object.
pub trait One: Route {}
/// A route that answers with an array.
pub trait List: Route {}
/// A route that answers line by line.
pub trait Lines: Route {}

/// Nothing asked, or nothing more to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Nothing {}
