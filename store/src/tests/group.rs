//! One writer for all: order, failures and panics of single pieces, closing.

use std::sync::mpsc;

use super::{on_both, on_file, write};
use crate::{Error, Store};

/// The values of all settings as text, by name.
fn settings(store: &Store) -> Vec<String> {
    let all = store.read(|r| r.settings()).unwrap();
    all.into_iter().map(|(name, value)| format!("{name}={}", String::from_utf8(value).unwrap())).collect()
}

#[test]
fn work_happens_in_the_order_in_which_it_was_asked_for() {
    on_both(|store| {
        let answers: Vec<_> = (0..500u32)
            .map(|n| {
                store.write(move |tx| {
                    let before = tx.setting("n")?;
                    tx.set("n", &n.to_be_bytes())?;
                    Ok(before)
                })
            })
            .collect();
        for (n, answer) in answers.into_iter().enumerate() {
            let before = (n as u32).checked_sub(1).map(|n| n.to_be_bytes().to_vec());
            assert_eq!(answer.wait().unwrap(), before);
        }
    });
}

#[test]
fn one_that_fails_leaves_the_others_alone() {
    on_both(|store| {
        // Held up, so that what follows is sure to share a commit.
        let (go, wait) = mpsc::channel::<()>();
        let inline = store.is_memory();
        let first = store.write(move |tx| {
            if !inline {
                wait.recv().unwrap();
            }
            tx.set("a", b"1")
        });
        let failed = store.write(|tx| {
            tx.set("a", b"2")?;
            tx.set("b", b"2")?;
            Err::<(), _>(Error::Refused("on purpose"))
        });
        let panicked = store.write(|tx| -> Result<(), Error> {
            tx.set("c", b"3")?;
            panic!("on {}", "purpose")
        });
        let last = store.write(|tx| tx.set("d", b"4"));
        let _ = go.send(());
        first.wait().unwrap();
        last.wait().unwrap();
        assert!(matches!(failed.wait(), Err(Error::Refused("on purpose"))));
        assert!(matches!(panicked.wait(), Err(Error::Panicked(why)) if why == "on purpose"));
        assert_eq!(settings(store), ["a=1", "d=4"]);
    });
}

#[test]
fn many_threads_may_write_and_read() {
    let (_folder, store) = on_file();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..50 {
                    write(store, move |tx| tx.set(&format!("{thread} {n}"), b""));
                    let seen = store.read(|r| r.setting(&format!("{thread} {n}"))).unwrap();
                    assert!(seen.is_some(), "what is answered is seen");
                }
            });
        }
    });
    assert_eq!(settings(&store).len(), 400);
}

#[test]
fn a_reader_that_panics_harms_nobody() {
    on_both(|store| {
        for _ in 0..10 {
            let broken = std::panic::AssertUnwindSafe(|| store.read(|_| -> Result<(), Error> { panic!("on purpose") }));
            assert!(std::panic::catch_unwind(broken).is_err());
        }
        write(store, |tx| tx.set("a", b"1"));
        assert_eq!(settings(store), ["a=1"]);
    });
}

#[test]
fn a_read_sees_one_moment() {
    let (_folder, store) = on_file();
    write(&store, |tx| tx.set("a", b"1"));
    let both = store.read(|r| {
        let before = r.setting("a")?;
        write(&store, |tx| tx.set("a", b"2"));
        Ok((before, r.setting("a")?))
    });
    assert_eq!(both.unwrap(), (Some(b"1".to_vec()), Some(b"1".to_vec())));
    assert_eq!(settings(&store), ["a=2"]);
}

#[test]
fn closing_does_what_was_asked_and_nothing_later() {
    on_both(|store| {
        let asked: Vec<_> = (0..100).map(|n| store.write(move |tx| tx.set(&n.to_string(), b""))).collect();
        store.close();
        assert!(asked.into_iter().all(|answer| answer.wait().is_ok()));
        assert!(matches!(store.write(|tx| tx.set("late", b"")).wait(), Err(Error::Closed)));
        assert!(matches!(store.read(|r| r.settings()), Err(Error::Closed)));
        store.close();
    });
}

#[test]
fn work_may_hold_the_last_handle() {
    let (folder, store) = on_file();
    let (go, wait) = mpsc::channel::<()>();
    let last = store.clone();
    let answer = store.write(move |tx| {
        wait.recv().unwrap();
        drop(last);
        tx.set("a", b"1")
    });
    drop(store);
    go.send(()).unwrap();
    answer.wait().unwrap();
    let store = Store::open(folder.path().join("store.db")).unwrap();
    assert_eq!(settings(&store), ["a=1"]);
}

#[tokio::test]
async fn the_answer_is_a_future() {
    let (_folder, store) = on_file();
    store.write(|tx| tx.set("a", b"1")).await.unwrap();
    let unawaited = store.write(|tx| tx.set("b", b"2"));
    drop(unawaited);
    store.write(|tx| tx.set("c", b"3")).await.unwrap();
    assert_eq!(settings(&store), ["a=1", "b=2", "c=3"]);
}
