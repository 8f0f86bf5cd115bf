use std::{fs, os::unix::fs::MetadataExt, path::Path};

use api::{
    AnyPath, Code,
    files::{Done, File, FileState, Get, ListFiles, Share, Unshare},
    spaces::{Kind, NewSpace},
};
use node::Node;

use crate::{
    tree::{assert_same, bytes, contents, finished, plant},
    world::{Body, node},
};

async fn with_space(name: &str, seed: u8) -> Node {
    let node = node(name, seed).await;
    node.spaces().create(NewSpace { name: "Lab".into(), kind: Kind::Group }).await.unwrap();
    node
}

async fn share(node: &Node, path: &Path) -> Done {
    share_with(node, path, false).await.0
}

async fn share_with(node: &Node, path: &Path, copy: bool) -> (Done, Vec<String>) {
    let ask = Share { paths: vec![path.into()], copy, background: false };
    let (done, notes) = finished(node.files().share("Lab", ask).await.unwrap()).await;
    (done.unwrap(), notes.into_keys().collect())
}

async fn get(node: &Node, path: &str, to: &Path) -> (Result<Done, api::Problem>, Vec<String>) {
    let ask = Get { paths: vec![path.into()], to: to.into(), background: false };
    let (done, notes) = finished(node.files().get("Lab", ask).await.unwrap()).await;
    (done, notes.into_keys().collect())
}

async fn list(node: &Node) -> Vec<File> {
    node.files().list("Lab", ListFiles::default()).await.unwrap()
}

async fn one(node: &Node, path: &str) -> File {
    list(node).await.into_iter().find(|file| file.path == path).expect("it is shared")
}

#[tokio::test]
async fn a_folder_is_shared_listed_and_written_out_equal() {
    let dir = tempfile::tempdir().unwrap();
    let (source, to) = (dir.path().join("all kinds"), dir.path().join("to"));
    plant(&source);
    let ann = with_space("Ann", 1).await;
    let done = share(&ann, &source).await;
    let files = contents(&source).into_values().flatten().count();
    assert_eq!((done.files, done.paths), (files as u64, vec!["all kinds".to_string()]));
    let listed = list(&ann).await;
    assert_eq!(listed.len(), files);
    assert!(listed.iter().all(|file| file.state == FileState::Shared && file.have == file.size && file.by == "Ann"));
    let large = one(&ann, "all kinds/large").await;
    assert_eq!((large.size, large.hash), (3_000_000, blake3::hash(&bytes(1, 3_000_000)).to_hex().to_string()));
    let odd = listed.iter().find(|file| file.path_bytes.is_some()).expect("names that are not text");
    assert!(odd.path.contains('\u{fffd}'));

    let (done, _) = get(&ann, "all kinds", &to).await;
    assert_eq!(done.unwrap().files, files as u64);
    assert_same(&to.join("all kinds"), &source);
    let modified = |path: &Path| fs::metadata(path.join("run")).unwrap().mtime();
    assert_eq!(modified(&to.join("all kinds")), modified(&source));
    ann.stop().await;
}

#[tokio::test]
async fn a_file_deep_down_and_one_whose_name_is_no_text_are_got_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (source, to) = (dir.path().join("top"), dir.path().join("to"));
    plant(&source);
    let ann = with_space("Ann", 1).await;
    share(&ann, &source).await;
    get(&ann, "top/deep/er/7", &to).await.0.unwrap();
    get(&ann, "top/caf\u{fffd}", &to).await.0.unwrap();
    assert_eq!(contents(&to).len(), 2);
    assert_eq!(fs::read(to.join("7")).unwrap(), bytes(7, 4200));
    let ask = Get { paths: vec!["top/none".into()], to: to.as_path().into(), background: false };
    assert_eq!(ann.files().get("Lab", ask).await.unwrap_err().code, Code::NotFound);
    ann.stop().await;
}

#[tokio::test]
async fn sharing_again_writes_what_changed_and_takes_back_what_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("top");
    plant(&source);
    let ann = with_space("Ann", 1).await;
    share(&ann, &source).await;
    let before = list(&ann).await;
    let done = share(&ann, &source).await;
    assert_eq!(done.files, before.len() as u64);
    assert_eq!(list(&ann).await, before);

    fs::write(source.join("run"), "other").unwrap();
    fs::write(source.join("new"), "new").unwrap();
    fs::remove_file(source.join("deep/er/3")).unwrap();
    fs::remove_dir(source.join("empty/folder")).unwrap();
    share(&ann, &source).await;
    let after = list(&ann).await;
    assert_eq!(after.len(), before.len());
    assert_eq!(one(&ann, "top/run").await.hash, blake3::hash(b"other").to_hex().to_string());
    assert!(!after.iter().any(|file| file.path == "top/deep/er/3"));
    let to = dir.path().join("to");
    get(&ann, "top", &to).await.0.unwrap();
    assert_same(&to.join("top"), &source);
    ann.stop().await;
}

#[tokio::test]
async fn two_folders_of_one_name_are_two() {
    let dir = tempfile::tempdir().unwrap();
    for (place, content) in [("a", "1"), ("b", "2")] {
        fs::create_dir_all(dir.path().join(place).join("docs")).unwrap();
        fs::write(dir.path().join(place).join("docs/file"), content).unwrap();
    }
    let ann = with_space("Ann", 1).await;
    assert_eq!(share(&ann, &dir.path().join("a/docs")).await.paths, ["docs"]);
    assert_eq!(share(&ann, &dir.path().join("b/docs")).await.paths, ["docs (2)"]);
    assert_eq!(share(&ann, &dir.path().join("a/docs/")).await.paths, ["docs"]);
    assert_eq!(list(&ann).await.len(), 2);
    ann.stop().await;
}

#[tokio::test]
async fn links_are_said_and_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("top")).unwrap();
    fs::write(dir.path().join("secret"), "secret").unwrap();
    fs::write(dir.path().join("top/file"), "open").unwrap();
    std::os::unix::fs::symlink("../secret", dir.path().join("top/link")).unwrap();
    std::os::unix::fs::symlink("..", dir.path().join("top/up")).unwrap();
    let ann = with_space("Ann", 1).await;
    let (done, notes) = share_with(&ann, &dir.path().join("top"), false).await;
    assert_eq!((done.files, notes), (1, vec!["top/link".to_string(), "top/up".to_string()]));
    assert_eq!(list(&ann).await.len(), 1);
    ann.stop().await;
}

#[tokio::test]
async fn what_stands_already_is_left_and_what_differs_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (source, to) = (dir.path().join("top"), dir.path().join("to"));
    plant(&source);
    let ann = with_space("Ann", 1).await;
    share(&ann, &source).await;
    get(&ann, "top", &to).await.0.unwrap();
    fs::write(to.join("top/run"), "mine").unwrap();
    let inode = |name: &str| fs::metadata(to.join("top").join(name)).unwrap().ino();
    let (large, small) = (inode("large"), inode("deep/er/9"));
    let (done, notes) = get(&ann, "top", &to).await;
    assert_eq!((done.unwrap().fetched_bytes, notes), (0, vec!["top/run".to_string()]));
    assert_eq!((inode("large"), inode("deep/er/9")), (large, small));
    assert_eq!(fs::read(to.join("top/run")).unwrap(), b"mine");
    let hash = blake3::hash(b"#!/bin/sh\n").to_hex();
    assert_eq!(fs::read(to.join(format!("top/run~{}", &hash[..8]))).unwrap(), b"#!/bin/sh\n");
    let count = contents(&to).len();
    get(&ann, "top", &to).await.0.unwrap();
    assert_eq!(contents(&to).len(), count);
    ann.stop().await;
}

#[tokio::test]
async fn nothing_is_written_through_a_link_out_of_the_target() {
    let dir = tempfile::tempdir().unwrap();
    let (source, to, outside) = (dir.path().join("top"), dir.path().join("to"), dir.path().join("outside"));
    plant(&source);
    fs::create_dir(&to).unwrap();
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, to.join("top")).unwrap();
    let ann = with_space("Ann", 1).await;
    share(&ann, &source).await;
    let (done, _) = get(&ann, "top", &to).await;
    assert_eq!(done.unwrap_err().code, Code::File);
    assert!(contents(&outside).is_empty());
    ann.stop().await;
}

#[tokio::test]
async fn a_source_that_changed_is_said_unless_it_was_copied() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = net::blobs::Blobs::open(&dir.path().join("blobs")).await.unwrap().blobs;
    let ann = Body::new("Ann", 1).start_with(blobs).await;
    ann.spaces().create(NewSpace { name: "Lab".into(), kind: Kind::Group }).await.unwrap();
    for name in ["referred", "copied", "gone"] {
        fs::write(dir.path().join(name), bytes(1, 300_000)).unwrap();
        share_with(&ann, &dir.path().join(name), name == "copied").await;
    }
    fs::write(dir.path().join("referred"), bytes(2, 300_000)).unwrap();
    fs::write(dir.path().join("copied"), bytes(2, 300_000)).unwrap();
    fs::remove_file(dir.path().join("gone")).unwrap();
    assert_eq!(one(&ann, "referred").await.state, FileState::Changed);
    assert_eq!(one(&ann, "gone").await.state, FileState::Changed);
    assert_eq!(one(&ann, "copied").await.state, FileState::Shared);
    share(&ann, &dir.path().join("referred")).await;
    let again = one(&ann, "referred").await;
    assert_eq!((again.state, again.hash), (FileState::Shared, blake3::hash(&bytes(2, 300_000)).to_hex().to_string()));
    ann.stop().await;
}

#[tokio::test]
async fn what_is_unshared_is_gone_with_all_beneath() {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("top");
    plant(&source);
    let ann = with_space("Ann", 1).await;
    share(&ann, &source).await;
    let before = list(&ann).await.len();
    let unshare = |path: &str| ann.files().unshare("Lab", Unshare { paths: vec![AnyPath::from(path)] });
    assert_eq!(unshare("top/deep/").await.unwrap().files, 120);
    assert_eq!(list(&ann).await.len(), before - 120);
    assert_eq!(unshare("top/deep").await.unwrap_err().code, Code::NotFound);
    assert_eq!(unshare("../top").await.unwrap_err().code, Code::Usage);
    unshare("top").await.unwrap();
    assert!(list(&ann).await.is_empty());
    share(&ann, &source).await;
    assert_eq!(list(&ann).await.len(), before);
    ann.stop().await;
}

#[tokio::test]
async fn to_a_stranger_no_blob_exists() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), bytes(1, 300_000)).unwrap();
    let ann = with_space("Ann", 1).await;
    share_with(&ann, &dir.path().join("file"), true).await;
    let stranger = node("Eve", 2).await;
    let net = &ann.core().net;
    let link = stranger.core().net.dial(net.key(), &net.addresses(), net::Protocol::Blobs).await.unwrap();
    for known in [bytes(1, 300_000), b"never shared".to_vec()] {
        let hash = net::blobs::Hash(*blake3::hash(&known).as_bytes());
        let ranges = std::slice::from_ref(&(0..300_000));
        let fetched = stranger.core().blobs.fetch(&link, hash, ranges, |_| {}).await;
        assert!(matches!(fetched, Err(net::blobs::FetchError::NotHeld)), "{fetched:?}");
    }
    ann.stop().await;
    stranger.stop().await;
}
