//! Who gets in, through whom, and who does not.

use e2e::home::Home;

fn link(home: &Home, options: &[&str]) -> String {
    let arguments: Vec<&str> = ["invite", "Lab"].into_iter().chain(options.iter().copied()).collect();
    home.json(&arguments)["link"].as_str().expect("a link").to_owned()
}

#[test]
fn any_member_lets_a_newcomer_in_while_the_inviter_is_away() {
    let (anna, ben) = (Home::up("Anna"), Home::up("Ben"));
    anna.ok(["space", "new", "Lab"]);
    let open = link(&anna, &[]);
    ben.ok(["join", &open, "--yes"]);
    ben.until(&["invites", "Lab"], |lines| (!lines.is_empty()).then_some(()));
    let again = link(&anna, &[]);
    ben.until(&["invites", "Lab"], |lines| (lines.len() == 2).then_some(()));
    anna.ok(["down"]);
    let cleo = Home::up("Cleo");
    cleo.ok(["join", &again, "--yes"]);
    assert_eq!(cleo.until(&["members", "Lab"], |lines| (lines.len() == 3).then_some(lines.len())), 3);
}

#[test]
fn used_up_expired_and_withdrawn_are_refused_in_the_same_words() {
    let (anna, ben, cleo) = (Home::up("Anna"), Home::up("Ben"), Home::up("Cleo"));
    anna.ok(["space", "new", "Lab"]);
    let once = link(&anna, &["--uses", "1"]);
    ben.ok(["join", &once, "--yes"]);
    let brief = link(&anna, &["--expires", "1s"]);
    let withdrawn = anna.json(&["invite", "Lab"]);
    anna.ok(["uninvite", withdrawn["id"].as_str().unwrap()]);
    std::thread::sleep(std::time::Duration::from_secs(2));

    for refused in [once.as_str(), &brief, withdrawn["link"].as_str().unwrap()] {
        let (code, problem) = cleo.problem(&["join", refused, "--yes"]);
        assert_eq!((code, &problem["code"]), (9, &"invitation".into()), "{problem}");
    }
    assert!(cleo.lines(&["spaces"]).is_empty());
    assert_eq!(anna.lines(&["members", "Lab"]).len(), 2);
}
