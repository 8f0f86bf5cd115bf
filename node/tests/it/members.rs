//! Files between members of a space.

use std::{
    fs,
    path::{Path, PathBuf},
};

use api::{
    Code, Problem,
    files::{Done, File, FileState, Get, ListFiles, ListHolders, Share},
    spaces::{Join, Kind, NewInvitation, NewSpace},
};
use net::blobs::Blobs;
use node::Node;

use crate::{
    tree::{assert_same, bytes, contents, finished, plant, stopped_after},
    world::{Body, until},
};

/// Members of one space, the first its founder, with folders of their own.
struct Lab {
    dir: tempfile::TempDir,
    members: Vec<Node>,
}

impl Lab {
    async fn of(names: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut members: Vec<Node> = Vec::new();
        for (seed, name) in (1..).zip(names) {
            let blobs = Blobs::open(&dir.path().join(name).join("blobs")).await.unwrap().blobs;
            let node = Body::new(name, seed).start_with(blobs).await;
            match members.first() {
                None => drop(node.spaces().create(NewSpace { name: "Lab".into(), kind: Kind::Group }).await.unwrap()),
                Some(founder) => join(founder, &node).await,
            }
            members.push(node);
        }
        Self { dir, members }
    }

    fn place(&self, of: usize, name: &str) -> PathBuf {
        let place = self.dir.path().join(of.to_string());
        fs::create_dir_all(&place).unwrap();
        place.join(name)
    }

    async fn share(&self, by: usize, path: &Path) {
        let ask = Share { paths: vec![path.into()], ..Share::default() };
        finished(self.members[by].files().share("Lab", ask).await.unwrap()).await.0.unwrap();
    }

    async fn get(&self, by: usize, path: &str) -> Result<Done, Problem> {
        let ask = Get { paths: vec![path.into()], to: self.place(by, "to").into(), background: false };
        finished(self.members[by].files().get("Lab", ask).await.unwrap()).await.0
    }

    async fn list(&self, by: usize) -> Vec<File> {
        self.members[by].files().list("Lab", ListFiles::default()).await.unwrap()
    }

    async fn until_listed(&self, by: usize, files: usize) {
        until("the list has come", async || self.list(by).await.len() == files).await;
    }

    async fn stop(self) {
        for member in self.members {
            member.stop().await;
        }
    }
}

async fn join(founder: &Node, node: &Node) {
    let ask = NewInvitation { role: None, uses: None, expires_s: None };
    let link = founder.join().invite("Lab", ask).await.unwrap().link.unwrap();
    node.join().join(Join { link }).await.unwrap();
}

fn count(source: &Path) -> usize {
    contents(source).into_values().flatten().count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_is_fetched_equal_and_who_fetched_it_gives_it() {
    let mut lab = Lab::of(&["Ann", "Bob", "Cleo"]).await;
    let source = lab.place(0, "top");
    plant(&source);
    lab.share(0, &source).await;
    let files = count(&source);
    lab.until_listed(1, files).await;
    lab.until_listed(2, files).await;
    assert!(
        lab.list(1).await.iter().all(|file| file.by == "Ann" && (file.state == FileState::Remote || file.size == 0))
    );
    let done = lab.get(1, "top").await.unwrap();
    assert_same(&lab.place(1, "to/top"), &source);
    let bytes: u64 = lab.list(0).await.iter().map(|file| file.size).sum();
    assert_eq!((done.files, done.bytes), (files as u64, bytes));
    assert!(done.fetched_bytes >= bytes && done.fetched_bytes < bytes + bytes / 50, "{done:?} of {bytes}");
    assert!(lab.list(1).await.iter().all(|file| file.state == FileState::Here && file.have == file.size));

    let holders = async |by: usize| {
        let ask = ListHolders { path: Some("top/large".into()), path_bytes: None };
        let holders = lab.members[by].files().holders_of("Lab", ask).await.unwrap();
        assert_eq!(holders.size, 3_000_000);
        let mut told: Vec<_> = holders.holders.into_iter().map(|one| (one.name, one.me, one.bytes)).collect();
        told.sort();
        told
    };
    let whole = |name: &str, me| (name.to_string(), me, 3_000_000);
    for (by, own) in [(0, "Ann"), (1, "Bob"), (2, "")] {
        let expected = [whole("Ann", own == "Ann"), whole("Bob", own == "Bob")];
        until("whoever has fetched it, has it", async || holders(by).await == expected).await;
    }

    lab.until_listed(2, files).await;
    lab.members.remove(0).stop().await;
    lab.get(1, "top").await.unwrap();
    assert_same(&lab.place(1, "to/top"), &source);
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_stopped_goes_on_where_it_was() {
    const SIZE: usize = 48 << 20;
    let lab = Lab::of(&["Ann", "Bob"]).await;
    fs::write(lab.place(0, "large"), bytes(1, SIZE)).unwrap();
    lab.share(0, &lab.place(0, "large")).await;
    lab.until_listed(1, 1).await;
    let ask = Get { paths: vec!["large".into()], to: lab.place(1, "to").into(), background: false };
    stopped_after(lab.members[1].files().get("Lab", ask).await.unwrap(), SIZE as u64 / 4).await;
    assert_eq!(lab.list(1).await[0].state, FileState::Partial);
    let ask = ListHolders { path: Some("large".into()), path_bytes: None };
    let holders = lab.members[0].files().holders_of("Lab", ask).await.unwrap().holders;
    let bob = holders.iter().find(|holder| holder.name == "Bob").expect("he has some of it");
    assert!(bob.bytes >= SIZE as u64 / 4 && bob.bytes < SIZE as u64, "{bob:?}");
    let done = lab.get(1, "large").await.unwrap();
    assert!(done.fetched_bytes < SIZE as u64 * 4 / 5, "{done:?}");
    assert!(fs::read(lab.place(1, "to/large")).unwrap() == bytes(1, SIZE));
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_changed_is_never_given_as_what_it_was() {
    let lab = Lab::of(&["Ann", "Bob"]).await;
    let source = lab.place(0, "large");
    fs::write(&source, bytes(1, 2_000_000)).unwrap();
    lab.share(0, &source).await;
    lab.until_listed(1, 1).await;
    fs::write(&source, bytes(2, 2_000_000)).unwrap();
    let problem = lab.get(1, "large").await.unwrap_err();
    assert_eq!(problem.code, Code::File);
    assert!(!lab.place(1, "to/large").exists());
    assert_eq!(lab.list(0).await[0].state, FileState::Changed);
    lab.share(0, &source).await;
    let new = blake3::hash(&bytes(2, 2_000_000)).to_hex().to_string();
    until("the new entry has come", async || lab.list(1).await[0].hash == new).await;
    lab.get(1, "large").await.unwrap();
    assert!(fs::read(lab.place(1, "to/large")).unwrap() == bytes(2, 2_000_000));
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn different_files_at_one_path_are_both_kept() {
    let lab = Lab::of(&["Ann", "Bob"]).await;
    let (hers, his) = (lab.place(0, "note"), lab.place(1, "note"));
    fs::write(&hers, "hers").unwrap();
    fs::write(&his, "his").unwrap();
    tokio::join!(lab.share(0, &hers), lab.share(1, &his));
    until("both know of both", async || {
        let conflicts = async |by| lab.list(by).await.first().map(|file| (file.hash.clone(), file.conflicts));
        let (ann, bob) = (conflicts(0).await, conflicts(1).await);
        ann == bob && ann.is_some_and(|(_, conflicts)| conflicts == 1)
    })
    .await;
    lab.get(0, "note").await.unwrap();
    let got = contents(&lab.place(0, "to"));
    assert_eq!(got.len(), 2);
    assert!(got.keys().all(|path| path.to_string_lossy().starts_with("note")));
    let mut texts: Vec<Vec<u8>> = got.into_values().flatten().map(|(text, _)| text).collect();
    texts.sort();
    assert_eq!(texts, [b"hers".to_vec(), b"his".to_vec()]);

    fs::write(&hers, "agreed").unwrap();
    lab.share(0, &hers).await;
    until("what was seen is replaced", async || {
        let file = lab.list(1).await.remove(0);
        (file.conflicts, file.size) == (0, 6)
    })
    .await;
    lab.stop().await;
}
