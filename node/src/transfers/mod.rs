//! Transfers: long pieces of work with files, whoever began them, in one list: how each goes, and stopping it for now, taking
//! it up again, ending it.
//!
//! Work that is stopped is simply dropped, and taken up by running it again: each kind goes on where it was by itself. The
//! list is kept in memory; what was under way when the peer stopped is begun again by whoever wants it.

mod begin;
mod meter;
mod run;

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use api::{
    Code, Problem,
    event::Event,
    files::Progress,
    transfers::{SetTransfer, Transfer, TransferState},
};
use tokio::sync::{mpsc, watch};

use crate::{Core, chat::Chat, files::Files, send::Sends};

/// So many transfers are listed; those that ended earliest go first.
const MOST: usize = 200;

/// Begins the work, or goes on with it.
type Work = Arc<dyn Fn() -> Begun + Send + Sync>;

/// How it goes; nothing was begun if there is a problem.
type Begun = Pin<Box<dyn Future<Output = Result<mpsc::Receiver<Progress>, Problem>> + Send>>;

/// All transfers of a node. Clones are the same.
#[derive(Clone)]
pub struct Transfers {
    core: Arc<Core>,
    files: Files,
    chat: Chat,
    sends: Sends,
    list: Arc<Mutex<List>>,
}

#[derive(Default)]
struct List {
    last: u64,
    entries: BTreeMap<u64, Entry>,
}

/// One transfer in the list.
struct Entry {
    shown: Transfer,
    /// Tells the same work from other work.
    same: Vec<u8>,
    wish: watch::Sender<Wish>,
}

/// What is wanted of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Go,
    Pause,
    End,
}

impl Transfers {
    /// None yet.
    pub fn new(core: Arc<Core>, files: Files, chat: Chat, sends: Sends) -> Self {
        Self { core, files, chat, sends, list: Arc::default() }
    }

    /// Those under way first, then the latest.
    pub fn list(&self) -> Vec<Transfer> {
        let list = self.lock();
        let mut all: Vec<Transfer> = list.entries.values().rev().map(|entry| entry.shown.clone()).collect();
        all.sort_by_key(|transfer| transfer.state != TransferState::Going);
        all
    }

    /// Stops one for now, or takes it up again.
    pub fn set(&self, id: &str, ask: SetTransfer) -> Result<Transfer, Problem> {
        let list = self.lock();
        let entry = list.find(id)?;
        if entry.shown.state == TransferState::Done {
            return Err(Problem::new(Code::Usage, "this transfer is done"));
        }
        entry.wish.send_replace(if ask.paused { Wish::Pause } else { Wish::Go });
        Ok(entry.shown.clone())
    }

    /// Ends one and forgets it. What has come stays.
    pub fn end(&self, id: &str) -> Result<Transfer, Problem> {
        let mut list = self.lock();
        let (number, transfer) = (number(id)?, list.find(id)?.shown.clone());
        list.entries.remove(&number).map(|entry| entry.wish.send_replace(Wish::End));
        drop(list);
        self.tell(transfer.clone(), true);
        Ok(transfer)
    }

    /// Enters a transfer, in the place of one that has ended and was the same work.
    fn enter(&self, mut shown: Transfer, same: Vec<u8>) -> Result<(u64, watch::Receiver<Wish>), Problem> {
        let mut list = self.lock();
        let ended = |entry: &Entry| entry.shown.state != TransferState::Going;
        let gone = list.entries.iter().find(|(_, entry)| ended(entry) && entry.same == same);
        let over = || list.entries.iter().find(|(_, entry)| ended(entry)).filter(|_| list.entries.len() >= MOST);
        let gone = gone.or_else(over).map(|(number, _)| *number);
        let gone = gone.and_then(|number| list.entries.remove(&number));
        if list.entries.len() >= MOST {
            return Err(Problem::new(Code::TooLarge, format!("{MOST} transfers are under way already")));
        }
        list.last += 1;
        let number = list.last;
        shown.id = number.to_string();
        let (wish, wished) = watch::channel(Wish::Go);
        list.entries.insert(number, Entry { shown: shown.clone(), same, wish });
        drop(list);
        if let Some(gone) = gone {
            gone.wish.send_replace(Wish::End);
            self.tell(gone.shown, true);
        }
        self.tell(shown, false);
        Ok((number, wished))
    }

    /// Changes what is shown of one, and tells it.
    fn show(&self, number: u64, change: impl FnOnce(&mut Transfer)) {
        let mut list = self.lock();
        let Some(entry) = list.entries.get_mut(&number) else { return };
        change(&mut entry.shown);
        let shown = entry.shown.clone();
        drop(list);
        self.tell(shown, false);
    }

    fn tell(&self, transfer: Transfer, gone: bool) {
        self.core.events.tell(Event::Transfer { transfer: Box::new(transfer), gone });
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn find(&self, id: &str) -> Result<&Entry, Problem> {
        self.entries.get(&number(id)?).ok_or_else(|| no_transfer(id))
    }
}

fn number(id: &str) -> Result<u64, Problem> {
    id.parse().map_err(|_| no_transfer(id))
}

fn no_transfer(id: &str) -> Problem {
    Problem::new(Code::NotFound, format!("there is no transfer {id:?}"))
}
