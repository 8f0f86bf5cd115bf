//! Real input: a folder of tens of thousands of files, a large file whose receiver is killed again and again.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use e2e::{dice::Dice, home::Home, tree};

fn two_members() -> (Home, Home) {
    let (anna, ben) = (Home::up("Anna"), Home::up("Ben"));
    anna.ok(["space", "new", "Lab"]);
    let link = anna.json(&["invite", "Lab"])["link"].as_str().unwrap().to_owned();
    ben.ok(["join", &link, "--yes"]);
    (anna, ben)
}

fn rust_documentation() -> PathBuf {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc is here");
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim()).join("share/doc")
}

#[test]
fn the_documentation_of_rust_arrives_equal() {
    let folder = rust_documentation();
    if !folder.is_dir() {
        println!("skipped: this toolchain has no {}", folder.display());
        return;
    }
    let (anna, ben) = two_members();
    anna.ok(["share", "Lab", folder.to_str().unwrap()]);
    let files = tree::files(&folder).len();
    ben.until(&["files", "Lab"], |lines| (lines.len() == files).then_some(()));
    let to = ben.scratch().join("got");
    ben.ok(["get", "Lab", "doc", "--to", to.to_str().unwrap()]);
    println!("files: {} arrived equal", tree::assert_same(&folder, &to.join("doc")));
}

#[test]
fn what_is_attached_is_fetched_by_its_message() {
    let (anna, ben) = two_members();
    for name in ["plan.txt", "list.txt"] {
        std::fs::write(anna.scratch().join(name), name).unwrap();
    }
    let attach = |name: &str| anna.scratch().join(name).to_str().unwrap().to_owned();
    let said =
        anna.json(&["say", "Lab", "see these", "--attach", &attach("plan.txt"), "--attach", &attach("list.txt")]);
    let id = said["id"].as_str().unwrap();
    ben.until(&["read", "Lab"], |lines| lines.iter().any(|line| line["id"] == id).then_some(()));
    let to = ben.scratch().join("got");
    let get = ["get", "Lab", "--message", &id[..12], "--to", to.to_str().unwrap()];
    let done = ben.json(&[&get[..], &["plan.txt"]].concat());
    assert_eq!(done["files"], 1);
    assert!(!to.join("list.txt").exists(), "only what was named");
    assert_eq!(ben.json(&get)["files"], 2);
    for name in ["plan.txt", "list.txt"] {
        assert_eq!(std::fs::read_to_string(to.join(name)).unwrap(), name);
    }
}

const LARGE: usize = 1 << 30;
const KILLS: usize = 5;

/// What may be fetched twice, as a share of the file.
const MOST_TWICE: f64 = 0.05;

#[test]
fn a_large_file_survives_five_kills_of_its_receiver() {
    let (anna, ben) = two_members();
    let file = anna.scratch().join("large.bin");
    tree::write_file(&file, 7, LARGE);
    anna.ok(["share", "Lab", file.to_str().unwrap()]);
    ben.until(&["files", "Lab"], |lines| (lines.len() == 1).then_some(()));

    let to = ben.scratch().join("got");
    let get = ["get", "Lab", "large.bin", "--to", to.to_str().unwrap(), "--json"];
    let mut dice = Dice::from_env("kills");
    let before = sent_bytes(&anna);
    for _ in 0..KILLS {
        let mut child = ben.command(get).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(100 + dice.roll() % 700));
        ben.kill();
        let _ = child.wait();
        ben.restart();
    }
    ben.ok(get);
    assert!(std::fs::read(&file).unwrap() == std::fs::read(to.join("large.bin")).unwrap(), "the file is equal");
    let twice = sent_bytes(&anna).saturating_sub(before) as f64 / LARGE as f64 - 1.0;
    println!("kills: {:.2}% fetched twice", twice * 100.0);
    assert!(twice <= MOST_TWICE, "{:.2}% fetched twice", twice * 100.0);
}

/// Bytes of blobs the peer has sent to others since it started.
fn sent_bytes(home: &Home) -> u64 {
    home.json(&["status"])["sent_bytes"].as_u64().expect("status counts what was sent")
}
