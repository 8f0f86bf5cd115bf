//! The list of transfers, and the bytes of files that are only looked at.

use std::{fs, path::Path};

use api::{
    Code,
    chat::Say,
    event::Event,
    files::{Get, ListFiles, Progress, Share},
    transfers::{SetTransfer, Transfer, TransferKind, TransferState},
};
use node::Node;

use crate::{
    people::contacts,
    tree::{bytes, finished},
    world::until,
};

async fn share(node: &Node, path: &Path) {
    let ask = Share { paths: vec![path.into()], ..Share::default() };
    finished(node.transfers().share("@Ben", ask).await.unwrap()).await.0.unwrap();
}

fn get(to: &Path, background: bool) -> Get {
    Get { paths: vec!["large".into()], to: to.into(), background }
}

async fn listed(node: &Node) {
    until("the list has come", async || {
        node.files().list("@Ann", ListFiles::default()).await.is_ok_and(|files| files.len() == 1)
    })
    .await;
}

fn one(node: &Node) -> Transfer {
    let mut all = node.transfers().list();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_is_listed_paused_taken_up_and_ended() {
    const SIZE: usize = 64 << 20;
    let dir = tempfile::tempdir().unwrap();
    let (ann, ben) = contacts().await;
    fs::write(dir.path().join("large"), bytes(1, SIZE)).unwrap();
    share(&ann, &dir.path().join("large")).await;
    let shared = one(&ann);
    assert_eq!((shared.kind, shared.state, shared.name.as_str()), (TransferKind::Share, TransferState::Done, "large"));
    assert_eq!((shared.bytes, shared.total_bytes, shared.files), (SIZE as u64, SIZE as u64, 1));
    listed(&ben).await;

    let to = dir.path().join("to");
    let mut events = ben.events();
    let mut lines = ben.transfers().get("@Ann", get(&to, true)).await.unwrap();
    while !matches!(lines.recv().await, Some(Progress::Going { bytes, .. }) if bytes > 0) {}
    let id = one(&ben).id;
    ben.transfers().set(&id, SetTransfer { paused: true }).unwrap();
    until("it is paused", async || one(&ben).state == TransferState::Paused).await;
    let step = |line: &Progress| matches!(line, Progress::Going { step, .. } if step == "paused");
    while !step(&lines.recv().await.expect("who began it is told")) {}
    assert!(!to.join("large").exists());
    drop(lines);

    ben.transfers().set(&id, SetTransfer { paused: false }).unwrap();
    until("it is done without anybody listening", async || one(&ben).state == TransferState::Done).await;
    assert!(fs::read(to.join("large")).unwrap() == bytes(1, SIZE));
    let mut states = Vec::new();
    while !states.ends_with(&[TransferState::Done]) {
        if let Event::Transfer { transfer, .. } = &*events.next().await.unwrap()
            && states.last() != Some(&transfer.state)
        {
            states.push(transfer.state);
        }
    }
    use TransferState::{Done, Going, Paused};
    assert_eq!(states, [Going, Paused, Going, Done]);
    assert_eq!(ben.transfers().set(&id, SetTransfer { paused: true }).unwrap_err().code, Code::Usage);
    ben.transfers().end(&id).unwrap();
    assert!(ben.transfers().list().is_empty());
    assert_eq!(ben.transfers().end(&id).unwrap_err().code, Code::NotFound);
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_nobody_waits_for_stops_and_the_same_again_takes_its_place() {
    const SIZE: usize = 64 << 20;
    let dir = tempfile::tempdir().unwrap();
    let (ann, ben) = contacts().await;
    fs::write(dir.path().join("large"), bytes(1, SIZE)).unwrap();
    share(&ann, &dir.path().join("large")).await;
    listed(&ben).await;
    let to = dir.path().join("to");
    let mut lines = ben.transfers().get("@Ann", get(&to, false)).await.unwrap();
    while !matches!(lines.recv().await, Some(Progress::Going { bytes, .. }) if bytes > 0) {}
    drop(lines);
    until("it is stopped", async || one(&ben).state == TransferState::Paused).await;
    finished(ben.transfers().get("@Ann", get(&to, false)).await.unwrap()).await.0.unwrap();
    assert_eq!(one(&ben).state, TransferState::Done);
    let none = ben.transfers().get("@Ann", Get { paths: vec!["none".into()], ..get(&to, false) }).await;
    assert_eq!(none.unwrap_err().code, Code::NotFound, "what is known at once is said at once, and not listed");
    assert_eq!(ben.transfers().list().len(), 1);
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_looked_at_before_it_is_fetched() {
    let dir = tempfile::tempdir().unwrap();
    let (ann, ben) = contacts().await;
    let (large, small) = (bytes(1, 5_000_000), b"a few words".to_vec());
    fs::create_dir(dir.path().join("top")).unwrap();
    fs::write(dir.path().join("top/large"), &large).unwrap();
    fs::write(dir.path().join("top/small"), &small).unwrap();
    share(&ann, &dir.path().join("top")).await;
    until("the list has come", async || {
        ben.files().list("@Ann", ListFiles::default()).await.is_ok_and(|files| files.len() == 2)
    })
    .await;
    let at = |path: &str| ListFiles { path: Some(path.into()), path_bytes: None };
    let content = ben.files().content("@Ann", at("top/large")).await.unwrap();
    assert_eq!((content.name.as_str(), content.size), ("large", 5_000_000));
    assert_eq!(content.read(4_000_000..4_000_010).await.unwrap(), large[4_000_000..4_000_010]);
    assert_eq!(content.read(0..u64::MAX).await.unwrap().len() as u64, node::files::MAX_PIECE_BYTES);
    assert_eq!(content.read(4_999_990..u64::MAX).await.unwrap(), large[4_999_990..]);
    assert!(content.read(6_000_000..7_000_000).await.unwrap().is_empty());
    let content = ben.files().content("@Ann", at("top/small")).await.unwrap();
    assert_eq!(content.read(0..u64::MAX).await.unwrap(), small);
    for none in ["top/none", "top"] {
        assert_eq!(ben.files().content("@Ann", at(none)).await.err().unwrap().code, Code::NotFound, "{none}");
    }
    let attach = vec![dir.path().join("top/small").as_path().into()];
    let said = ann.chat().say("@Ben", Say { text: "look".into(), reply_to: None, attach }).await.unwrap();
    until("the message has come", async || ben.chat().attached(&said.id, 0).await.is_ok()).await;
    let content = ben.chat().attached(&said.id, 0).await.unwrap();
    assert_eq!((content.name.as_str(), content.read(2..5).await.unwrap()), ("small", b"few".to_vec()));
    assert_eq!(ben.chat().attached(&said.id, 1).await.err().unwrap().code, Code::NotFound);
    ann.stop().await;
    until("Ann is away", async || !ben.people().list().unwrap()[0].online).await;
    let content = ben.files().content("@Ann", at("top/large")).await.unwrap();
    assert_eq!(content.read(2_000_000..2_000_010).await.unwrap_err().code, Code::Unreachable);
    ben.stop().await;
}

#[tokio::test]
async fn who_writes_is_told_to_the_others() {
    let (ann, ben) = contacts().await;
    let space = ann.core().resolve_space("@Ben").await.unwrap();
    until("Ben holds it", async || ben.core().space(space.id()).is_some()).await;
    let mut events = ben.events();
    ann.chat().typing("@Ben").await.unwrap();
    ann.chat().typing("@Ben").await.unwrap();
    let typing = Event::Typing { space: space.id().to_string(), person: ann.core().me().to_string() };
    while *events.next().await.unwrap() != typing {}
    let more = async { while *events.next().await.unwrap() != typing {} };
    let soon = std::time::Duration::from_millis(300);
    assert!(tokio::time::timeout(soon, more).await.is_err(), "at once again is not told");
    ann.stop().await;
    ben.stop().await;
}
