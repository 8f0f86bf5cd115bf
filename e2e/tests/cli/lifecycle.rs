//! Starting, stopping, asking: the peer as a program of its computer.

use e2e::home::Home;

#[test]
fn a_second_start_says_so_and_stopping_is_clean() {
    let home = Home::up("Anna");
    let (code, problem) = home.problem(&["up"]);
    assert_eq!((code, problem["code"].as_str()), (4, Some("already_running")));
    let port = home.json(&["status"])["peer"]["port"].clone();
    home.ok(["down"]);
    assert_eq!(home.problem(&["status"]).0, 3);
    home.restart();
    assert_eq!(home.json(&["status"])["peer"]["port"], port, "the port is kept");
    assert_eq!(home.json(&["status"])["person"]["name"], "Anna");
}

#[test]
fn nothing_waits_for_an_answer_without_a_terminal() {
    let (anna, ben) = (Home::up("Anna"), Home::up("Ben"));
    anna.ok(["space", "new", "Lab"]);
    let link = anna.json(&["invite", "Lab"])["link"].as_str().unwrap().to_owned();
    let (_, problem) = ben.problem(&["join", &link]);
    assert_eq!(problem["code"], "needs_answer");
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("--yes")), "{problem}");
}

#[test]
fn a_copied_home_takes_a_new_key_and_a_restored_one_too() {
    let (anna, ben) = (Home::up("Anna"), Home::up("Ben"));
    anna.ok(["space", "new", "Lab"]);
    let link = anna.json(&["invite", "Lab"])["link"].as_str().unwrap().to_owned();
    ben.ok(["join", &link, "--yes"]);
    anna.ok(["say", "Lab", "before"]);
    let key = anna.json(&["id"])["peer"].clone();

    let backup = anna.scratch().join("anna.age");
    let mut command = anna.command(["backup", backup.to_str().unwrap()]);
    assert!(command.env("PEER_PASSPHRASE", "correct horse").status().unwrap().success());
    anna.ok(["say", "Lab", "after the backup"]);
    ben.until(&["read", "Lab"], |lines| (lines.len() == 2).then_some(()));
    anna.ok(["down"]);

    let restored = Home::new("Anna");
    let mut wrong = restored.command(["restore", backup.to_str().unwrap()]);
    assert!(!wrong.env("PEER_PASSPHRASE", "wrong").status().unwrap().success());
    let mut right = restored.command(["restore", backup.to_str().unwrap()]);
    assert!(right.env("PEER_PASSPHRASE", "correct horse").status().unwrap().success());
    restored.restart();
    assert_ne!(restored.json(&["id"])["peer"], key);
    restored.until(&["read", "Lab"], |lines| (lines.len() == 2).then_some(()));
    restored.ok(["say", "Lab", "from the restored home"]);
    ben.until(&["read", "Lab"], |lines| (lines.len() == 3).then_some(()));
    let members = ben.lines(&["members", "Lab"]);
    assert_eq!(members.len(), 2, "the same person, not a third: {members:?}");
}

#[test]
fn a_home_of_a_newer_version_is_refused_and_untouched() {
    let home = Home::up("Anna");
    home.ok(["down"]);
    let version = home.path().join("version");
    let before = std::fs::read_to_string(&version).expect("a home says its version");
    std::fs::write(&version, "999\n").unwrap();
    let (_, problem) = home.problem(&["up", "--background"]);
    assert_eq!(problem["code"], "home", "{problem}");
    assert_eq!(std::fs::read_to_string(&version).unwrap(), "999\n");
    std::fs::write(&version, before).unwrap();
    home.restart();
    assert_eq!(home.json(&["status"])["person"]["name"], "Anna");
}
