//! One transfer, from its beginning to its end.

use std::time::Duration;

use api::{
    Code, Problem,
    files::Progress,
    transfers::{Transfer, TransferState},
};
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval},
};

use super::{Transfers, Wish, Work, meter::Meter};

/// Lines that wait for a slow listener.
const LINES: usize = 64;

/// How a transfer goes is told no oftener than that.
const TOLD_EVERY: Duration = Duration::from_millis(250);

/// One transfer, and who began it.
struct Running {
    transfers: Transfers,
    number: u64,
    wished: watch::Receiver<Wish>,
    /// Who began it, as long as they listen.
    caller: Option<mpsc::Sender<Progress>>,
    /// Whether it goes on without them.
    background: bool,
    meter: Meter,
    /// How it goes, since it was last told.
    untold: Option<Progress>,
}

/// Why the work is no longer under way.
enum Over {
    /// It came to its end, one way or the other.
    Ended,
    /// It is stopped for now.
    Stopped,
    /// It is to be forgotten.
    Forgotten,
}

impl Transfers {
    /// Begins work and enters it in the list. What can be seen at once not to work is not entered.
    pub(super) async fn run(
        &self,
        about: Transfer,
        same: Vec<u8>,
        background: bool,
        work: Work,
    ) -> Result<mpsc::Receiver<Progress>, Problem> {
        let lines = work().await?;
        let (number, wished) = self.enter(about, same)?;
        let (caller, receiver) = mpsc::channel(LINES);
        let running = Running {
            transfers: self.clone(),
            number,
            wished,
            caller: Some(caller),
            background,
            meter: Meter::default(),
            untold: None,
        };
        self.core.tasks.spawn_until_stop(running.live(lines, work));
        Ok(receiver)
    }
}

impl Running {
    /// Runs the work as often as it is wanted.
    async fn live(mut self, mut lines: mpsc::Receiver<Progress>, work: Work) {
        loop {
            match self.watch(lines).await {
                Over::Forgotten => return self.say(interrupted()).await,
                Over::Ended => self.caller = None,
                Over::Stopped => self.stopped().await,
            }
            lines = loop {
                if !self.is_wanted().await {
                    return self.say(interrupted()).await;
                }
                self.show(TransferState::Going, None);
                match work().await {
                    Ok(lines) => break lines,
                    Err(problem) => self.show(TransferState::Failed, Some(problem)),
                }
            };
            self.meter = Meter::default();
        }
    }

    /// Watches the work until it is over or no longer wanted. Returning drops it, which stops it.
    async fn watch(&mut self, mut lines: mpsc::Receiver<Progress>) -> Over {
        let mut tick = interval(TOLD_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let line = tokio::select! {
                line = lines.recv() => line,
                wish = wish(&mut self.wished) => match wish {
                    Wish::Go => continue,
                    Wish::Pause => return Over::Stopped,
                    Wish::End => return Over::Forgotten,
                },
                () = left(&self.caller) => {
                    self.caller = None;
                    if self.background { continue } else { return Over::Stopped }
                }
                _ = tick.tick() => {
                    self.tell();
                    continue;
                }
            };
            match line {
                Some(going @ Progress::Going { .. }) => {
                    if let Some(caller) = &self.caller {
                        // A slow listener misses steps.
                        let _ = caller.try_send(going.clone());
                    }
                    self.untold = Some(going);
                }
                Some(note @ Progress::Note { .. }) => self.say(note).await,
                Some(Progress::Done(done)) => {
                    self.tell();
                    self.transfers.show(self.number, |shown| {
                        (shown.state, shown.rate, shown.problem) = (TransferState::Done, 0.0, None);
                        shown.step.clear();
                        (shown.bytes, shown.files) = (done.bytes, done.files);
                        (shown.total_bytes, shown.total_files) = (done.bytes, done.files);
                    });
                    self.say(Progress::Done(done)).await;
                    return Over::Ended;
                }
                Some(Progress::Failed { error }) => {
                    self.tell();
                    self.show(TransferState::Failed, Some(error.clone()));
                    self.say(Progress::Failed { error }).await;
                    return Over::Ended;
                }
                // The peer stops.
                None => {
                    self.show(TransferState::Paused, None);
                    return Over::Ended;
                }
            }
        }
    }

    /// Waits until it is to go on; false if it is to be forgotten.
    async fn is_wanted(&mut self) -> bool {
        loop {
            match wish(&mut self.wished).await {
                Wish::Go => return true,
                Wish::End => return false,
                Wish::Pause => {}
            }
        }
    }

    async fn stopped(&mut self) {
        self.tell();
        self.show(TransferState::Paused, None);
        let shown = self.transfers.lock().entries.get(&self.number).map(|entry| entry.shown.clone());
        if let Some(shown) = shown {
            let paused = Progress::Going {
                step: "paused".into(),
                bytes: shown.bytes,
                total_bytes: shown.total_bytes,
                files: shown.files,
                total_files: shown.total_files,
                from: vec![],
            };
            self.say(paused).await;
        }
    }

    /// Tells how it goes, and how fast.
    fn tell(&mut self) {
        let now = tokio::time::Instant::now();
        let Some(Progress::Going { step, bytes, total_bytes, files, total_files, from }) = self.untold.take() else {
            return self.tell_rate(now);
        };
        let rate = self.meter.at(bytes, now);
        self.transfers.show(self.number, |shown| {
            (shown.step, shown.from) = (step, from);
            (shown.bytes, shown.total_bytes) = (bytes, total_bytes);
            (shown.files, shown.total_files) = (files, total_files);
            shown.rate = rate.unwrap_or(shown.rate);
        });
    }

    /// Nothing is new, which also is news as long as it went at some rate.
    fn tell_rate(&mut self, now: tokio::time::Instant) {
        let before = self.transfers.lock().entries.get(&self.number).map(|entry| (entry.shown.bytes, entry.shown.rate));
        let Some((bytes, before)) = before.filter(|(_, rate)| *rate > 0.0) else { return };
        if let Some(rate) = self.meter.at(bytes, now).filter(|rate| *rate != before) {
            self.transfers.show(self.number, |shown| shown.rate = rate);
        }
    }

    fn show(&self, state: TransferState, problem: Option<Problem>) {
        self.transfers.show(self.number, |shown| {
            (shown.state, shown.problem, shown.rate) = (state, problem, 0.0);
            if state != TransferState::Going {
                shown.step.clear();
                shown.from.clear();
            }
        });
    }

    /// Says something to who began it, who may have gone.
    async fn say(&mut self, line: Progress) {
        if let Some(caller) = &self.caller
            && caller.send(line).await.is_err()
            && self.background
        {
            self.caller = None;
        }
    }
}

/// The next wish.
async fn wish(wished: &mut watch::Receiver<Wish>) -> Wish {
    match wished.changed().await {
        Ok(()) => *wished.borrow_and_update(),
        Err(_) => Wish::End,
    }
}

/// Resolves when who began it no longer listens.
async fn left(caller: &Option<mpsc::Sender<Progress>>) {
    match caller {
        Some(caller) => caller.closed().await,
        None => std::future::pending().await,
    }
}

fn interrupted() -> Progress {
    let problem =
        Problem::new(Code::Interrupted, "the transfer was ended").hint("the same command goes on where it was");
    Progress::Failed { error: problem }
}
