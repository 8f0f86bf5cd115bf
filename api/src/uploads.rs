//! Uploads: how a browser, which knows no paths, hands files to its peer.
//!
//! An upload is a folder of the peer's own. Files are put into it one by one (`PUT /api/v1/uploads/{id}/{path}`, the bytes
//! as they are), then the usual routes are asked with paths beneath `folder`, and the upload is deleted. What is left goes when the peer starts again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/uploads`: a folder for files to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// The upload's id.
    pub id: String,
    /// The absolute path of its folder.
    pub folder: String,
}

/// The answer to `PUT /api/v1/uploads/{id}/{path}`: the file is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Uploaded {
    /// Its absolute path.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
}
