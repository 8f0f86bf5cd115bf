//! Bytes in and out of a browser: uploads, shared files, attachments.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    Home,
    browser::{Answer, Browser},
};

/// The head of a PNG of this size (PNG specification, 11.2.2): nothing behind it is looked at here.
fn png(width: u32, height: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), b"\x08\x06\0\0\0crc!"].concat()
}

fn lab() -> (Home, Browser) {
    let home = Home::up();
    home.ok(&["space", "new", "Lab"]);
    let browser = Browser::signed_in(&home);
    (home, browser)
}

/// An upload with these files, as the page makes one.
fn upload(browser: &Browser, files: &[(&str, &[u8])]) -> Value {
    let made = browser.change("POST", "/api/v1/uploads", json!({})).json();
    for (path, content) in files {
        let put =
            browser.send("PUT", &format!("/api/v1/uploads/{}/{path}", made["id"].as_str().unwrap()), &[], content);
        assert_eq!((put.status, put.json()["bytes"].as_u64()), (200, Some(content.len() as u64)), "{}", put.text());
    }
    made
}

fn share(browser: &Browser, files: &[(&str, &[u8])]) {
    let made = upload(browser, files);
    let folder = made["folder"].as_str().unwrap();
    let ask = json!({ "paths": [format!("{folder}/in")], "copy": true });
    let shared = browser.change("POST", "/api/v1/spaces/Lab/files", ask);
    let last: Value = serde_json::from_str(shared.text().lines().last().unwrap()).unwrap();
    assert_eq!(last["type"], "done", "{}", shared.text());
    let gone = browser.change("DELETE", &format!("/api/v1/uploads/{}", made["id"].as_str().unwrap()), json!({}));
    assert_eq!(gone.status, 200);
    assert!(!Path::new(folder).exists());
}

fn content(browser: &Browser, path: &str, more: &str, headers: &[(&str, &str)]) -> Answer {
    browser.send("GET", &format!("/api/v1/spaces/Lab/content?path={path}{more}"), headers, b"")
}

#[test]
fn what_was_uploaded_is_shared_and_comes_back() {
    let (_home, browser) = lab();
    let large: Vec<u8> = (0..3_000_000u32).map(|n| (n * 7 / 3) as u8).collect();
    share(&browser, &[("in/a%20b/large.bin", &large), ("in/empty", b"")]);
    let whole = content(&browser, "in/a%20b/large.bin", "", &[]);
    assert_eq!((whole.status, whole.body.len()), (200, large.len()));
    assert!(whole.body == large);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename*=UTF-8''large.bin"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(whole.header(name), Some(value), "{name}");
    }
    let part = content(&browser, "in/a%20b/large.bin", "", &[("range", "bytes=1000000-2999999")]);
    assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 1000000-2999999/3000000")));
    assert!(part.body == large[1_000_000..]);
    let tag = whole.header("etag").unwrap();
    assert_eq!(content(&browser, "in/a%20b/large.bin", "", &[("if-none-match", tag)]).status, 304);
    assert_eq!(content(&browser, "in/a%20b/large.bin", "", &[("range", "bytes=3000000-")]).status, 416);
    assert_eq!(content(&browser, "in/empty", "", &[]).body, b"");
    for (path, status) in [("in/none", 404), ("in", 404), ("../in/empty", 400)] {
        assert_eq!(content(&browser, path, "", &[]).status, status, "{path}");
    }
}

#[test]
fn only_what_is_pixels_sound_or_letters_is_shown() {
    let (_home, browser) = lab();
    let html = b"<!doctype html><script>alert(1)</script>";
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let zip = [b"PK\x03\x04".as_slice(), &[0; 100]].concat();
    let (picture, bomb) = (png(800, 600), png(30_000, 30_000));
    let files: [(&str, &[u8]); 6] = [
        ("in/picture.html", &picture),
        ("in/bomb.png", &bomb),
        ("in/page.png", html),
        ("in/drawing.svg", svg),
        ("in/bomb.zip", &zip),
        ("in/paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ];
    share(&browser, &files);
    let letters = Some("text/plain; charset=utf-8");
    for (path, expected) in [
        ("in/picture.html", Some("image/png")),
        ("in/page.png", letters),
        ("in/drawing.svg", letters),
        ("in/bomb.png", None),
        ("in/bomb.zip", None),
        ("in/paper.pdf", None),
    ] {
        let shown = content(&browser, path, "&preview=1", &[]);
        match expected {
            Some(kind) => {
                assert_eq!((shown.status, shown.header("content-type")), (200, Some(kind)), "{path}");
                assert!(shown.header("content-disposition").unwrap().starts_with("inline"), "{path}");
                assert!(shown.header("content-security-policy").unwrap().contains("sandbox"), "{path}");
            }
            None => {
                assert_eq!(shown.status, 415, "{path}");
                assert_eq!(shown.json()["error"]["message"], "this cannot be shown here", "{path}");
            }
        }
    }
}

#[test]
fn what_is_attached_is_looked_at_by_its_place() {
    let (_home, browser) = lab();
    let made = upload(&browser, &[("notes.txt", b"some notes"), ("p.png", &png(2, 2))]);
    let path = |name: &str| format!("{}/{name}", made["folder"].as_str().unwrap());
    let ask = json!({ "text": "see", "attach": [path("notes.txt"), path("p.png")] });
    let said = browser.change("POST", "/api/v1/spaces/Lab/messages", ask).json();
    let at =
        |n: &str| browser.get(&format!("/api/v1/messages/{}/attachments/{n}?preview=1", said["id"].as_str().unwrap()));
    assert_eq!((at("0").text().as_str(), at("1").header("content-type")), ("some notes", Some("image/png")));
    assert_eq!(at("2").status, 404);
    assert_eq!(at("x").status, 400);
}

#[test]
fn an_upload_stays_in_its_folder_and_goes_with_the_peer() {
    let (home, browser) = lab();
    let made = upload(&browser, &[("x", b"1")]);
    let id = made["id"].as_str().unwrap();
    for path in ["..%2f..%2fx", "%2e%2e/x", "a/%2e%2e/%2e%2e/x", "%00"] {
        let put = browser.send("PUT", &format!("/api/v1/uploads/{id}/{path}"), &[], b"1");
        assert_eq!(put.status, 400, "{path}: {}", put.text());
    }
    assert_eq!(browser.send("PUT", &format!("/api/v1/uploads/{id}/x"), &[], b"2").status, 422, "there is one already");
    assert_eq!(browser.send("PUT", "/api/v1/uploads/none/x", &[], b"1").status, 404);
    assert_eq!(browser.send("PUT", &format!("/api/v1/uploads/{id}/y"), &[("x-peerage-tab", "")], b"1").status, 403);
    home.ok(&["down"]);
    home.ok(&["up", "--background"]);
    assert!(!Path::new(made["folder"].as_str().unwrap()).exists());
}

#[test]
fn folders_transfers_and_connections_are_told() {
    let (home, browser) = lab();
    share(&browser, &[("in/a", b"1")]);
    let transfers = browser.get("/api/v1/transfers").json();
    assert_eq!((transfers[0]["kind"].as_str(), transfers[0]["state"].as_str()), (Some("share"), Some("done")));
    let id = transfers[0]["id"].as_str().unwrap();
    assert_eq!(browser.change("DELETE", &format!("/api/v1/transfers/{id}"), json!({})).status, 200);
    assert_eq!(browser.get("/api/v1/transfers").json(), json!([]));
    let peer = home.json(&["status"])["peer"]["id"].clone();
    assert_eq!(browser.get("/api/v1/connections").json()[0]["peer"], peer);
    let folders = browser.get("/api/v1/folders?path=/").json();
    assert!(folders["folders"].as_array().unwrap().contains(&"etc".into()) && folders.get("parent").is_none());
    assert_eq!(browser.change("PUT", "/api/v1/spaces/Lab/typing", json!({})).status, 200);
    let holders = browser.get("/api/v1/spaces/Lab/files/holders?path=in/a").json();
    assert_eq!((&holders["size"], &holders["holders"][0]["peer"]), (&json!(1), &peer));
}
