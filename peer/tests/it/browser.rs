//! A browser, as far as the gate is concerned: sends requests with whatever headers, and reads answers.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::Value;

use super::Home;

/// An answer.
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        let (status, headers) = head(&bytes[..end]);
        let body = bytes[end..].to_vec();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        Self { status, body: if chunked { unchunked(&body) } else { body }, headers }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// What stands in the cookie that is set, `name=value`.
    pub fn cookie(&self) -> Option<&str> {
        self.header("set-cookie")?.split(';').next()
    }
}

fn head(bytes: &[u8]) -> (u16, Vec<(String, String)>) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": "));
    (status, headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect())
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 2 + size + 2..];
    }
    whole
}

/// A browser with what it keeps.
pub struct Browser {
    /// `127.0.0.1:PORT`
    pub host: String,
    pub cookie: Option<String>,
    pub token: Option<String>,
}

impl Browser {
    /// One that has never been here.
    pub fn new(home: &Home) -> Self {
        let url = home.json(&["status"])["api"]["url"].as_str().unwrap().to_owned();
        let host = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { host, cookie: None, token: None }
    }

    /// One that came by `peer open`.
    pub fn signed_in(home: &Home) -> Self {
        let mut browser = Self::new(home);
        let answer = browser.enter(&code(home));
        assert_eq!(answer.status, 200, "{}", answer.text());
        browser
    }

    /// Trades a code, and keeps what it gets.
    pub fn enter(&mut self, code: &str) -> Answer {
        let answer =
            self.send("POST", "/api/v1/session", &[], serde_json::json!({ "code": code }).to_string().as_bytes());
        if answer.status == 200 {
            self.cookie = answer.cookie().map(Into::into).or(self.cookie.take());
            self.token = answer.json()["token"].as_str().map(Into::into);
        }
        answer
    }

    /// The headers that a browser adds by itself, and the page's token; those given take the place of the ones of their name, and
    /// an empty one takes it away.
    fn headers(&self, method: &str, extra: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut headers = vec![("host".to_owned(), self.host.clone()), ("sec-fetch-site".into(), "same-origin".into())];
        if method != "GET" {
            headers.push(("origin".into(), format!("http://{}", self.host)));
            headers.extend(self.token.iter().map(|token| ("x-peerage-tab".to_owned(), token.clone())));
        }
        headers.extend(self.cookie.iter().map(|cookie| ("cookie".to_owned(), cookie.clone())));
        headers.retain(|(name, _)| extra.iter().all(|(other, _)| other != name));
        let extra = extra.iter().filter(|(_, value)| !value.is_empty());
        headers.extend(extra.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        headers
    }

    /// Sends a request, the connection still open.
    pub fn begin(&self, method: &str, path: &str, extra: &[(&str, &str)], body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in self.headers(method, extra) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        stream
    }

    pub fn send(&self, method: &str, path: &str, extra: &[(&str, &str)], body: &[u8]) -> Answer {
        let extra: Vec<_> = extra.iter().copied().chain([("connection", "close")]).collect();
        Answer::read(&mut self.begin(method, path, &extra, body))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// A change, with JSON.
    pub fn change(&self, method: &str, path: &str, body: Value) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }

    /// Opens the WebSocket; the status, what protocol was chosen, and the connection.
    pub fn live(&self, extra: &[(&str, &str)]) -> (u16, Option<String>, TcpStream) {
        let protocols = format!("peerage.1, tab.{}", self.token.clone().unwrap_or_default());
        let origin = format!("http://{}", self.host);
        let mut all = vec![
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("sec-websocket-protocol", protocols.as_str()),
            ("origin", origin.as_str()),
        ];
        all.retain(|(name, _)| extra.iter().all(|(other, _)| other != name));
        all.extend(extra);
        let mut stream = self.begin("GET", "/api/v1/live", &all, b"");
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).unwrap() == 0 {
                break;
            }
            bytes.push(byte[0]);
        }
        let (status, headers) = head(&bytes);
        let protocol = headers.into_iter().find(|(name, _)| name == "sec-websocket-protocol").map(|(_, value)| value);
        (status, protocol, stream)
    }
}

/// The code of an address that `peer open` gives.
pub fn code(home: &Home) -> String {
    let url = home.json(&["open"])["url"].as_str().unwrap().to_owned();
    url.split_once("#code=").expect("the code is in the fragment").1.to_owned()
}

/// One message of a WebSocket, as a server sends it (RFC 6455, 5.2): its kind, and its content.
pub fn frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let mut exact = |len: usize| {
        let mut bytes = vec![0; len];
        stream.read_exact(&mut bytes).unwrap();
        bytes
    };
    let start = exact(2);
    let len = match start[1] {
        126 => exact(2).iter().fold(0, |len, byte| len << 8 | usize::from(*byte)),
        127 => exact(8).iter().fold(0, |len, byte| len << 8 | usize::from(*byte)),
        short => short.into(),
    };
    (start[0] & 0x0f, exact(len))
}
