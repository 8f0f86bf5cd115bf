use api::{
    Code,
    chat::{Edit, GetAttached, MarkRead, Message, React, Read, Said, Say, Search},
    event::Event,
    files::Progress,
    spaces::{Join, Kind, NewInvitation, NewSpace},
};
use node::Node;

use crate::{
    people::contacts,
    world::{Body, node, until},
};

async fn lab(node: &Node) -> String {
    node.spaces().create(NewSpace { name: "Lab".into(), kind: Kind::Group }).await.unwrap().space.id
}

fn text(text: &str) -> Say {
    Say { text: text.into(), reply_to: None, attach: vec![] }
}

async fn say(node: &Node, space: &str, words: &str) -> Said {
    node.chat().say(space, text(words)).await.unwrap()
}

async fn read(node: &Node, space: &str, ask: Read) -> Vec<Message> {
    node.chat().messages(space, ask).await.unwrap()
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.text.as_str()).collect()
}

#[tokio::test]
async fn what_is_said_is_read_in_pages() {
    let ann = node("Ann", 1).await;
    lab(&ann).await;
    let mut said = Vec::new();
    for words in ["one", "two", "three", "four"] {
        said.push(say(&ann, "Lab", words).await);
    }
    let all = read(&ann, "Lab", Read::default()).await;
    assert_eq!(texts(&all), ["one", "two", "three", "four"]);
    assert_eq!((&all[0].id, &all[0].time, all[0].author.as_str()), (&said[0].id, &said[0].time, "Ann"));
    assert!(all.iter().all(|message| message.mine && !message.unread && message.delivered_to.is_empty()));

    let pages: [(Read, &[&str]); 6] = [
        (Read { last: Some(2), ..Read::default() }, &["three", "four"]),
        (Read { first: Some(1), ..Read::default() }, &["one"]),
        (Read { first: Some(1), after: Some(said[1].id.clone()), ..Read::default() }, &["three"]),
        (Read { last: Some(1), before: Some(said[2].id[..20].into()), ..Read::default() }, &["two"]),
        (Read { since: Some("2026-01-01T00:00:00Z".into()), ..Read::default() }, &["one", "two", "three", "four"]),
        (Read { since: Some("2100-01-01T00:00:00+01:00".into()), ..Read::default() }, &[]),
    ];
    for (ask, expected) in pages {
        assert_eq!(texts(&read(&ann, "Lab", ask.clone()).await), expected, "{ask:?}");
    }
    let around: [(Read, &[&str]); 4] = [
        (Read { around: Some(said[1].id.clone()), last: Some(3), ..Read::default() }, &["one", "two", "three"]),
        (Read { around: Some(said[3].id.clone()), last: Some(2), ..Read::default() }, &["three", "four"]),
        (Read { at: Some("2100-01-01T00:00:00Z".into()), last: Some(2), ..Read::default() }, &["three", "four"]),
        (Read { at: Some("2026-01-01T00:00:00Z".into()), ..Read::default() }, &["one", "two", "three", "four"]),
    ];
    for (ask, expected) in around {
        assert_eq!(texts(&read(&ann, "Lab", ask.clone()).await), expected, "{ask:?}");
    }
    let ask = Read { since: Some("yesterday".into()), ..Read::default() };
    assert_eq!(ann.chat().messages("Lab", ask).await.unwrap_err().code, Code::Usage);
    assert_eq!(ann.spaces().get("Lab").await.unwrap().last.unwrap().text, "four");
    ann.stop().await;
}

#[tokio::test]
async fn a_message_is_edited_reacted_to_and_taken_back() {
    let ann = node("Ann", 1).await;
    lab(&ann).await;
    let said = say(&ann, "Lab", "helo").await;
    let answer = Say { reply_to: Some(said.id[..16].into()), ..text("hm?") };
    let answer = ann.chat().say("Lab", answer).await.unwrap();

    let edited = ann.chat().edit(&said.id, Edit { text: "hello @ann".into() }).await.unwrap();
    assert_eq!(
        (edited.text.as_str(), edited.edited, &edited.mentions),
        ("hello @ann", true, &vec![edited.author_id.clone()])
    );
    let react = |on| React { emoji: "👍".into(), on };
    let given = ann.chat().react(&said.id, react(true)).await.unwrap();
    assert_eq!((given.reactions[0].emoji.as_str(), given.reactions[0].by.len()), ("👍", 1));
    assert_eq!(ann.chat().react(&said.id, react(true)).await.unwrap(), given);
    assert!(ann.chat().react(&said.id, react(false)).await.unwrap().reactions.is_empty());

    let stub = ann.chat().unsay(&said.id).await.unwrap();
    assert!(stub.withdrawn && stub.text.is_empty() && stub.reactions.is_empty());
    let messages = read(&ann, "Lab", Read::default()).await;
    assert_eq!((texts(&messages), &messages[1].reply_to), (vec!["", "hm?"], &Some(said.id.clone())));
    assert_eq!(messages[1].id, answer.id);
    assert_eq!(ann.chat().edit(&said.id, Edit { text: "x".into() }).await.unwrap_err().code, Code::NotAllowed);
    ann.stop().await;
}

#[tokio::test]
async fn words_are_searched_in_one_space_or_all() {
    let ann = node("Ann", 1).await;
    lab(&ann).await;
    ann.spaces().create(NewSpace { name: "Garden".into(), kind: Kind::Group }).await.unwrap();
    for (space, words) in [("Lab", "red apples"), ("Garden", "green apples"), ("Lab", "green pears")] {
        say(&ann, space, words).await;
    }
    let found = async |words: &str, space: Option<&str>, limit| {
        let ask = Search { text: words.into(), space: space.map(Into::into), limit };
        let found = ann.chat().search(ask).await.unwrap();
        found.into_iter().map(|message| message.text).collect::<Vec<_>>()
    };
    assert_eq!(found("apple", None, None).await, ["green apples", "red apples"]);
    assert_eq!(found("apple", Some("Lab"), None).await, ["red apples"]);
    assert_eq!(found("green", None, Some(1)).await, ["green pears"]);
    assert!(found("plums", None, None).await.is_empty());
    ann.stop().await;
}

#[tokio::test]
async fn attachments_are_in_the_blob_store() {
    let ann = node("Ann", 1).await;
    lab(&ann).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "some notes").unwrap();
    let ask = Say { attach: vec![path.as_path().into()], ..text("") };
    let said = ann.chat().say("Lab", ask).await.unwrap();
    std::fs::remove_file(&path).unwrap();

    let message = read(&ann, "Lab", Read::default()).await.remove(0);
    let attached = &message.attachments[0];
    assert_eq!((attached.name.as_str(), attached.size), ("notes.txt", 10));
    assert_eq!(attached.hash, blake3::hash(b"some notes").to_hex().as_str());
    let hash = net::blobs::Hash(*blake3::hash(b"some notes").as_bytes());
    assert_eq!(ann.core().blobs.read(hash, 0..10).await.unwrap(), b"some notes");
    assert_eq!(ann.core().blobs.protected("chat/").await.unwrap().len(), 1);
    assert!(ann.chat().unsay(&said.id).await.unwrap().attachments.is_empty());
    assert!(ann.core().blobs.protected("chat/").await.unwrap().is_empty());

    for wrong in [path.as_path(), folder.path(), std::path::Path::new("relative.txt")] {
        let ask = Say { attach: vec![wrong.into()], ..text("x") };
        assert_eq!(ann.chat().say("Lab", ask).await.unwrap_err().code, Code::File, "{}", wrong.display());
    }
    ann.stop().await;
}

#[tokio::test]
async fn what_happens_is_told() {
    let ann = node("Ann", 1).await;
    lab(&ann).await;
    let mut events = ann.events();
    let said = say(&ann, "Lab", "hi").await;
    ann.chat().edit(&said.id, Edit { text: "hi!".into() }).await.unwrap();
    let marked = ann.chat().mark_read("Lab", MarkRead::default()).await.unwrap();
    assert_eq!(marked.unread, 0);
    let mut told = Vec::new();
    while told.len() < 3 {
        match &*events.next().await.unwrap() {
            Event::Message { message, new } => told.push((message.text.clone(), *new)),
            Event::Read { unread, .. } => told.push((format!("{unread} left"), false)),
            _ => {}
        }
    }
    assert_eq!(told, [("hi".into(), true), ("hi!".into(), false), ("0 left".into(), false)]);
    ann.stop().await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    let ann = node("Ann", 1).await;
    lab(&ann).await;
    say(&ann, "Lab", "one").await;
    let said = say(&ann, "Lab", "two").await;
    let chat = ann.chat();
    let long = "x".repeat(16 * 1024 + 1);
    assert_eq!(chat.say("Lab", text(" \n")).await.unwrap_err().code, Code::Usage);
    assert_eq!(chat.say("Lab", text(&long)).await.unwrap_err().code, Code::TooLarge);
    assert_eq!(chat.say("Nowhere", text("x")).await.unwrap_err().code, Code::NotFound);
    let answer = Say { reply_to: Some("aaaa".into()), ..text("x") };
    assert_eq!(chat.say("Lab", answer).await.unwrap_err().code, Code::NotFound);
    assert_eq!(chat.edit(&said.id, Edit { text: "".into() }).await.unwrap_err().code, Code::Usage);
    assert_eq!(chat.unsay("").await.unwrap_err().code, Code::NotFound);
    for emoji in ["", "a b", "\u{1b}[0m"] {
        let ask = React { emoji: emoji.into(), on: true };
        assert_eq!(chat.react(&said.id, ask).await.unwrap_err().code, Code::Usage, "{emoji:?}");
    }
    assert_eq!(read(&ann, "Lab", Read::default()).await.len(), 2);
    ann.stop().await;
}

#[tokio::test]
async fn what_was_said_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let body = Body::on("Ann", 1, store::Store::open(folder.path().join("db")).unwrap());
    let ann = body.start().await;
    lab(&ann).await;
    let said = say(&ann, "Lab", "lasting").await;
    ann.core().net.close().await;
    drop(ann);
    let ann = body.start().await;
    let messages = read(&ann, "Lab", Read::default()).await;
    assert_eq!((texts(&messages), &messages[0].id), (vec!["lasting"], &said.id));
    ann.stop().await;
}

/// The only message of a space whose text is this, once it is there.
async fn heard(node: &Node, space: &str, text: &str) -> Message {
    let mut found = None;
    until(text, async || {
        let messages = read(node, space, Read::default()).await;
        found = messages.into_iter().find(|message| message.text == text);
        found.is_some()
    })
    .await;
    found.unwrap()
}

#[tokio::test]
async fn several_are_said_at_once_or_none() {
    let ann = node("Ann", 1).await;
    lab(&ann).await;
    let said = ann.chat().say_many("Lab", ["one", "two", "three"].map(text).into()).await.unwrap();
    let messages = read(&ann, "Lab", Read::default()).await;
    assert_eq!(texts(&messages), ["one", "two", "three"]);
    assert_eq!(
        said.iter().map(|said| &said.id).collect::<Vec<_>>(),
        messages.iter().map(|m| &m.id).collect::<Vec<_>>()
    );
    assert_eq!(ann.chat().say_many("Lab", ["four", " "].map(text).into()).await.unwrap_err().code, Code::Usage);
    assert_eq!(read(&ann, "Lab", Read::default()).await.len(), 3);
    assert!(ann.chat().say_many("Lab", vec![]).await.unwrap().is_empty());
    ann.stop().await;
}

#[tokio::test]
async fn a_person_is_written_to_and_answers() {
    let (ann, ben) = contacts().await;
    let mut told = ann.events();
    let said = say(&ann, "@Ben", "hi @ben").await;
    let arrived = heard(&ben, "@Ann", "hi @ben").await;
    assert_eq!((&arrived.id, arrived.author.as_str(), arrived.mine, arrived.unread), (&said.id, "Ann", false, true));
    let listed = ben.spaces().get("@Ann").await.unwrap();
    assert_eq!((listed.unread, listed.mentioned, listed.last.unwrap().id), (1, true, said.id.clone()));

    let delivered = async {
        loop {
            if let Event::Delivered { message, to, .. } = &*told.next().await.unwrap() {
                return (message.clone(), to.clone());
            }
        }
    };
    let delivered = tokio::time::timeout(crate::world::PATIENCE, delivered).await.expect("a delivered mark");
    assert_eq!(delivered, (said.id.clone(), ben.core().me().to_string()));
    assert_eq!(heard(&ann, "@Ben", "hi @ben").await.delivered_to, [ben.core().me().to_string()]);

    let answer = Say { reply_to: Some(said.id.clone()), ..text("hello") };
    ben.chat().say("@Ann", answer).await.unwrap();
    assert_eq!(heard(&ann, "@Ben", "hello").await.reply_to, Some(said.id.clone()));
    assert_eq!(ben.chat().edit(&said.id, Edit { text: "no".into() }).await.unwrap_err().code, Code::NotAllowed);
    assert_eq!(ben.chat().unsay(&said.id).await.unwrap_err().code, Code::NotAllowed);
    ben.chat().react(&said.id, React { emoji: "+".into(), on: true }).await.unwrap();
    until("the reaction arrives", async || !heard(&ann, "@Ben", "hi @ben").await.reactions.is_empty()).await;

    ann.chat().edit(&said.id, Edit { text: "hi Ben".into() }).await.unwrap();
    assert!(heard(&ben, "@Ann", "hi Ben").await.edited);
    assert!(!ben.spaces().get("@Ann").await.unwrap().mentioned, "the text mentions nobody any more");
    assert_eq!(ben.chat().mark_read("@Ann", MarkRead::default()).await.unwrap().unread, 0);
    ann.chat().unsay(&said.id).await.unwrap();
    until("it is taken back", async || read(&ben, "@Ann", Read::default()).await[0].withdrawn).await;
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn what_is_attached_is_fetched_by_who_may() {
    let (ann, ben) = contacts().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "some notes").unwrap();
    let ask = Say { attach: vec![path.as_path().into()], ..text("look") };
    let said = ann.chat().say("@Ben", ask).await.unwrap();
    heard(&ben, "@Ann", "look").await;

    let to = folder.path().join("fetched");
    let get = |names: &[&str]| GetAttached {
        space: Some("@Ann".into()),
        names: names.iter().map(ToString::to_string).collect(),
        to: to.as_path().into(),
        background: false,
    };
    assert_eq!(ben.chat().get_attached(&said.id, get(&["other"])).await.unwrap_err().code, Code::NotFound);
    let mut progress = ben.chat().get_attached(&said.id, get(&["notes.txt"])).await.unwrap();
    let mut last = None;
    while let Some(step) = progress.recv().await {
        last = Some(step);
    }
    assert!(matches!(&last, Some(Progress::Done(done)) if done.files == 1), "{last:?}");
    assert_eq!(std::fs::read_to_string(to.join("notes.txt")).unwrap(), "some notes");
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn two_who_write_to_each_other_at_once_read_both() {
    let (ann, ben) = contacts().await;
    tokio::join!(say(&ann, "@Ben", "hi from Ann"), say(&ben, "@Ann", "hi from Ben"));
    for (node, other) in [(&ann, "@Ben"), (&ben, "@Ann")] {
        heard(node, other, "hi from Ann").await;
        heard(node, other, "hi from Ben").await;
        let shown = node.spaces().list().await.unwrap();
        assert_eq!((shown.len(), shown[0].unread), (1, 1), "one conversation");
        let ask = Search { text: "hi".into(), space: Some(other.into()), limit: Some(5) };
        assert_eq!(node.chat().search(ask).await.unwrap().len(), 2);
        assert_eq!(node.chat().mark_read(other, MarkRead::default()).await.unwrap().unread, 0);
        assert_eq!(read(node, other, Read { last: Some(1), ..Read::default() }).await.len(), 1);
    }
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn what_was_said_before_one_joined_is_not_unread() {
    let (ann, bob) = (node("Ann", 1).await, node("Bob", 2).await);
    let id = lab(&ann).await;
    say(&ann, "Lab", "history").await;
    let ask = NewInvitation { role: None, uses: None, expires_s: None };
    let link = ann.join().invite("Lab", ask).await.unwrap().link.unwrap();
    bob.join().join(Join { link }).await.unwrap();
    assert!(!heard(&bob, &id, "history").await.unread);
    until("Ann knows Bob's name", async || {
        ann.spaces().members("Lab").await.unwrap().iter().any(|member| member.name == "Bob")
    })
    .await;
    say(&ann, "Lab", "news for @Bob").await;
    assert!(heard(&bob, &id, "news for @Bob").await.unread);
    let shown = bob.spaces().get("Lab").await.unwrap();
    assert_eq!((shown.unread, shown.mentioned), (1, true));
    ann.stop().await;
    bob.stop().await;
}
