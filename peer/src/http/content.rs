//! Bytes on their way to a browser: shared files and attachments, whole or in part, to keep or to look at.
//!
//! They are a stranger's. So to keep, they are nothing but bytes with a name; to look at, they have the type that their own
//! beginning shows ([`preview`]), and in no case may they run, embed or ask for anything.

use std::ops::Range;

use api::{Code, Problem, files::ListFiles};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use node::files::{Content, MAX_PIECE_BYTES};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::{
    answer::Refusal,
    app::App,
    pieces::Pieces,
    preview,
    range::{Asked, asked},
    router::Routes,
};

/// Pieces that wait for a slow reader, besides the one on its way.
const AHEAD: usize = 2;

/// Whoever opens it by itself gets a page that may do nothing.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// What is asked of a shared file.
#[derive(Deserialize)]
struct Which {
    #[serde(flatten)]
    file: ListFiles,
    #[serde(default)]
    preview: u8,
}

/// What is asked of an attachment.
#[derive(Deserialize)]
struct How {
    #[serde(default)]
    preview: u8,
}

pub fn routes(routes: Routes) -> Routes {
    routes.raw("/spaces/{space}/content", get(shared)).raw("/messages/{id}/attachments/{n}", get(attached))
}

async fn shared(
    State(app): State<App>,
    Path(space): Path<String>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let content = app.node().files().content(&space, which.file).await?;
    answer(content, which.preview != 0, &headers).await
}

async fn attached(
    State(app): State<App>,
    Path((id, n)): Path<(String, usize)>,
    Query(how): Query<How>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let content = app.node().chat().attached(&id, n).await?;
    answer(content, how.preview != 0, &headers).await
}

async fn answer(content: Content, look: bool, headers: &HeaderMap) -> Result<Response, Refusal> {
    let tag = format!("\"{}\"", content.hash());
    let kind = if look { shown(&content).await? } else { None };
    if look && kind.is_none() {
        return Ok((StatusCode::UNSUPPORTED_MEDIA_TYPE, Refusal(cannot_be_shown())).into_response());
    }
    let mut response = match asked(headers, content.size, &tag) {
        Asked::Nothing => StatusCode::NOT_MODIFIED.into_response(),
        Asked::Outside => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", content.size));
            response
        }
        Asked::Whole => send(&content, 0..content.size).await?,
        Asked::Part(range) => {
            let place = format!("bytes {}-{}/{}", range.start, range.end - 1, content.size);
            let mut response = send(&content, range).await?;
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            put(&mut response, header::CONTENT_RANGE, &place);
            response
        }
    };
    put(&mut response, header::CONTENT_TYPE, kind.unwrap_or("application/octet-stream"));
    put(&mut response, header::CONTENT_DISPOSITION, &disposition(kind.is_some(), &content.name));
    put(&mut response, header::CONTENT_SECURITY_POLICY, POLICY);
    put(&mut response, header::CACHE_CONTROL, "private, no-cache");
    put(&mut response, header::ETAG, &tag);
    put(&mut response, header::ACCEPT_RANGES, "bytes");
    Ok(response)
}

/// The type to look at it with, if it may be looked at.
async fn shown(content: &Content) -> Result<Option<&'static str>, Refusal> {
    let mut start = Vec::new();
    while (start.len() as u64) < preview::LOOKED_AT_BYTES.min(content.size) {
        start.extend(content.read(start.len() as u64..preview::LOOKED_AT_BYTES).await?);
    }
    let whole = start.len() as u64 == content.size;
    // Aside, so that a head made to break its reader breaks nothing else.
    let kind = tokio::task::spawn_blocking(move || preview::kind(&start, whole)).await;
    Ok(kind.ok().flatten())
}

fn cannot_be_shown() -> Problem {
    Problem::new(Code::NotAllowed, "this cannot be shown here")
        .why("only pictures up to 40 megapixels, sounds, films and plain text are")
        .hint("download it and open it with a program you trust with it")
}

/// The first piece is read before anything is answered, so that what goes wrong is said.
async fn send(content: &Content, range: Range<u64>) -> Result<Response, Refusal> {
    let len = range.end - range.start;
    let first = content.read(range.clone()).await?;
    let (sender, pieces) = mpsc::channel(AHEAD);
    let next = range.start + first.len() as u64;
    let content = content.clone();
    tokio::spawn(async move {
        if sender.send(Ok(first.into())).await.is_ok() {
            rest(&content, next..range.end, &sender).await;
        }
    });
    let mut response = Body::new(Pieces(pieces)).into_response();
    put(&mut response, header::CONTENT_LENGTH, &len.to_string());
    Ok(response)
}

async fn rest(content: &Content, mut range: Range<u64>, sender: &mpsc::Sender<Result<bytes::Bytes, Problem>>) {
    while !range.is_empty() {
        let piece = tokio::select! {
            piece = content.read(range.start..range.end.min(range.start + MAX_PIECE_BYTES)) => piece,
            () = sender.closed() => return,
        };
        let ended = piece.as_ref().map_or(true, Vec::is_empty);
        range.start += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        if sender.send(piece.map(Into::into)).await.is_err() || ended {
            return;
        }
    }
}

/// RFC 6266, with the name as RFC 8187 wants it.
fn disposition(look: bool, name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    let how = if look { "inline" } else { "attachment" };
    format!("{how}; filename*=UTF-8''{encoded}")
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_are_only_names() {
        assert_eq!(disposition(false, "a b.txt"), "attachment; filename*=UTF-8''a%20b.txt");
        assert_eq!(disposition(true, "é\"\r\n;"), "inline; filename*=UTF-8''%C3%A9%22%0D%0A%3B");
    }
}
