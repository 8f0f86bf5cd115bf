//! The gate as a whole.

use axum::http::{HeaderMap, HeaderValue, Request};

use super::*;

fn cookie(name: &str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let cookies = format!("a=b; {name}={value}; c=d");
    headers.insert(header::COOKIE, HeaderValue::from_str(&cookies).unwrap());
    headers
}

fn gate() -> (tempfile::TempDir, Gate) {
    let home = tempfile::tempdir().unwrap();
    let gate = Gate::new(home.path());
    (home, gate)
}

#[test]
fn a_code_gives_one_session_and_is_worth_nothing_afterwards() {
    let (_home, gate) = gate();
    let (code, _) = gate.code().unwrap();
    let entered = gate.enter(&code, None).unwrap();
    let headers = cookie("peerage-me", &entered.cookie.clone().unwrap());
    let session = gate.session(&headers, "me").unwrap();
    assert!(session.knows(&entered.token) && gate.stands(&session));
    assert!(gate.enter(&code, Some(&session)).is_ok(), "the same browser again");
    assert!(gate.enter(&code, None).is_err(), "used twice");
    assert!(!gate.stands(&session), "whoever used it first may have stolen it");
    assert!(gate.session(&headers, "me").is_none());
}

#[test]
fn the_cookie_of_another_peer_is_none_of_ours() {
    let ((_one, ours), (_two, theirs)) = (gate(), gate());
    let entered = theirs.enter(&theirs.code().unwrap().0, None).unwrap();
    assert!(theirs.session(&cookie("peerage-them", &entered.cookie.clone().unwrap()), "them").is_some());
    assert!(ours.session(&cookie("peerage-them", &entered.cookie.clone().unwrap()), "me").is_none(), "by its name");
    assert!(
        ours.session(&cookie("peerage-me", &entered.cookie.clone().unwrap()), "me").is_none(),
        "nor under our name"
    );
}

#[test]
fn guessing_is_turned_away_and_keeps_nobody_out() {
    let (_home, gate) = gate();
    let (code, _) = gate.code().unwrap();
    let last = (0..100).map(|n| gate.enter(&format!("guess {n}"), None).err().unwrap().code).last();
    assert_eq!(last, Some(Code::TooLarge));
    assert!(gate.enter(&code, None).is_ok());
}

#[test]
fn a_token_is_shown_in_a_header_or_among_the_protocols() {
    let (_home, gate) = gate();
    let entered = gate.enter(&gate.code().unwrap().0, None).unwrap();
    let session = gate.session(&cookie("peerage-me", &entered.cookie.clone().unwrap()), "me").unwrap();
    let shows = |headers: &[(&str, String)]| {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        shows_token(&request.body(()).unwrap().into_parts().0, &session)
    };
    let (header, upgrade) = ((TAB_HEADER, entered.token.clone()), ("upgrade", "websocket".to_owned()));
    let offered = ("sec-websocket-protocol", format!("peerage.1, tab.{}", entered.token));
    assert!(shows(std::slice::from_ref(&header)));
    assert!(shows(&[upgrade.clone(), offered.clone()]));
    assert!(!shows(&[]) && !shows(&[upgrade, header]) && !shows(&[offered]));
    assert!(!shows(&[(TAB_HEADER, entered.cookie.unwrap())]), "the cookie is no token");
}
