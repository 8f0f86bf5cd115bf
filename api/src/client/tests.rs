//! The client against a peer that answers as told.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixListener,
};

use super::*;
use crate::{Nothing, VERSION, event::Event, route::VERSION_HEADER, routes};

/// A peer that answers the first call with these bytes and goes.
struct Told {
    folder: tempfile::TempDir,
}

impl Told {
    fn to_say(answer: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        Self { folder }
    }

    fn client(&self) -> Client {
        Client::new(self.folder.path().join("socket"))
    }
}

fn answer(status: &str, version: &str, length: usize, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{VERSION_HEADER}: {version}\r\ncontent-length: {length}\r\n\r\n{body}")
}

async fn spaces(told: Told) -> Problem {
    told.client().list::<routes::Spaces>("", &Nothing {}).await.unwrap_err()
}

#[tokio::test]
async fn nobody_listens() {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(folder.path().join("socket"));
    let problem = client.ask::<routes::Status>(&Nothing {}).await.unwrap_err();
    assert_eq!((problem.code, problem.hint.as_deref()), (Code::NotRunning, Some("peer up --background")));
}

#[tokio::test]
async fn refusals_come_through_as_they_are() {
    let body = r#"{"error":{"code":"not_found","message":"there is no space","hint":"peer spaces"}}"#;
    let problem = spaces(Told::to_say(answer("404 Not Found", VERSION, body.len(), body))).await;
    assert_eq!(problem, Problem::new(Code::NotFound, "there is no space").hint("peer spaces"));
}

#[tokio::test]
async fn another_version_is_said_but_can_be_stopped() {
    let other = || Told::to_say(answer("200 OK", "99.0.0", 2, "{}"));
    let problem = spaces(other()).await;
    assert_eq!(problem.code, Code::Version);
    assert!(problem.why.unwrap().contains("99.0.0"));
    assert!(other().client().ask::<routes::Stop>(&Nothing {}).await.is_ok());
}

#[tokio::test]
async fn a_peer_that_goes_in_mid_answer_is_said() {
    let cut = answer("200 OK", VERSION, 100, "[{\"id\":");
    assert_eq!(spaces(Told::to_say(cut)).await.code, Code::NotRunning);
    assert_eq!(spaces(Told::to_say(String::new())).await.code, Code::NotRunning);
}

#[tokio::test]
async fn lines_come_one_by_one_and_end() {
    let body = "{\"type\":\"nearby\"}\n\n{\"type\":\"lagged\",\"missed\":3}\n";
    let told = Told::to_say(answer("200 OK", VERSION, body.len(), body));
    let mut events = told.client().lines::<routes::Events>("", &Nothing {}).await.unwrap();
    assert_eq!(events.next().await.unwrap(), Some(Event::Nearby));
    assert_eq!(events.next().await.unwrap(), Some(Event::Lagged { missed: 3 }));
    assert_eq!(events.next().await.unwrap(), None);
}

#[tokio::test]
async fn lines_that_break_off_are_a_problem() {
    let told = Told::to_say(answer("200 OK", VERSION, 500, "{\"type\":\"nearby\"}\n{\"ty"));
    let mut events = told.client().lines::<routes::Events>("", &Nothing {}).await.unwrap();
    assert_eq!(events.next().await.unwrap(), Some(Event::Nearby));
    assert_eq!(events.next().await.unwrap_err().code, Code::NotRunning);
}
