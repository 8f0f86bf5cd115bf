//! Telling how a long piece of work goes, to somebody who may stop listening at any moment.

use std::{
    collections::BTreeSet,
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use api::{
    Problem,
    files::{Done, Progress},
};
use tokio::{sync::mpsc, time::Instant};

/// So many lines wait for a slow listener; the work then waits for it at notes, and leaves out steps.
const LINES: usize = 64;

/// At most one line of progress in so long.
const EVERY: Duration = Duration::from_millis(100);

/// Where a piece of work tells how it goes. Shared by all that work on it.
pub struct Teller {
    lines: mpsc::Sender<Progress>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    step: &'static str,
    done: Done,
    /// Bytes that were here before the work began.
    here: u64,
    total_bytes: u64,
    total_files: u64,
    from: BTreeSet<String>,
    told: Option<Instant>,
}

/// Runs `work` as a task of its own and returns what it tells; the last line is `done` or `failed`. Dropping the
/// receiver stops the work where it is.
pub fn tell<F, W>(work: W) -> mpsc::Receiver<Progress>
where
    W: FnOnce(std::sync::Arc<Teller>) -> F + Send + 'static,
    F: Future<Output = Result<(), Problem>> + Send + 'static,
{
    let (lines, receiver) = mpsc::channel(LINES);
    let teller = std::sync::Arc::new(Teller { lines: lines.clone(), state: Mutex::default() });
    tokio::spawn(async move {
        let result = tokio::select! {
            result = work(teller.clone()) => result,
            () = lines.closed() => return,
        };
        let last = match result {
            Ok(()) => Progress::Done(teller.with(|state| std::mem::take(&mut state.done))),
            Err(error) => Progress::Failed { error },
        };
        let _ = lines.send(last).await;
    });
    receiver
}

impl Teller {
    /// One that nobody listens to.
    pub fn silent() -> Self {
        Self { lines: mpsc::channel(1).0, state: Mutex::default() }
    }

    /// A new step begins: `scanning`, `hashing`, `fetching`, `writing`, `waiting`.
    pub fn step(&self, step: &'static str) {
        let changed = self.with(|state| std::mem::replace(&mut state.step, step) != step);
        self.going(changed);
    }

    /// How much there is to do in all.
    pub fn total(&self, files: u64, bytes: u64) {
        self.with(|state| (state.total_files, state.total_bytes) = (files, bytes));
        self.going(false);
    }

    /// So much more is done.
    pub fn add(&self, files: u64, bytes: u64) {
        self.with(|state| {
            state.done.files += files;
            state.done.bytes = state.done.bytes.saturating_add(bytes);
        });
        self.going(false);
    }

    /// So many of the bytes were here before.
    pub fn here(&self, bytes: u64) {
        self.with(|state| state.here = state.here.saturating_add(bytes));
    }

    /// So many more bytes came over the network.
    pub fn fetched(&self, bytes: u64) {
        self.with(|state| state.done.fetched_bytes += bytes);
        self.going(false);
    }

    /// It comes from them, or is waited for.
    pub fn from(&self, from: impl IntoIterator<Item = String>) {
        self.with(|state| state.from = from.into_iter().collect());
        self.going(false);
    }

    /// Where it went, of a share.
    pub fn placed(&self, path: String) {
        self.with(|state| state.done.paths.push(path));
    }

    /// Something one should know.
    pub async fn note(&self, path: impl ToString, text: impl Into<String>) {
        self.with(|state| state.done.notes += 1);
        let _ = self.lines.send(Progress::Note { path: path.to_string(), text: text.into() }).await;
    }

    /// Tells how it stands, unless it was just told; `at_once` in any case. A slow listener misses it.
    fn going(&self, at_once: bool) {
        let now = Instant::now();
        let line = self.with(|state| {
            if !at_once && state.told.is_some_and(|told| now < told + EVERY) {
                return None;
            }
            state.told = Some(now);
            let State { step, done, here, total_bytes, total_files, from, .. } = state;
            // What came over the network is not done before it is written; for whoever waits it is.
            let came = here.saturating_add(done.fetched_bytes).min(*total_bytes);
            Some(Progress::Going {
                step: (*step).into(),
                bytes: done.bytes.max(came),
                total_bytes: *total_bytes,
                files: done.files,
                total_files: *total_files,
                from: from.iter().cloned().collect(),
            })
        });
        if let Some(line) = line {
            let _ = self.lines.try_send(line);
        }
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_line_says_what_came_of_it() {
        let mut lines = tell(|teller| async move {
            teller.step("hashing");
            teller.total(2, 20);
            teller.add(2, 20);
            teller.note("a", "left out").await;
            teller.placed("a".into());
            Ok(())
        });
        let mut last = None;
        while let Some(line) = lines.recv().await {
            last = Some(line);
        }
        let done = Done { files: 2, bytes: 20, notes: 1, paths: vec!["a".into()], ..Done::default() };
        assert_eq!(last, Some(Progress::Done(done)));
    }

    #[tokio::test]
    async fn who_stops_listening_stops_the_work() {
        let (alive, dropped) = tokio::sync::oneshot::channel::<()>();
        let lines = tell(|_| async move {
            let _alive = alive;
            std::future::pending().await
        });
        drop(lines);
        assert!(dropped.await.is_err());
    }
}
