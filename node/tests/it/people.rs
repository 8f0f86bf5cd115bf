use api::{Code, people::Reach};

use crate::world::{Body, say, texts, until};

fn loopback(node: &node::Node) -> String {
    format!("127.0.0.1:{}", node.core().net.port())
}

/// Two nodes whose people have met and confirmed.
pub async fn contacts() -> (node::Node, node::Node) {
    let (ann, ben) = (Body::new("Ann", 1).start().await, Body::new("Ben", 2).start().await);
    let asked = ann.meet().connect(&loopback(&ben)).await.unwrap();
    assert_eq!((asked.name.as_str(), asked.incoming), ("Ben", false));
    until("the request arrives", async || !ben.meet().requests().unwrap().is_empty()).await;
    let request = ben.meet().requests().unwrap().remove(0);
    assert_eq!((request.words.as_str(), request.name.as_str()), (asked.words.as_str(), "Ann"));
    ben.meet().answer("Ann", true).await.unwrap();
    until("the yes is heard", async || ann.meet().requests().unwrap()[0].confirmed_by_them).await;
    assert!(ann.people().list().unwrap().iter().all(|person| !person.contact), "one yes is not enough");
    ann.meet().answer("ben", true).await.unwrap();
    for (node, other) in [(&ann, "Ben"), (&ben, "Ann")] {
        until("they are contacts and connected", async || {
            let people = node.people().list().unwrap();
            people.iter().any(|person| person.name == other && person.contact && person.online)
        })
        .await;
    }
    (ann, ben)
}

#[tokio::test]
async fn an_address_words_and_two_yeses_make_contacts() {
    let (ann, ben) = contacts().await;
    assert!(ann.meet().requests().unwrap().is_empty() && ben.meet().requests().unwrap().is_empty());
    let again = ann.meet().connect(&loopback(&ben)).await.unwrap_err();
    assert_eq!(again.problem().code, Code::Usage);
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn every_peer_is_shown_with_how_it_is_reached() {
    let (ann, ben) = contacts().await;
    let connections = ann.people().connections().unwrap();
    let [own, other] = &connections[..] else { panic!("{connections:?}") };
    assert_eq!((&own.peer, own.me, own.online, own.reach), (&ann.core().peer().to_string(), true, true, Reach::Local));
    assert_eq!((&other.peer, other.name.as_str(), other.me), (&ben.core().peer().to_string(), "Ben", false));
    assert!(other.online && other.reach != Reach::Unreachable && other.since.is_some() && other.path.is_some());
    assert!(other.sent_bytes > 0 && other.received_bytes > 0 && other.rtt_ms.is_some());
    assert_eq!(ann.people().block("Ann", true).await.unwrap_err().to_string(), "one cannot block oneself");
    ben.stop().await;
    until("the session ends", async || ann.people().connections().unwrap()[1].reach == Reach::Unreachable).await;
    ann.stop().await;
}

#[tokio::test]
async fn a_direct_space_arrives_at_the_other_person() {
    let (ann, ben) = contacts().await;
    let made = ann.core().resolve_space("@Ben").await.unwrap();
    until("Ben holds it", async || ben.core().space(made.id()).is_some()).await;
    assert_eq!(ben.core().resolve_space("@Ann").await.unwrap().id(), made.id(), "none is made twice");
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn two_who_write_first_at_the_same_time_end_in_one_conversation() {
    let (ann, ben) = contacts().await;
    tokio::join!(say(&ann, "@Ben", "from Ann"), say(&ben, "@Ann", "from Ben"));
    for (node, other) in [(&ann, "@Ben"), (&ben, "@Ann")] {
        until("both are there", async || texts(node, other).await.len() == 2).await;
    }
    say(&ann, "@Ben", "and now").await;
    until("they go on in one space", async || texts(&ben, "@Ann").await.len() == 3).await;
    assert_eq!(texts(&ann, "@Ben").await, texts(&ben, "@Ann").await);
    let one = |node: &node::Node, who: &str| node.core().find_space(who).unwrap().unwrap().id();
    assert_eq!(one(&ann, "@Ben"), one(&ben, "@Ann"));
    assert_eq!(ann.spaces().list().await.unwrap().len(), 1);
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn reading_makes_no_conversation() {
    let (ann, ben) = contacts().await;
    assert!(texts(&ann, "@Ben").await.is_empty());
    assert!(ann.core().find_space("@Ben").unwrap().is_none());
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn the_blocked_are_cut_off_and_may_come_back() {
    let (ann, ben) = contacts().await;
    let blocked = ben.people().block("Ann", true).await.unwrap();
    assert!(blocked.blocked);
    until("the session ends", async || ann.core().sessions.count() == 0).await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(ben.core().sessions.count(), 0);
    ben.people().block("Ann", false).await.unwrap();
    until("they meet again", async || ann.core().sessions.count() == 1).await;
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn nobody_is_met_where_nobody_is() {
    let ann = Body::new("Ann", 1).start().await;
    let own = ann.meet().connect(&loopback(&ann)).await.unwrap_err();
    assert_eq!(own.problem().code, Code::Usage);
    assert_eq!(ann.meet().connect("127.0.0.1:1").await.unwrap_err().problem().code, Code::Unreachable);
    assert_eq!(ann.meet().connect("Zoe").await.unwrap_err().problem().code, Code::NotFound);
    assert_eq!(ann.meet().answer("Zoe", true).await.unwrap_err().problem().code, Code::NotFound);
    ann.stop().await;
}
