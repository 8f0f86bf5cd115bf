//! Meeting by address alone, being seen nearby, direct messages, blocking.

use e2e::{home::Home, lan::Lan};

#[test]
fn an_address_is_enough_to_meet_and_words_make_contacts() {
    let (anna, ben) = (Home::up("Anna"), Home::up("Ben"));
    let port = ben.json(&["status"])["peer"]["port"].as_u64().unwrap();
    let asked = anna.json(&["connect", &format!("127.0.0.1:{port}")]);
    let words = asked["words"].as_str().expect("words to compare").to_owned();
    let request = ben.until(&["requests"], |lines| lines.first().cloned());
    assert_eq!(request["words"].as_str(), Some(words.as_str()));
    assert_eq!(request["name"], "Anna");

    ben.ok(["confirm", "Anna"]);
    let people = anna.lines(&["people"]);
    assert!(people.iter().all(|person| person["contact"] != true), "one yes is not enough: {people:?}");
    anna.ok(["confirm", "Ben"]);
    for (home, other) in [(&anna, "Ben"), (&ben, "Anna")] {
        home.until(&["people"], |lines| lines.iter().any(|p| p["name"] == other && p["contact"] == true).then_some(()));
    }

    anna.ok(["say", "@Ben", "just us"]);
    ben.until(&["read", "@Anna"], |lines| lines.iter().any(|m| m["text"] == "just us").then_some(()));
    ben.ok(["say", "@Anna", "indeed"]);
    anna.until(&["read", "@Ben"], |lines| (lines.len() == 2).then_some(()));

    ben.ok(["block", "Anna"]);
    anna.ok(["say", "@Ben", "still there?"]);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert!(ben.lines(&["read", "@Anna"]).iter().all(|m| m["text"] != "still there?"));
    ben.ok(["unblock", "Anna"]);
    ben.until(&["read", "@Anna"], |lines| lines.iter().any(|m| m["text"] == "still there?").then_some(()));
}

#[test]
fn people_nearby_are_seen_with_no_way_out_of_the_network() {
    let Some(lan) = Lan::or_skip(2) else { return };
    let anna = Home::in_namespace("Anna", Some(lan.host(1))).started();
    let ben = Home::in_namespace("Ben", Some(lan.host(2))).started();
    let seen = anna.until(&["nearby"], |lines| lines.iter().find(|person| person["name"] == "Ben").cloned());
    assert_eq!(seen["id"], ben.json(&["id"])["peer"]);
    ben.ok(["nearby", "--off"]);
    anna.until(&["nearby"], |lines| lines.iter().all(|person| person["name"] != "Ben").then_some(()));
}

#[test]
fn a_file_is_sent_by_a_few_words_on_one_network() {
    let Some(lan) = Lan::or_skip(2) else { return };
    let anna = Home::in_namespace("Anna", Some(lan.host(1))).started();
    let ben = Home::in_namespace("Ben", Some(lan.host(2))).started();
    let file = anna.scratch().join("note.txt");
    std::fs::write(&file, "for you").unwrap();
    let offer = anna.json(&["send", file.to_str().unwrap()]);
    let to = ben.scratch().join("in");
    ben.ok(["receive", offer["code"].as_str().unwrap(), "--to", to.to_str().unwrap()]);
    assert_eq!(std::fs::read_to_string(to.join("note.txt")).unwrap(), "for you");

    let link = anna.json(&["send", file.to_str().unwrap()])["link"].as_str().unwrap().to_owned();
    let other = ben.scratch().join("by-link");
    ben.ok(["receive", &link, "--to", other.to_str().unwrap()]);
    assert_eq!(std::fs::read_to_string(other.join("note.txt")).unwrap(), "for you");
}

#[test]
fn three_wrong_guesses_kill_a_code() {
    let Some(lan) = Lan::or_skip(2) else { return };
    let anna = Home::in_namespace("Anna", Some(lan.host(1))).started();
    let ben = Home::in_namespace("Ben", Some(lan.host(2))).started();
    let file = anna.scratch().join("note.txt");
    std::fs::write(&file, "for you").unwrap();
    let code = anna.json(&["send", file.to_str().unwrap()])["code"].as_str().unwrap().to_owned();
    let to = ben.scratch().join("in");
    let wrong: String = {
        let mut words: Vec<&str> = code.split('-').collect();
        // The first word only finds the offer; the others are the secret.
        words[1..].rotate_left(1);
        words.join("-")
    };
    assert_ne!(wrong, code);
    for _ in 0..3 {
        assert_ne!(ben.run(["receive", &wrong, "--to", to.to_str().unwrap()]).code, 0);
    }
    assert_ne!(ben.run(["receive", &code, "--to", to.to_str().unwrap()]).code, 0, "the right code comes too late");
}
