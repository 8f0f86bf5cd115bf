use api::{
    Code,
    chat::{Edit, MarkRead, Message, React, Read, Said, Say, Search},
    event::Event,
    spaces::{Kind, NewSpace},
};
use node::Node;

use crate::world::{Body, node};

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
    let cases: [(&str, Option<&str>, Option<u32>, &[&str]); 4] = [
        ("apple", None, None, &["green apples", "red apples"]),
        ("apple", Some("Lab"), None, &["red apples"]),
        ("green", None, Some(1), &["green pears"]),
        ("plums", None, None, &[]),
    ];
    for (words, space, limit, expected) in cases {
        let ask = Search { text: words.into(), space: space.map(Into::into), limit };
        assert_eq!(texts(&ann.chat().search(ask).await.unwrap()), expected, "{words}");
    }
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
