//! The page's files, which are part of the program.

use std::sync::LazyLock;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// One file.
struct Asset {
    path: &'static str,
    /// Its content type.
    kind: &'static str,
    plain: &'static [u8],
    /// Compressed, where that is worth while.
    brotli: Option<&'static [u8]>,
    /// Whether its name changes with its content.
    lasting: bool,
}

/// All there are; none in a program that was built without the page.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Entity tags, in the order of [`ASSETS`].
static TAGS: LazyLock<Vec<String>> = LazyLock::new(|| ASSETS.iter().map(|asset| tag(asset.plain)).collect());

/// Whether this program has the page.
pub fn any() -> bool {
    !ASSETS.is_empty()
}

/// The file at a path, if there is one. `/` is the page itself.
pub fn answer(path: &str, headers: &HeaderMap) -> Option<Response> {
    let path = if path == "/" { "/index.html" } else { path };
    let at = ASSETS.iter().position(|asset| asset.path == path)?;
    let (asset, tag) = (&ASSETS[at], &TAGS[at]);
    let lasts = if asset.lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    let said = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let mut response = if said(header::IF_NONE_MATCH).contains(tag.as_str()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match asset.brotli.filter(|_| takes_brotli(said(header::ACCEPT_ENCODING))) {
            Some(short) => ([(header::CONTENT_ENCODING, "br")], short).into_response(),
            None => asset.plain.into_response(),
        }
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasts));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::ETAG, HeaderValue::from_str(tag).ok()?);
    Some(response)
}

fn takes_brotli(accepted: &str) -> bool {
    accepted.split(',').map(str::trim).any(|one| one == "br" || one.starts_with("br;") && !one.ends_with("q=0"))
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", &blake3::hash(bytes).to_hex()[..32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_for_those_who_take_it() {
        assert!(takes_brotli("gzip, deflate, br, zstd") && takes_brotli("br;q=1.0"));
        assert!(!takes_brotli("gzip, deflate") && !takes_brotli("br;q=0") && !takes_brotli(""));
    }
}
