//! One session, from the hellos to its end: messages in, actions out.

use std::{future::Future, sync::Arc};

use api::event::Event;
use net::{Link, Stream};
use proto::{
    id::{PersonId, SpaceId},
    log::{LogKey, Run},
    session::{Close, Frame, MAX_FRAME_BYTES, Report},
    space::{Kind, Replica},
    sync::{Action, Context, Outcome, Sync, Ticket},
};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};

use super::{
    Partner, REPORT_AFTER, TICK,
    outbox::{Full, Outbox},
    registry::{Place, close},
    serve,
    spread::News,
    view::View,
};
use crate::{shared::Core, spaces};

/// One session.
pub(super) struct Running {
    pub(super) core: Arc<Core>,
    pub(super) partner: Partner,
    pub(super) number: u64,
    pub(super) outbox: Outbox,
    sync: Sync,
    work: JoinSet<Done>,
    /// What to report, once [`REPORT_AFTER`] is over.
    pub(super) unreported: std::collections::BTreeMap<(SpaceId, LogKey), u64>,
    pub(super) report_at: Option<Instant>,
}

/// Work of the session's own that has ended.
enum Done {
    Ingested(Ticket, Outcome),
    Introduced(SpaceId),
}

/// Why a session ends.
#[derive(Debug)]
pub(super) enum End {
    /// The connection is gone.
    Gone,
    /// We end it.
    Close(Close),
}

impl From<Full> for End {
    fn from(_: Full) -> Self {
        End::Close(Close::Busy)
    }
}

/// Runs a session that has begun, to its end.
pub(super) async fn run(core: Arc<Core>, link: Link, stream: Stream, partner: Partner, place: Place) {
    let (writer, mut reader) = stream.split();
    let Place { number, mut news } = place;
    let mut session = Running {
        core: core.clone(),
        partner,
        number,
        outbox: Outbox::new(writer),
        sync: Sync::new(partner.peer, number),
        work: JoinSet::new(),
        unreported: Default::default(),
        report_at: None,
    };
    core.events.tell(Event::Person { person: partner.person.to_string(), online: true });
    let ended = session.live(&mut reader, &mut news).await;
    drop(session);
    match ended {
        End::Gone => close(&link, Close::Goodbye),
        End::Close(why) => {
            tracing::debug!(peer = %partner.peer.short(), ?why, "a session is ended");
            close(&link, why);
        }
    }
    if core.sessions.leave(partner.peer, number) {
        core.events.tell(Event::Person { person: partner.person.to_string(), online: false });
    }
}

impl Running {
    async fn live(&mut self, reader: &mut net::Reader, news: &mut tokio::sync::mpsc::Receiver<News>) -> End {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if let Err(end) = self.begin() {
            return end;
        }
        loop {
            let report_at = self.report_at;
            let step = tokio::select! {
                frame = reader.recv(MAX_FRAME_BYTES) => match frame {
                    Ok(Some(bytes)) => self.frame(&bytes),
                    Ok(None) | Err(net::FrameError::LinkGone) => Err(End::Gone),
                    Err(_) => Err(End::Close(Close::Fault)),
                },
                Some(first) = news.recv() => self.news(first, news),
                Some(Ok(done)) = self.work.join_next() => self.done(done),
                () = sleep_until(report_at.unwrap_or_else(Instant::now)), if report_at.is_some() => self.report(),
                _ = tick.tick() => self.sync(|sync, cx| sync.tick(cx)),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    fn begin(&mut self) -> Result<(), End> {
        self.say_who_is_there()?;
        self.say_where_they_are()?;
        self.sync(|sync, cx| sync.start(cx))
    }

    fn frame(&mut self, bytes: &[u8]) -> Result<(), End> {
        match Frame::from_bytes(bytes) {
            Ok(Some(Frame::Sync(message))) => self.sync(|sync, cx| sync.handle(message, cx)),
            Ok(Some(Frame::Report(report))) => self.heard_report(report),
            Ok(Some(Frame::Presence(beacons))) => self.heard_presence(&beacons),
            Ok(Some(Frame::Addresses(all))) => self.heard_addresses(all),
            Ok(Some(Frame::Typing(typing))) => self.heard_typing(typing),
            Ok(Some(Frame::Close(_))) => Err(End::Gone),
            Ok(None) => Ok(()),
            Ok(Some(Frame::Hello(_))) | Err(_) => Err(End::Close(Close::Fault)),
        }
    }

    /// Takes one piece of news; if the queue had run over, everything is compared anew instead.
    fn news(&mut self, first: News, queue: &mut tokio::sync::mpsc::Receiver<News>) -> Result<(), End> {
        if queue.len() + 1 < super::MAX_NEWS {
            return self.one(first);
        }
        let mut all = vec![first];
        while let Ok(next) = queue.try_recv() {
            all.push(next);
        }
        all.into_iter().try_for_each(|news| self.one(news))?;
        self.compare_all()
    }

    fn one(&mut self, news: News) -> Result<(), End> {
        match news {
            News::Ops(space, head, run) => {
                let heads = std::slice::from_ref(head.as_ref());
                self.sync(|sync, cx| sync.handle_changed(space, heads, run.as_deref(), cx))
            }
            News::Members(space) => self.sync(|sync, cx| sync.handle_changed(space, &[], None, cx)),
            News::Held(space, log, up_to) => {
                self.note_report(space, log, up_to);
                Ok(())
            }
            News::Report(space, holdings) => self.pass_on_report(space, &holdings),
            News::Presence(beacons) => self.pass_on_presence(&beacons),
            News::Addresses(all) => self.pass_on_addresses(&all),
            News::Typing(typing) => self.pass_on_typing(typing),
        }
    }

    /// Tells the partner of everything held in the shared spaces that it has not been told of.
    fn compare_all(&mut self) -> Result<(), End> {
        use proto::sync::{Part, Spaces};
        let core = self.core.clone();
        let view = View(&core);
        for space in view.shared_with(self.partner.peer) {
            for part in [Part::Auth, Part::Rest] {
                let heads = view.heads(space, part, None, usize::MAX);
                self.sync(|sync, cx| sync.handle_changed(space, &heads, None, cx))?;
            }
        }
        Ok(())
    }

    /// Lets sync take a step, and does what it says.
    fn sync(&mut self, step: impl FnOnce(&mut Sync, &mut Context<'_>) -> Vec<Action>) -> Result<(), End> {
        let mut actions = std::collections::VecDeque::from(self.step(step));
        while let Some(action) = actions.pop_front() {
            match action {
                Action::Send(message) => self.outbox.send(&Frame::Sync(message))?,
                Action::Read(read) => {
                    let runs = serve::read(&self.core, &read);
                    actions.extend(self.step(|sync, cx| sync.handle_read(read.id, runs, cx)));
                }
                Action::Ingest { ticket, space, runs } => self.ingest(ticket, space, runs),
                Action::Introduce { space, runs } => self.introduce(space, runs),
                Action::Synced(space) => self.synced(space),
                Action::Close(fault) => {
                    tracing::warn!(peer = %self.partner.peer.short(), %fault, "a session is ended");
                    return Err(End::Close(Close::Fault));
                }
            }
        }
        Ok(())
    }

    fn step(&mut self, step: impl FnOnce(&mut Sync, &mut Context<'_>) -> Vec<Action>) -> Vec<Action> {
        let core = self.core.clone();
        let view = View(&core);
        let mut claims = core.sessions.claims();
        step(&mut self.sync, &mut Context { now: core.sessions.now(), spaces: &view, claims: &mut claims })
    }

    /// Checks and stores runs in the order they came, without waiting for the disk in between.
    fn ingest(&mut self, ticket: Ticket, space: SpaceId, runs: Vec<Run>) {
        let Some(held) = self.core.held(space) else {
            self.work.spawn(async move { Done::Ingested(ticket, Outcome::Failed) });
            return;
        };
        let begin = |run| spaces::ingest::run(&self.core, &held, run, self.number);
        let begun: Vec<_> = runs.into_iter().map(begin).collect();
        self.work.spawn(async move { Done::Ingested(ticket, last(begun).await) });
    }

    fn introduce(&mut self, space: SpaceId, runs: Vec<Run>) {
        let (core, partner) = (self.core.clone(), self.partner);
        self.work.spawn(async move {
            introduce(&core, space, runs, partner.person).await;
            Done::Introduced(space)
        });
    }

    fn done(&mut self, done: Done) -> Result<(), End> {
        match done {
            Done::Ingested(ticket, outcome) => self.sync(|sync, cx| sync.handle_ingested(ticket, outcome, cx)),
            Done::Introduced(space) => self.sync(|sync, cx| sync.handle_introduced(space, cx)),
        }
    }

    pub(super) fn send_report(&self, report: Report) -> Result<(), End> {
        Ok(self.outbox.send(&Frame::Report(report))?)
    }

    pub(super) fn report_soon(&mut self) {
        self.report_at.get_or_insert_with(|| Instant::now() + REPORT_AFTER);
    }
}

/// Takes a space in that the partner says we are a member of: one that we asked to join, or a direct one with the partner.
async fn introduce(core: &Arc<Core>, space: SpaceId, runs: Vec<Run>, with: PersonId) {
    let joining = spaces::enter::is_joining(core, space);
    let me = core.me.person;
    let accept = |replica: &Replica| {
        replica.membership().is_some_and(|members| {
            let direct = members.kind == Kind::Direct && members.members.contains_key(&with);
            members.members.contains_key(&me) && (joining || direct)
        })
    };
    spaces::ingest::introduce(core, space, runs, accept).await;
}

/// What became of the last of several runs: of two that prove a fork, the second one shows it.
async fn last(begun: Vec<impl Future<Output = Outcome>>) -> Outcome {
    let mut outcome = Outcome::Failed;
    for one in begun {
        outcome = one.await;
    }
    outcome
}
