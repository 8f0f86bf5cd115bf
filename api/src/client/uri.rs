//! Paths and queries of requests: percent-encoding (RFC 3986), nothing more.

use serde::Serialize;
use serde_json::Value;

use crate::route::PREFIX;

/// A route's whole path, its `{…}` filled with `part`.
pub(super) fn path(path: &str, part: &str) -> String {
    let filled = match (path.find('{'), path.find('}')) {
        (Some(open), Some(close)) => [&path[..open], &encode(part), &path[close + 1..]].concat(),
        _ => path.into(),
    };
    format!("{PREFIX}{filled}")
}

/// What is asked as a query, `?` included; empty if nothing is.
pub(super) fn query(ask: &impl Serialize) -> Result<String, serde_json::Error> {
    let Value::Object(fields) = serde_json::to_value(ask)? else {
        return Ok(String::new());
    };
    let pairs: Vec<String> = fields.iter().filter_map(|(k, v)| Some(format!("{k}={}", encode(&text(v)?)))).collect();
    Ok(if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{chat::Read, route::Nothing};

    #[test]
    fn parts_are_encoded() {
        assert_eq!(path("/status", ""), "/api/v1/status");
        assert_eq!(path("/spaces/{space}/name", "Käse/?#"), "/api/v1/spaces/K%C3%A4se%2F%3F%23/name");
        assert_eq!(path("/spaces/{space}", "@Mira"), "/api/v1/spaces/%40Mira");
    }

    #[test]
    fn queries_hold_what_is_there() {
        assert_eq!(query(&Nothing {}).unwrap(), "");
        let ask = Read { last: Some(20), since: Some("2026-11-01T00:00:00Z".into()), ..Read::default() };
        assert_eq!(query(&ask).unwrap(), "?last=20&since=2026-11-01T00%3A00%3A00Z");
    }
}
