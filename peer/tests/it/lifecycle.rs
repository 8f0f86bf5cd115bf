//! Starting and stopping.

use std::{os::unix::fs::PermissionsExt, path::Path};

use super::Home;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Whether a process runs; one that has ended and is only not yet waited for does not.
fn is_alive(pid: &serde_json::Value) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

#[test]
fn up_status_down() {
    let home = Home::new();
    assert_eq!(
        home.problem(&["status"]),
        (
            3,
            serde_json::json!({
                "code": "not_running",
                "message": "the peer is not running",
                "hint": "peer up --background",
            })
        )
    );
    let started = home.json(&["up", "--background"]);
    let status = home.json(&["status"]);
    assert_eq!(started["peer"]["id"], status["peer"]["id"]);
    assert_eq!(status["peer"]["home"], home.folder().to_str().unwrap());
    assert!(is_alive(&status["peer"]["pid"]));
    assert_eq!(mode(&home.folder()), 0o700);
    for file in ["log", "ports", "socket"] {
        assert_eq!(mode(&home.folder().join(file)), 0o600, "{file}");
    }
    assert_eq!(home.json(&["down"])["stopped"], true);
    assert!(!is_alive(&status["peer"]["pid"]), "down waits until it is gone");
    assert_eq!(home.problem(&["down"]).0, 3);
    assert!(!home.folder().join("socket").exists());
    assert!(home.ok(&["log"]).contains("the peer has stopped"));
}

#[test]
fn a_second_start_says_so() {
    let home = Home::up();
    for arguments in [["up"].as_slice(), &["up", "--background"]] {
        let (exit, problem) = home.problem(arguments);
        assert_eq!((exit, &problem["code"]), (4, &"already_running".into()), "{arguments:?}");
    }
    home.ok(&["status"]);
}

#[test]
fn ports_are_kept() {
    let home = Home::up();
    let before = home.json(&["status"]);
    home.ok(&["down"]);
    home.ok(&["up", "--background"]);
    let after = home.json(&["status"]);
    assert_eq!(before["peer"]["port"], after["peer"]["port"]);
    assert_eq!(before["api"]["url"], after["api"]["url"]);
}

#[test]
fn alone_it_starts_and_says_what_to_type() {
    let home = Home::new();
    assert!(home.ok(&[]).contains("peer space new"));
    assert!(home.ok(&[]).contains("peer space new"), "also when it runs already");
}

#[test]
fn a_name_is_given_and_kept() {
    let home = Home::up();
    assert_eq!(home.ok(&["name", "Mira"]), "Mira\n");
    home.ok(&["down"]);
    home.ok(&["up", "--background"]);
    assert_eq!(home.json(&["status"])["person"]["name"], "Mira");
}

#[test]
fn a_signal_stops_the_foreground_cleanly() {
    let home = Home::new();
    let mut child = home.command(&["up"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    while home.run(&["status"]).status.code() == Some(3) {
        assert!(child.try_wait().unwrap().is_none(), "it runs");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let killed = std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success() && child.wait().unwrap().success());
    assert!(!home.folder().join("socket").exists());
}

#[test]
fn nonsense_is_told_in_three_lines() {
    let home = Home::new();
    let ran = home.run(&["fly"]);
    let text = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(text.starts_with("error: ") && text.contains("\ntry: "), "{text}");
    assert!(!text.contains('\x1b'), "no colours where there is no terminal");
    assert_eq!(home.problem(&["fly"]).1["code"], "usage");
}
