//! Stands in for the node until it can be started: to be deleted.
#![allow(missing_docs, dead_code)]
use api::event::Event;
use api::*;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};
#[derive(Clone)]
pub struct Node {
    name: Arc<std::sync::Mutex<String>>,
    events: broadcast::Sender<Arc<Event>>,
}
pub struct Listener(broadcast::Receiver<Arc<Event>>);
impl Listener {
    pub async fn next(&mut self) -> Option<Arc<Event>> {
        self.0.recv().await.ok()
    }
}
fn no<T>() -> Result<T, Problem> {
    Err(Problem::new(Code::Internal, "not there yet"))
}
impl Node {
    pub fn new() -> Self {
        Self { name: Arc::new(std::sync::Mutex::new("Anna".into())), events: broadcast::Sender::new(8) }
    }
    pub fn events(&self) -> Listener {
        Listener(self.events.subscribe())
    }
    pub async fn stop(&self) {}
    pub async fn id(&self) -> Result<status::Identity, Problem> {
        no()
    }
    pub async fn settings(&self) -> Result<status::Settings, Problem> {
        Ok(status::Settings { name: Some(self.name.lock().unwrap().clone()), nearby: Some(true) })
    }
    pub async fn set(&self, s: status::Settings) -> Result<status::Settings, Problem> {
        if let Some(n) = s.name {
            *self.name.lock().unwrap() = n;
        }
        self.settings().await
    }
    pub async fn backup(&self, _: status::Backup) -> Result<status::BackedUp, Problem> {
        no()
    }
    pub async fn status(&self) -> Result<status::Status, Problem> {
        Ok(status::Status {
            peer: status::PeerStatus {
                id: "a".repeat(52),
                version: VERSION.into(),
                port: 4919,
                addresses: vec![],
                home: String::new(),
                pid: 0,
                since: "2026-11-22T11:00:00Z".into(),
                nearby: true,
            },
            person: status::PersonStatus { id: "b".repeat(52), name: self.name.lock().unwrap().clone() },
            api: status::ApiStatus { url: String::new() },
            spaces: 0,
            unread: 0,
            sessions: 0,
            sent_bytes: 0,
            received_bytes: 0,
            notices: vec![],
        })
    }
    pub fn people(&self) -> People {
        People
    }
    pub fn spaces(&self) -> Spaces {
        Spaces
    }
    pub fn chat(&self) -> Chat {
        Chat
    }
    pub fn files(&self) -> Files {
        Files
    }
    pub fn sends(&self) -> Sends {
        Sends
    }
}
pub struct People;
impl People {
    pub async fn list(&self) -> Result<Vec<people::Person>, Problem> {
        no()
    }
    pub async fn block(&self, _: &str, _: bool) -> Result<people::Person, Problem> {
        no()
    }
    pub async fn nearby(&self) -> Result<people::NearbyList, Problem> {
        no()
    }
    pub async fn connect(&self, _: people::Connect) -> Result<people::Request, Problem> {
        no()
    }
    pub async fn requests(&self) -> Result<Vec<people::Request>, Problem> {
        no()
    }
    pub async fn answer(&self, _: &str, _: bool) -> Result<people::Request, Problem> {
        no()
    }
}
pub struct Spaces;
impl Spaces {
    pub async fn list(&self) -> Result<Vec<spaces::Space>, Problem> {
        no()
    }
    pub async fn one(&self, _: &str) -> Result<spaces::Space, Problem> {
        no()
    }
    pub async fn new_space(&self, _: spaces::NewSpace) -> Result<spaces::Entered, Problem> {
        no()
    }
    pub async fn rename(&self, _: &str, _: spaces::Rename) -> Result<spaces::Entered, Problem> {
        no()
    }
    pub async fn leave(&self, _: &str) -> Result<spaces::Left, Problem> {
        no()
    }
    pub async fn members(&self, _: &str) -> Result<Vec<spaces::Member>, Problem> {
        no()
    }
    pub async fn invite(&self, _: &str, _: spaces::NewInvitation) -> Result<spaces::Invitation, Problem> {
        no()
    }
    pub async fn invitations(&self, _: spaces::OfSpace) -> Result<Vec<spaces::Invitation>, Problem> {
        no()
    }
    pub async fn uninvite(&self, _: &str) -> Result<spaces::Invitation, Problem> {
        no()
    }
    pub async fn preview(&self, _: spaces::Join) -> Result<spaces::Preview, Problem> {
        no()
    }
    pub async fn join(&self, _: spaces::Join) -> Result<spaces::Entered, Problem> {
        no()
    }
}
pub struct Chat;
impl Chat {
    pub async fn say(&self, _: &str, _: chat::Say) -> Result<chat::Said, Problem> {
        no()
    }
    pub async fn say_many(&self, _: &str, _: Vec<chat::Say>) -> Result<Vec<chat::Said>, Problem> {
        no()
    }
    pub async fn read(&self, _: &str, _: chat::Read) -> Result<Vec<chat::Message>, Problem> {
        no()
    }
    pub async fn edit(&self, _: &str, _: chat::Edit) -> Result<chat::Message, Problem> {
        no()
    }
    pub async fn unsay(&self, _: &str) -> Result<chat::Message, Problem> {
        no()
    }
    pub async fn react(&self, _: &str, _: chat::React) -> Result<chat::Message, Problem> {
        no()
    }
    pub async fn search(&self, _: chat::Search) -> Result<Vec<chat::Message>, Problem> {
        no()
    }
    pub async fn mark_read(&self, _: &str, _: chat::MarkRead) -> Result<chat::Marked, Problem> {
        no()
    }
}
pub struct Files;
type Work = Result<mpsc::Receiver<files::Progress>, Problem>;
impl Files {
    pub async fn share(&self, _: &str, _: files::Share) -> Work {
        no()
    }
    pub async fn list(&self, _: &str, _: files::ListFiles) -> Result<Vec<files::File>, Problem> {
        no()
    }
    pub async fn get(&self, _: &str, _: files::Get) -> Work {
        no()
    }
    pub async fn unshare(&self, _: &str, _: files::Unshare) -> Result<files::Unshared, Problem> {
        no()
    }
}
pub struct Sends;
impl Sends {
    pub async fn send(&self, _: send::NewSend) -> Result<send::Offer, Problem> {
        no()
    }
    pub async fn list(&self) -> Result<Vec<send::Offer>, Problem> {
        no()
    }
    pub async fn cancel(&self, _: &str) -> Result<send::Offer, Problem> {
        no()
    }
    pub async fn receive(&self, _: send::Receive) -> Work {
        no()
    }
}
