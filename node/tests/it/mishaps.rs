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

/// Run with `--ignored --nocapture`: how long it takes from `say` to its answer, and to the event on another node.
#[tokio::test]
#[ignore = "measures"]
async fn latency() {
    let dir = tempfile::tempdir().unwrap();
    let on_file = |name: &str, seed| Body::on(name, seed, store::Store::open(dir.path().join(name)).unwrap());
    measure("on disk", [on_file("ann", 1), on_file("bob", 2)]).await;
    measure("in memory", [Body::new("ann", 1), Body::new("bob", 2)]).await;
}

async fn measure(what: &str, [ann, bob]: [Body; 2]) {
    let (ann, bob) = (ann.start().await, bob.start().await);
    lab(&ann).await;
    admit(&ann, &bob).await;
    let mut events = bob.events();
    let (mut answered, mut heard) = (Vec::new(), Vec::new());
    for i in 0..500 {
        let (text, began) = (format!("{i}"), Instant::now());
        say(&ann, "Lab", &text).await;
        answered.push(began.elapsed());
        loop {
            match &*events.next().await.unwrap() {
                Event::Message { message, .. } if message.text == text => break,
                _ => {}
            }
        }
        heard.push(began.elapsed());
    }
    answered.sort();
    heard.sort();
    println!(
        "{what}: answer p50 {:?} p99 {:?}, event p50 {:?} p99 {:?}",
        answered[250], answered[495], heard[250], heard[495]
    );
    ann.stop().await;
    bob.stop().await;
}

/// How long a newcomer takes over ten thousand messages of somebody else, from the question to the last one being durable and applied.
#[tokio::test]
#[ignore = "measures"]
async fn catching_up() {
    const MESSAGES: u64 = 10_000;
    let dir = tempfile::tempdir().unwrap();
    let on_file = |name: &str, seed| Body::on(name, seed, store::Store::open(dir.path().join(name)).unwrap());
    let (ann, body) = (on_file("ann", 1).start().await, on_file("bob", 2));
    let bob = body.start().await;
    let id: proto::id::SpaceId = lab(&ann).await.parse().unwrap();
    let space = ann.core().space(id).unwrap();
    let log = proto::log::LogId::of(proto::log::Area::CHAT);
    for first in (0..MESSAGES).step_by(500) {
        let body = |i: u64| {
            let say = proto::chat::Say { text: format!("message {i}"), ..Default::default() };
            proto::chat::Body::Say(say).to_bytes().unwrap()
        };
        space.append_all(log, (first..first + 500).map(body).collect()).await.unwrap();
    }
    let began = Instant::now();
    admit(&ann, &bob).await;
    let chat = proto::log::LogKey { peer: ann.core().peer(), log: proto::log::LogId::of(proto::log::Area::CHAT) };
    let held = || body.store.read(|reader| reader.logs(&id)).unwrap().into_iter().find(|held| held.log == chat);
    until("all have come", async || held().is_some_and(|held| held.places.count() == MESSAGES)).await;
    let took = began.elapsed();
    println!("{MESSAGES} messages: {took:?}, {:.0} a second", MESSAGES as f64 / took.as_secs_f64());
    ann.stop().await;
    bob.stop().await;
}
