//! Secrets: 256 bits of the system's randomness, as text that fits URLs, cookies and headers.

use api::Problem;
use data_encoding::BASE64URL_NOPAD;

/// A new one.
pub fn new() -> Result<String, Problem> {
    Ok(BASE64URL_NOPAD.encode(&crate::home::random::<32>()?))
}
