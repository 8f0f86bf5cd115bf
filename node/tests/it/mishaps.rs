//! Full disks, old homes, and other things that happen.

use std::time::Duration;

use tokio::time::Instant;

use api::{Code, event::Event};
use node::Ended;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::world::{Body, admit, lab, node, say, texts, try_say, until};

#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing() {
    let (body, bob) = (Body::new("Ann", 1), node("Bob", 2).await);
    let ann = body.start().await;
    let id = lab(&ann).await;
    admit(&ann, &bob).await;
    say(&ann, "Lab", "before").await;
    body.store.write(|tx| tx.limit_size(0)).await.unwrap();
    let long = "x".repeat(6000);
    until("the disk is full", async || try_say(&ann, "Lab", &long).await.is_err()).await;
    assert_eq!(try_say(&ann, "Lab", &long).await.unwrap_err().code, Code::Storage);
    let kept = texts(&ann, "Lab").await;
    body.store.write(|tx| tx.limit_size(1 << 30)).await.unwrap();
    until("there is room again", async || try_say(&ann, "Lab", "after").await.is_ok()).await;
    until("Bob has what lasted", async || texts(&bob, &id).await.last().is_some_and(|last| last == "after")).await;
    let all = texts(&ann, "Lab").await;
    assert_eq!((&all[..kept.len()], all.len()), (&kept[..], kept.len() + 1));
    assert_eq!(texts(&bob, &id).await, all);
    ann.stop().await;
    bob.stop().await;
}

#[tokio::test]
async fn an_old_copy_of_a_home_takes_a_new_key_before_it_writes() {
    let dir = tempfile::tempdir().unwrap();
    let (ann, mut bob_body) = (node("Ann", 1).await, Body::new("Bob", 2));
    let bob = bob_body.start().await;
    let id = lab(&ann).await;
    admit(&ann, &bob).await;
    say(&bob, &id, "one").await;
    bob_body.store.back_up(dir.path().join("old")).unwrap();
    say(&bob, &id, "two").await;
    until("Ann has both", async || texts(&ann, &id).await == ["one", "two"]).await;
    bob.core().net.close().await;
    drop(bob);

    bob_body.store = store::Store::open(dir.path().join("old")).unwrap();
    let old = bob_body.start().await;
    assert_eq!(tokio::time::timeout(Duration::from_secs(20), old.ended()).await.unwrap(), Ended::Behind);
    assert_eq!(try_say(&old, &id, "too early").await.unwrap_err().code, Code::Home);
    // A store that was stopped is closed: the daemon opens the home again.
    old.stop().await;
    bob_body.store = store::Store::open(dir.path().join("old")).unwrap();
    bob_body.keys = bob_body.keys.renewed(&mut ChaCha20Rng::from_seed([9; 32]));
    let bob = bob_body.start().await;
    until("nothing is lost", async || texts(&bob, &id).await == ["one", "two"]).await;
    say(&bob, &id, "three").await;
    until("Ann hears the new key", async || texts(&ann, &id).await == ["one", "two", "three"]).await;
    let members = ann.spaces().members(&id).await.unwrap();
    assert_eq!(members.len(), 2, "still the same person");
    assert!(ann.spaces().get(&id).await.unwrap().notices.is_empty(), "and no history was written twice");
    ann.stop().await;
    bob.stop().await;
}

/// Run with `--run-ignored only --no-capture`: how long it takes from `say` to the event on another node.
#[tokio::test]
#[ignore = "measures"]
async fn latency() {
    let dir = tempfile::tempdir().unwrap();
    let on = |name: &str, seed| Body::on(name, seed, store::Store::open(dir.path().join(name)).unwrap());
    let (ann, bob) = (on("ann", 1).start().await, on("bob", 2).start().await);
    lab(&ann).await;
    admit(&ann, &bob).await;
    let mut events = bob.events();
    let mut took = Vec::new();
    for i in 0..500 {
        let (text, began) = (format!("{i}"), Instant::now());
        say(&ann, "Lab", &text).await;
        loop {
            match &*events.next().await.unwrap() {
                Event::Message { message, .. } if message.text == text => break,
                _ => {}
            }
        }
        took.push(began.elapsed());
    }
    took.sort();
    println!("say to event: p50 {:?}, p99 {:?}", took[250], took[495]);
    ann.stop().await;
    bob.stop().await;
}
