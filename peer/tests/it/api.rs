//! The HTTP of the API, as something that is not our client meets it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
};

use super::Home;

/// Sends a request as it stands; the whole answer.
fn exchange(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

fn over_tcp(home: &Home, path: &str, host: Option<&str>) -> String {
    let url = home.json(&["status"])["api"]["url"].as_str().unwrap().to_owned();
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let host = host.unwrap_or(address);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    exchange(TcpStream::connect(address).unwrap(), &request)
}

fn over_socket(home: &Home, request: &str) -> String {
    let socket = std::fs::read_to_string(home.folder().join("socket")).unwrap();
    exchange(UnixStream::connect(socket.trim()).unwrap(), request)
}

#[test]
fn browsers_get_the_page_and_without_a_session_nothing_of_the_api() {
    let home = Home::up();
    let front = over_tcp(&home, "/", None);
    let page = if cfg!(feature = "page") { "<!doctype html>" } else { "mark-read" };
    assert!(front.starts_with("HTTP/1.1 200") && front.contains(page), "{front}");
    assert!(front.contains("content-security-policy: default-src 'none'"), "{front}");
    let refused = over_tcp(&home, "/api/v1/status", None);
    assert!(refused.starts_with("HTTP/1.1 401") && refused.contains(r#"{"error":{"code":"not_allowed""#), "{refused}");
    assert!(refused.contains("content-security-policy:"), "on refusals as well: {refused}");
    assert!(over_tcp(&home, "/x", None).starts_with("HTTP/1.1 404"));
}

/// What the page names lasts as long as its name; the page itself is asked for again, and compressed for those who take that.
#[test]
#[cfg(feature = "page")]
fn the_pages_files_are_short_and_lasting() {
    let home = Home::up();
    let browser = super::browser::Browser::new(&home);
    let front = browser.get("/");
    assert_eq!(
        (front.header("content-type"), front.header("cache-control")),
        (Some("text/html; charset=utf-8"), Some("no-cache"))
    );
    assert_eq!(browser.send("GET", "/", &[("if-none-match", front.header("etag").unwrap())], b"").status, 304);
    let text = front.text();
    assert!(!text.contains("<script>") && !text.contains("style="), "nothing inline: {text}");
    let script = text.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".js")).expect("a script");
    let plain = browser.get(script);
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let short = browser.send("GET", script, &[("accept-encoding", "gzip, br")], b"");
    assert_eq!((short.header("content-encoding"), plain.header("content-encoding")), (Some("br"), None));
    assert!(short.body.len() < plain.body.len() / 2);
    assert_eq!(browser.send("POST", "/", &[], b"").status, 405);
}

#[test]
fn a_name_that_resolves_to_loopback_is_not_ours() {
    let home = Home::up();
    for host in ["evil.example", "127.0.0.1", "localhost:1"] {
        let answer = over_tcp(&home, "/", Some(host));
        assert!(
            answer.starts_with("HTTP/1.1 421") && !answer.contains("mark-read") && !answer.contains("<!doctype"),
            "{host}: {answer}"
        );
    }
}

#[test]
fn nonsense_over_the_socket_is_a_problem_with_the_right_status() {
    let home = Home::up();
    let get = |path: &str| over_socket(&home, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    let unknown = get("/api/v1/flights");
    assert!(unknown.starts_with("HTTP/1.1 404") && unknown.contains(r#""code":"not_found""#), "{unknown}");
    assert!(unknown.contains(&format!("peer-version: {}", env!("CARGO_PKG_VERSION"))), "{unknown}");
    assert!(get("/api/v1/search?limit=many&text=x").starts_with("HTTP/1.1 400"));
    assert!(get("/api/v1/stop").starts_with("HTTP/1.1 400"), "stopping is no GET");
    let broken = "POST /api/v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{{{{{";
    assert!(over_socket(&home, broken).contains(r#""code":"usage""#));
}

#[test]
fn events_end_when_the_peer_stops() {
    let home = Home::up();
    let socket = std::fs::read_to_string(home.folder().join("socket")).unwrap();
    let mut stream = UnixStream::connect(socket.trim()).unwrap();
    stream.write_all(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    home.ok(&["down"]);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the answer ends in order");
}
