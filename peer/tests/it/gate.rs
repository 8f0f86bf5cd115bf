//! Who may use the page's listener, and who may not.

use std::os::unix::process::CommandExt;

use super::{
    Home,
    browser::{Browser, code, frame},
};

/// What everybody who is let in may do, and nobody else.
const STATUS: &str = "/api/v1/status";

fn rename(browser: &Browser, extra: &[(&str, &str)]) -> u16 {
    browser.send("PUT", "/api/v1/settings", extra, br#"{"name":"Eve"}"#).status
}

#[test]
fn a_code_makes_a_session_and_a_tab() {
    let home = Home::up();
    let mut browser = Browser::new(&home);
    let refused = browser.get(STATUS);
    assert_eq!((refused.status, refused.json()["error"]["code"].as_str()), (401, Some("not_allowed")));
    let entered = browser.enter(&code(&home));
    let cookie = entered.header("set-cookie").unwrap();
    let peer = home.json(&["status"])["peer"]["id"].as_str().unwrap().to_owned();
    assert!(cookie.starts_with(&format!("peerage-{peer}=")), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/api/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert_eq!(browser.get(STATUS).json()["peer"]["id"], peer.as_str());
    assert_eq!(rename(&browser, &[]), 200);
    assert_eq!(home.json(&["status"])["person"]["name"], "Eve");

    let tab = browser.send("POST", "/api/v1/tab", &[("x-peerage-tab", "")], b"{}");
    let token = tab.json()["token"].as_str().unwrap().to_owned();
    assert_ne!(Some(&token), browser.token.as_ref(), "each tab has its own");
    assert_eq!(rename(&browser, &[("x-peerage-tab", &token)]), 200);
}

#[test]
fn without_a_session_nothing_is_given() {
    let home = Home::up();
    let stranger = Browser::new(&home);
    for path in
        [STATUS, "/api/v1/spaces", "/api/v1/events", "/api/v1/folders", "/api/v1/nothing", "/api/v1/spaces/x/content"]
    {
        assert_eq!(stranger.get(path).status, 401, "{path}");
    }
    for (method, path) in
        [("PUT", "/api/v1/settings"), ("POST", "/api/v1/stop"), ("POST", "/api/v1/tab"), ("POST", "/api/v1/open")]
    {
        assert_eq!(stranger.change(method, path, serde_json::json!({})).status, 401, "{path}");
    }
    assert_eq!(stranger.live(&[]).0, 401);
    home.ok(&["status"]);
}

#[test]
fn a_change_needs_the_tabs_token() {
    let home = Home::up();
    let browser = Browser::signed_in(&home);
    let other = Browser::signed_in(&home);
    assert_eq!(rename(&browser, &[("x-peerage-tab", "")]), 403);
    assert_eq!(rename(&browser, &[("x-peerage-tab", "nonsense")]), 403);
    assert_eq!(rename(&browser, &[("x-peerage-tab", other.token.as_deref().unwrap())]), 403, "another session's");
    assert_eq!(browser.live(&[("sec-websocket-protocol", "peerage.1")]).0, 403);
    assert_eq!(rename(&browser, &[]), 200);
}

#[test]
fn other_names_and_other_sites_are_turned_away() {
    let home = Home::up();
    let browser = Browser::signed_in(&home);
    for host in ["evil.example", "127.0.0.1", "localhost:1"] {
        assert_eq!(browser.send("GET", STATUS, &[("host", host)], b"").status, 421, "{host}");
        assert_eq!(rename(&browser, &[("host", host)]), 421, "{host}");
    }
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", ""] {
        assert_eq!(rename(&browser, &[("origin", origin)]), 403, "{origin:?}");
        if !origin.is_empty() {
            assert_eq!(browser.send("GET", STATUS, &[("origin", origin)], b"").status, 403, "{origin}");
        }
        assert_eq!(browser.live(&[("origin", origin)]).0, 403, "{origin:?}");
    }
    for site in ["cross-site", "same-site"] {
        assert_eq!(browser.send("GET", STATUS, &[("sec-fetch-site", site)], b"").status, 403, "{site}");
        assert_eq!(rename(&browser, &[("sec-fetch-site", site)]), 403, "{site}");
    }
    assert_ne!(home.json(&["status"])["person"]["name"], "Eve");
}

#[test]
fn a_replayed_code_lets_nobody_in_and_the_first_one_out() {
    let home = Home::up();
    let (mut first, mut second, code) = (Browser::new(&home), Browser::new(&home), code(&home));
    assert_eq!(first.enter(&code).status, 200);
    assert_eq!(first.enter(&code).status, 200, "the same browser, loading the same address again");
    assert_eq!(first.get(STATUS).status, 200);
    let refused = second.enter(&code);
    assert_eq!((refused.status, refused.json()["error"]["code"].as_str()), (403, Some("refused")));
    assert_eq!(first.get(STATUS).status, 401, "one of the two had it from where it should not");
    let (mut third, new) = (Browser::new(&home), super::browser::code(&home));
    assert_eq!(third.enter(&new).status, 200);
    let log = home.ok(&["log"]);
    assert!(log.contains("used twice") && !log.contains(&code) && !log.contains(&new), "{log}");
}

#[test]
fn the_cookie_of_another_peer_on_this_host_opens_nothing() {
    let (home, other) = (Home::up(), Home::up());
    let (mut ours, theirs) = (Browser::new(&home), Browser::signed_in(&other));
    ours.cookie = theirs.cookie.clone();
    ours.token = theirs.token.clone();
    assert_eq!(ours.get(STATUS).status, 401);
    let peer = home.json(&["status"])["peer"]["id"].as_str().unwrap().to_owned();
    let value = theirs.cookie.as_deref().unwrap().split_once('=').unwrap().1.to_owned();
    ours.cookie = Some(format!("peerage-{peer}={value}"));
    assert_eq!(ours.get(STATUS).status, 401, "nor under the other name");
    // Browsers send the cookies of all ports together.
    let own = Browser::signed_in(&home);
    let both = format!("{}; {}", theirs.cookie.unwrap(), own.cookie.clone().unwrap());
    assert_eq!(own.send("GET", STATUS, &[("cookie", &both)], b"").status, 200);
}

/// Somebody else on this computer reaches the port, and nothing more: the code is only to be had over the socket.
#[test]
fn another_local_user_gets_no_code() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can be another user for a test");
        return;
    }
    let home = Home::up();
    const NOBODY: u32 = 65534;
    let socket = std::fs::read_to_string(home.folder().join("socket")).unwrap();
    let ask = format!("curl -sf -X POST --unix-socket '{}' http://peer/api/v1/open", socket.trim());
    let as_nobody = |command: &str| {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", command]).uid(NOBODY).gid(NOBODY).current_dir("/").output().unwrap()
    };
    assert!(!as_nobody(&ask).status.success(), "the socket");
    let sessions = home.folder().join("sessions");
    Browser::signed_in(&home);
    assert!(sessions.exists() && !as_nobody(&format!("cat '{}'", sessions.display())).status.success(), "the file");
    let url = home.json(&["status"])["api"]["url"].as_str().unwrap().to_owned();
    let status = as_nobody(&format!("curl -s -o /dev/null -w '%{{http_code}}' {url}api/v1/status"));
    assert_eq!(String::from_utf8_lossy(&status.stdout), "401");
}

#[test]
fn a_session_outlives_a_restart_and_ends_when_signed_out() {
    let home = Home::up();
    let browser = Browser::signed_in(&home);
    home.ok(&["down"]);
    home.ok(&["up", "--background"]);
    assert_eq!(browser.get(STATUS).status, 200);
    assert_eq!(rename(&browser, &[]), 200, "and so does the tab's token");
    let (_, _, mut live) = browser.live(&[]);
    assert_eq!(browser.change("DELETE", "/api/v1/session", serde_json::json!({})).status, 200);
    assert_eq!(browser.get(STATUS).status, 401);
    let last = std::iter::repeat_with(|| frame(&mut live)).find(|(kind, _)| *kind == 8).expect("a close");
    assert_eq!(last.1, 4401u16.to_be_bytes(), "its tabs are told");
}

#[test]
fn what_happens_is_told_as_it_happens() {
    let home = Home::up();
    let browser = Browser::signed_in(&home);
    let (status, protocol, mut live) = browser.live(&[]);
    assert_eq!((status, protocol.as_deref()), (101, Some("peerage.1")));
    home.ok(&["space", "new", "Lab"]);
    home.ok(&["say", "Lab", "hello"]);
    let told = loop {
        let (kind, content) = frame(&mut live);
        let event: serde_json::Value = if kind == 1 { serde_json::from_slice(&content).unwrap() } else { continue };
        if event["type"] == "message" {
            break event;
        }
    };
    assert_eq!((told["message"]["text"].as_str(), &told["new"]), (Some("hello"), &true.into()));
    home.ok(&["down"]);
    while frame(&mut live).0 != 8 {}
}

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    let home = Home::up();
    let browser = Browser::signed_in(&home);
    for path in ["/", STATUS, "/api/v1/nothing", "/nothing"] {
        let answer = browser.get(path);
        let policy = answer.header("content-security-policy").unwrap();
        for part in
            ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]
        {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}: {name}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn the_way_in_is_only_given_over_the_socket() {
    let home = Home::up();
    let browser = Browser::signed_in(&home);
    assert_eq!(browser.change("POST", "/api/v1/open", serde_json::json!({})).status, 404);
    let shown = home.ok(&["open", "--print"]);
    assert!(shown.starts_with("http://127.0.0.1:") && shown.contains("/#code="), "{shown}");
}
