//! History comes from whoever has it: a newcomer gets everything from a member who wrote none of it.

use std::io::Write;

use e2e::{home::Home, wait};

const MESSAGES: usize = 10_000;

/// Says so many messages through one command, a line each.
fn say_many(home: &Home, space: &str, from: usize, count: usize) {
    let mut child = home
        .command(["say", space, "-", "--each-line", "--json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the built program runs");
    let mut input = child.stdin.take().expect("a pipe");
    for number in from..from + count {
        writeln!(input, "message {number}").expect("the command reads");
    }
    drop(input);
    assert!(child.wait().expect("the command ends").success());
}

#[test]
fn everything_from_a_member_who_wrote_nothing() {
    let (anna, ben) = (Home::up("Anna"), Home::up("Ben"));
    anna.ok(["space", "new", "Lab"]);
    let link = anna.json(&["invite", "Lab"])["link"].as_str().unwrap().to_owned();
    let cleo = Home::up("Cleo");
    for home in [&ben, &cleo] {
        home.ok(["join", &link, "--yes"]);
    }
    say_many(&anna, "Lab", 0, MESSAGES / 2);
    say_many(&ben, "Lab", MESSAGES / 2, MESSAGES / 2);
    wait::within(wait::PATIENCE * 3, "Cleo has all", || (count(&cleo) == MESSAGES).then_some(()));
    // Made now, so that it names members besides the one who makes it.
    let link = anna.json(&["invite", "Lab"])["link"].as_str().unwrap().to_owned();
    cleo.until(&["invites", "Lab"], |lines| (lines.len() == 2).then_some(()));
    anna.ok(["down"]);
    ben.ok(["down"]);

    let dora = Home::up("Dora");
    dora.ok(["join", &link, "--yes"]);
    wait::within(wait::PATIENCE * 3, "Dora has all, from Cleo alone", || (count(&dora) == MESSAGES).then_some(()));
    assert_eq!(cleo.ok(["read", "Lab", "--json"]).lines().count(), MESSAGES);
    let order = |home: &Home| home.lines(&["read", "Lab"]).iter().map(|m| m["id"].clone()).collect::<Vec<_>>();
    assert_eq!(order(&cleo), order(&dora));
}

fn count(home: &Home) -> usize {
    home.ok(["read", "Lab", "--json"]).lines().count()
}
