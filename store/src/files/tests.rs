use proto::{
    files::{Batcher, Body, Content, Entry, File, FilePath, Pack, Source, Unshare},
    id::{BlobHash, OpId, PersonId, SpaceId},
    time::Time,
};

use super::*;
use crate::{Store, Tx};

const SPACE: SpaceId = SpaceId([1; 32]);
const PACK: Pack = Pack { hash: BlobHash([99; 32]), size: 1000 };

fn path(text: &str) -> FilePath {
    text.parse().unwrap()
}

fn hash(content: u8) -> BlobHash {
    BlobHash([content; 32])
}

/// A share of files of ten bytes each, in a pack where the content is even.
fn share(files: &[(&str, u8)]) -> Body {
    let mut batcher = Batcher::new();
    for (at, content) in files {
        let at = path(at);
        let (folder, name) = at.split().unwrap();
        let file = File {
            name: name.as_bytes().to_vec(),
            size: 10,
            hash: hash(*content),
            source: Source::Whole,
            executable: false,
            modified: Some(7),
            replaces: None,
        };
        let packed = (content % 2 == 0).then_some((PACK, 10 * u64::from(*content)));
        assert_eq!(batcher.file(&folder, file, packed), None);
    }
    Body::Share(batcher.finish().unwrap())
}

fn unshare(paths: &[&str]) -> Body {
    Body::Unshare(Unshare { paths: paths.iter().copied().map(path).collect() })
}

fn put(store: &Store, person: u8, time: u8, body: &Body) {
    let body = body.clone();
    let put = move |tx: &mut Tx<'_>| {
        tx.put_files(&SPACE, (&OpId([time; 32]), &PersonId([person; 32]), Time(time.into())), &body)
    };
    store.write(put).wait().unwrap();
}

fn listed(store: &Store, under: &str) -> Vec<(String, Vec<(u8, Content)>)> {
    let mut listed = Vec::new();
    let take = |path: FilePath, standing: Vec<Entry<Row>>| {
        let standing = standing.iter().map(|entry| (entry.person.0[0], entry.content)).collect();
        listed.push((path.to_string(), standing));
        true
    };
    store.read(|reader| reader.each_file(&SPACE, &path(under), take)).unwrap();
    listed
}

fn file(content: u8) -> Content {
    Content::File(hash(content))
}

#[test]
fn a_folder_reads_with_what_is_beneath_it_and_nothing_beside() {
    let store = Store::memory();
    put(&store, 1, 1, &share(&[("a/b", 1), ("a/c/d", 2), ("ab", 3), ("a-", 4)]));
    let names = |under| listed(&store, under).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(names("a"), ["a/b", "a/c/d"]);
    assert_eq!(names("a/b"), ["a/b"]);
    assert_eq!(names(""), ["a-", "a/b", "a/c/d", "ab"]);
    assert_eq!(names("b"), Vec::<String>::new());
}

#[test]
fn empty_folders_are_kept() {
    let store = Store::memory();
    let mut batcher = Batcher::new();
    batcher.empty_folder(&path("a/empty"));
    put(&store, 1, 1, &Body::Share(batcher.finish().unwrap()));
    assert_eq!(listed(&store, ""), [("a/empty".into(), vec![(1, Content::Folder)])]);
}

#[test]
fn order_of_arrival_is_nothing_and_what_is_withdrawn_leaves_no_trace() {
    let ops = [
        (1, 1, share(&[("a/b", 1), ("a/c", 2)])),
        (2, 2, share(&[("a/b", 4)])),
        (1, 3, unshare(&["a"])),
        (1, 4, share(&[("a/b", 5)])),
    ];
    let expected = vec![("a/b".to_string(), vec![(1, file(5)), (2, file(4))])];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let store = Store::memory();
        for at in order {
            let (person, time, body) = &ops[at];
            put(&store, *person, *time, body);
            put(&store, *person, *time, body);
        }
        assert_eq!(listed(&store, ""), expected);
        let (_, time, body) = ops[2].clone();
        store.write(move |tx| tx.drop_files(&SPACE, &OpId([time; 32]), &body)).wait().unwrap();
        assert_eq!(listed(&store, "").len(), 2);
    }
}

#[test]
fn a_blob_is_named_by_what_stands_only() {
    let store = Store::memory();
    let naming = |blob| store.read(|reader| reader.spaces_naming(&blob)).unwrap();
    put(&store, 1, 1, &share(&[("a", 1), ("b", 2), ("c", 4)]));
    assert_eq!(naming(hash(1)), [SPACE]);
    assert_eq!(naming(PACK.hash), [SPACE]);
    assert_eq!(naming(hash(2)), []);
    put(&store, 2, 2, &share(&[("a", 3)]));
    assert_eq!(naming(hash(1)), [SPACE], "another's entry does not take it away");
    put(&store, 1, 3, &share(&[("a", 5)]));
    assert_eq!(naming(hash(1)), []);
    put(&store, 1, 4, &unshare(&["b"]));
    assert_eq!(naming(PACK.hash), [SPACE]);
    put(&store, 1, 5, &unshare(&[""]));
    assert_eq!(naming(PACK.hash), []);
}

#[test]
fn what_is_at_hand_is_noted_for_all_that_a_blob_holds() {
    let store = Store::memory();
    put(&store, 1, 1, &share(&[("a", 2), ("b", 4)]));
    let whole = |store: &Store| {
        let mut whole = Vec::new();
        let take = |_, standing: Vec<Entry<Row>>| {
            whole.push(standing[0].extra.blob.unwrap().is_whole());
            true
        };
        store.read(|reader| reader.each_file(&SPACE, &FilePath::ROOT, take)).unwrap();
        whole
    };
    assert_eq!(whole(&store), [false, false]);
    let state = BlobState { hash: PACK.hash, size: PACK.size, have: PACK.size };
    store.write(move |tx| tx.note_blob(&state)).wait().unwrap();
    assert_eq!(whole(&store), [true, true]);
    store.write(|tx| tx.lose_blob(&PACK.hash)).wait().unwrap();
    assert_eq!(whole(&store), [false, false]);
    store.write(move |tx| tx.note_blob(&state)).wait().unwrap();
    store.write(|tx| tx.forget_blobs()).wait().unwrap();
    assert_eq!(whole(&store), [false, false]);
}

#[test]
fn own_sources_are_found_by_path_and_by_content() {
    let store = Store::memory();
    let own = |at: &str, origin| OwnSource {
        path: path(at),
        source: format!("/home/{at}").into_bytes(),
        size: 10,
        modified_ns: -5,
        inode: u64::MAX,
        hash: hash(1),
        origin,
    };
    let (shared, copied) = (own("a/b", Origin::Shared), own("c", Origin::Copied));
    let both = [shared.clone(), copied.clone()];
    store.write(move |tx| both.iter().try_for_each(|own| tx.put_own_source(&SPACE, own))).wait().unwrap();
    let under = |text| store.read(|reader| reader.own_sources(&SPACE, &path(text))).unwrap();
    assert_eq!(under(""), [shared.clone(), copied.clone()]);
    assert_eq!(under("a"), std::slice::from_ref(&shared));
    assert_eq!(under("c"), [copied]);
    assert_eq!(store.read(|reader| reader.references_of(&hash(1))).unwrap(), [shared]);
    store.write(|tx| tx.drop_own_source(&SPACE, &path("a/b"))).wait().unwrap();
    assert_eq!(under("a"), []);
}

#[test]
fn a_folder_among_a_hundred_thousand_files_reads_at_once() {
    let store = Store::memory();
    let body = |from: u32| {
        let files: Vec<String> = (from..from + 1000).map(|n| format!("folder {}/file {n}", n / 100)).collect();
        let files: Vec<(&str, u8)> = files.iter().map(|file| (file.as_str(), 2)).collect();
        share(&files)
    };
    for batch in 0..100u8 {
        put(&store, 1, batch, &body(u32::from(batch) * 1000));
    }
    let begun = std::time::Instant::now();
    assert_eq!(listed(&store, "folder 500").len(), 100);
    let one = begun.elapsed();
    assert_eq!(listed(&store, "").len(), 100_000);
    let all = begun.elapsed();
    assert!(one < all / 20, "{one:?} of {all:?}");
}
