//! What every request must be, whoever sends it: addressed to this listener, and not sent by another site's page.

use api::route::PREFIX;
use axum::http::{HeaderMap, HeaderName, Method, header, request::Parts};

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It was addressed to another name or port, as when a web site's name was made to resolve to loopback.
    NotOurs,
    /// Another site's page sent it.
    Foreign,
}

/// Checks `Host`, `Origin` and what the browser says of who sends it (Fetch Metadata).
pub fn check(head: &Parts, port: u16) -> Result<(), Refused> {
    let host = host(head, port)?;
    let origin = single(&head.headers, &header::ORIGIN).map_err(|()| Refused::Foreign)?;
    match origin {
        Some(origin) if !origin.eq_ignore_ascii_case(&format!("http://{host}")) => return Err(Refused::Foreign),
        None if changes(&head.method) || is_websocket(&head.headers) => return Err(Refused::Foreign),
        _ => {}
    }
    let said =
        |name: &'static str| single(&head.headers, &HeaderName::from_static(name)).map_err(|()| Refused::Foreign);
    match said("sec-fetch-site")? {
        // Old browsers, and programs: `Origin`, the session and the token have to do.
        None | Some("same-origin") => Ok(()),
        Some("none") if head.method == Method::GET => Ok(()),
        // A link from elsewhere may lead to the page itself, which shows nothing without a session of its own origin.
        Some(_) if is_visit(head, said("sec-fetch-mode")?, said("sec-fetch-dest")?) => Ok(()),
        Some(_) => Err(Refused::Foreign),
    }
}

/// Whether a request changes something.
pub fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// Whether a request asks for a WebSocket.
pub fn is_websocket(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
}

/// The WebSocket protocols a request offers.
pub fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// The name and port it was addressed to, one of our own.
fn host(head: &Parts, port: u16) -> Result<&str, Refused> {
    if head.uri.authority().is_some() {
        return Err(Refused::NotOurs);
    }
    let host = single(&head.headers, &header::HOST).ok().flatten().ok_or(Refused::NotOurs)?;
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    if own.iter().any(|own| own.eq_ignore_ascii_case(host)) { Ok(host) } else { Err(Refused::NotOurs) }
}

fn is_visit(head: &Parts, mode: Option<&str>, dest: Option<&str>) -> bool {
    head.method == Method::GET
        && mode == Some("navigate")
        && dest == Some("document")
        && !head.uri.path().starts_with(PREFIX)
}

/// A header's value, if it is there; an error if it is there several times or is no text.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn judge(method: &str, path: &str, headers: &[(&str, &str)]) -> Result<(), Refused> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap().into_parts().0, 4000)
    }

    const HOST: (&str, &str) = ("host", "127.0.0.1:4000");
    const OWN: (&str, &str) = ("origin", "http://127.0.0.1:4000");

    #[test]
    fn what_was_not_addressed_to_us_is_turned_away() {
        assert_eq!(judge("GET", "/", &[HOST]), Ok(()));
        assert_eq!(judge("GET", "/", &[("host", "LocalHost:4000")]), Ok(()));
        for host in ["evil.example", "evil.example:4000", "127.0.0.1", "127.0.0.1:4001", "localhost", "[::1]:4000", ""]
        {
            assert_eq!(judge("GET", "/", &[("host", host)]), Err(Refused::NotOurs), "{host}");
        }
        assert_eq!(judge("GET", "/", &[]), Err(Refused::NotOurs));
        assert_eq!(judge("GET", "/", &[HOST, ("host", "evil.example")]), Err(Refused::NotOurs));
        assert_eq!(judge("GET", "http://evil.example/", &[HOST]), Err(Refused::NotOurs));
    }

    #[test]
    fn other_sites_pages_change_nothing() {
        assert_eq!(judge("POST", "/api/v1/stop", &[HOST, OWN]), Ok(()));
        for origin in [
            "http://evil.example",
            "null",
            "http://127.0.0.1:4001",
            "http://localhost:4000",
            "https://127.0.0.1:4000",
            "http://127.0.0.1:4000.evil.example",
        ] {
            for method in ["GET", "POST", "PUT", "DELETE"] {
                assert_eq!(judge(method, "/", &[HOST, ("origin", origin)]), Err(Refused::Foreign), "{origin}");
            }
        }
        assert_eq!(judge("GET", "/", &[HOST, OWN, OWN]), Err(Refused::Foreign));
        for method in ["POST", "PUT", "DELETE"] {
            assert_eq!(judge(method, "/", &[HOST]), Err(Refused::Foreign), "{method} says where it comes from");
        }
        let upgrade = ("upgrade", "websocket");
        assert_eq!(judge("GET", "/api/v1/live", &[HOST, upgrade]), Err(Refused::Foreign));
        assert_eq!(judge("GET", "/api/v1/live", &[HOST, upgrade, OWN]), Ok(()));
    }

    #[test]
    fn browsers_say_who_sends_a_request() {
        let site = |site| ("sec-fetch-site", site);
        assert_eq!(judge("GET", "/api/v1/status", &[HOST, site("same-origin")]), Ok(()));
        assert_eq!(judge("GET", "/", &[HOST, site("none")]), Ok(()));
        assert_eq!(judge("POST", "/api/v1/stop", &[HOST, OWN, site("none")]), Err(Refused::Foreign));
        // Another port of this host is the same site.
        for from in ["same-site", "cross-site", "something new"] {
            let visit = [HOST, site(from), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
            assert_eq!(judge("GET", "/", &visit), Ok(()), "a link leads to the page");
            assert_eq!(judge("GET", "/api/v1/status", &visit), Err(Refused::Foreign));
            assert_eq!(judge("GET", "/", &[HOST, site(from)]), Err(Refused::Foreign));
            let frame = [HOST, site(from), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
            assert_eq!(judge("GET", "/", &frame), Err(Refused::Foreign));
        }
    }
}
