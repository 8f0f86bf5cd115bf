//! The commands, keys and exits that others rely on, word for word: between two homes on one computer, and between
//! two computers on a network with no way out.

use e2e::{home::Home, lan::Lan, tree};
use serde_json::Value;

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no text {key} in {value}"))
}

fn the_script(anna: &Home, ben: &Home) {
    let status = anna.json(&["status"]);
    for (part, key) in [("peer", "id"), ("person", "id"), ("person", "name"), ("api", "url")] {
        assert!(!text(&status[part], key).is_empty(), "{part}.{key}");
    }
    let made = anna.json(&["space", "new", "Lab"]);
    let space = text(&made["space"], "id").to_owned();
    let invited = anna.json(&["invite", "Lab"]);
    let joined = ben.json(&["join", text(&invited, "link"), "--yes"]);
    assert_eq!(text(&joined["space"], "id"), space);

    let said = anna.json(&["say", "Lab", "hi"]);
    let message = ben.until(&["read", "Lab"], |lines| lines.iter().find(|line| line["id"] == said["id"]).cloned());
    assert_eq!(text(&message, "text"), "hi");
    assert_eq!(text(&message, "author"), "Anna");
    assert!(text(&message, "time").contains('T'));

    share_and_get(anna, ben);
    everybody_is_there(anna, ben, &space);
    anna.ok(["down"]);
    ben.ok(["down"]);
    assert_eq!(anna.run(["say", "Lab", "x"]).code, 3, "not running has the exit code 3");
}

fn share_and_get(anna: &Home, ben: &Home) {
    let folder = anna.scratch().join("notes");
    tree::write_file(&folder.join("small.txt"), 1, 100);
    tree::write_file(&folder.join("deep/er/middle.bin"), 2, 100_000);
    tree::write_file(&folder.join("big.bin"), 3, 3_000_001);
    tree::write_file(&folder.join("empty"), 4, 0);
    anna.ok(["share", "Lab", folder.to_str().unwrap(), "--json"]);
    let files = ben.until(&["files", "Lab"], |lines| (lines.len() == 4).then(|| lines.to_vec()));
    let big = files.iter().find(|file| file["path"] == "notes/big.bin").expect("a shared folder's name comes first");
    assert_eq!(big["size"], 3_000_001);
    assert_eq!(big["state"], "remote");
    assert_eq!(text(big, "hash").len(), 64);

    let to = ben.scratch().join("got");
    ben.ok(["get", "Lab", "notes", "--to", to.to_str().unwrap()]);
    assert_eq!(tree::assert_same(&folder, &to.join("notes")), 4);
    let here = ben.lines(&["files", "Lab"]);
    assert!(here.iter().all(|file| file["state"] == "here"), "{here:?}");
}

fn everybody_is_there(anna: &Home, ben: &Home, space: &str) {
    for home in [anna, ben] {
        let members = home.until(&["members", &space[..8]], |lines| {
            (lines.len() == 2 && lines.iter().all(|member| member["online"] == true)).then(|| lines.to_vec())
        });
        let names: Vec<&str> = members.iter().map(|member| text(member, "name")).collect();
        assert!(names.contains(&"Anna") && names.contains(&"Ben"), "{names:?}");
        for member in &members {
            assert_eq!(member["peers"].as_array().map(Vec::len), Some(1));
            assert!(["owner", "manager", "writer", "reader"].contains(&text(member, "role")));
        }
    }
}

#[test]
fn two_homes_on_one_computer() {
    the_script(&Home::up("Anna"), &Home::up("Ben"));
}

#[test]
fn two_computers_with_no_way_out() {
    let Some(lan) = Lan::or_skip(2) else { return };
    let anna = Home::in_namespace("Anna", Some(lan.host(1))).started();
    let ben = Home::in_namespace("Ben", Some(lan.host(2))).started();
    the_script(&anna, &ben);
}
