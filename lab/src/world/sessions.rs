//! What a peer does with what arrives, and with what became durable: the caller's half of sync.

use std::collections::BTreeMap;

use proto::{
    id::SpaceId,
    log::{LogKey, Op, Ranges, Run},
    session::Frame,
    space::{Ingested, Lookup, Refusal, Replica},
    sync::{Action, Context, Fault, Head, Outcome, Sync, Ticket},
};

use super::{
    Event, Mutant, Packet, World,
    disk::{Blank, Write},
    keys::Cheap,
    peer::{News, Peer, Session, Then},
};

/// Runs are short here, so that there are many, and holes between them.
const MOST_OPS_A_RUN: u64 = 6;

impl World {
    pub(super) fn open_sessions(&mut self, a: usize, b: usize, link: u64) {
        for (peer, partner) in [(a, b), (b, a)] {
            let sync = Sync::new(self.peers[partner].keys.peer(), link);
            let mind = self.peers[peer].mind.as_mut().expect("only peers that are up are linked");
            mind.sessions.insert(partner, Session { link, sync });
            self.with_sync(peer, partner, |sync, cx| sync.start(cx));
        }
    }

    pub(super) fn close_session(&mut self, peer: usize, partner: usize) {
        let Some(mind) = &mut self.peers[peer].mind else { return };
        if let Some(session) = mind.sessions.remove(&partner) {
            mind.claims.end(session.link);
        }
    }

    /// Lets the session with a partner do something, and does what it says.
    pub(super) fn with_sync(
        &mut self,
        peer: usize,
        partner: usize,
        turn: impl FnOnce(&mut Sync, &mut Context<'_>) -> Vec<Action>,
    ) {
        let now = self.peers[peer].clock(self.now);
        let Some(mind) = &mut self.peers[peer].mind else { return };
        let Some(session) = mind.sessions.get_mut(&partner) else { return };
        let mut cx = Context { now, spaces: &mind.replicas, claims: &mut mind.claims };
        let actions = turn(&mut session.sync, &mut cx);
        actions.into_iter().for_each(|action| self.act(peer, partner, action));
    }

    fn act(&mut self, peer: usize, partner: usize, action: Action) {
        match action {
            Action::Send(message) => self.send(peer, partner, Packet::Frame(Frame::Sync(message).to_bytes())),
            Action::Read(read) => {
                let most = self.dice.between(1, MOST_OPS_A_RUN);
                let runs = self.peers[peer].disk.read(&read, most);
                self.with_sync(peer, partner, |sync, cx| sync.handle_read(read.id, runs, cx));
            }
            Action::Ingest { ticket, space, runs } => self.ingest(peer, partner, ticket, space, runs),
            Action::Introduce { space, runs } => self.introduce(peer, partner, space, runs),
            Action::Synced(_) => {}
            Action::Close(fault) => {
                // Clocks that are set, and slow links, can make the honest seem silent.
                if fault != Fault::Silent {
                    self.faults.push(format!("peer {peer} says of peer {partner}: {fault}"));
                }
                self.unlink(peer, partner);
                self.relink_soon();
            }
        }
    }

    pub(super) fn send(&mut self, from: usize, to: usize, packet: Packet) {
        match self.network.send(from, to, self.now, &mut self.dice) {
            Some((link, at)) => self.schedule(at, Event::Arrive { from, to, link, packet }),
            None => {
                self.unlink(from, to);
                self.relink_soon();
            }
        }
    }

    pub(super) fn arrive(&mut self, from: usize, to: usize, packet: Packet) {
        match packet {
            Packet::Frame(bytes) => match Frame::from_bytes(&bytes) {
                Ok(Some(Frame::Sync(message))) => self.with_sync(to, from, |sync, cx| sync.handle(message, cx)),
                other => self.faults.push(format!("peer {from} sent what is no frame: {other:?}")),
            },
            Packet::Join { number, request } => self.asked_to_admit(to, from, number, &request.0, &request.1),
            Packet::Joined { number, answer } => drop(self.answers.insert(number, answer)),
        }
    }

    /// Time passes for all sessions.
    pub(super) fn tick(&mut self) {
        for peer in 0..self.peers.len() {
            self.each_session(peer, None, |sync, cx| sync.tick(cx));
        }
    }

    fn each_session(
        &mut self,
        peer: usize,
        but: Option<usize>,
        turn: impl Fn(&mut Sync, &mut Context<'_>) -> Vec<Action>,
    ) {
        let sessions = self.peers[peer].mind.iter().flat_map(|mind| mind.sessions.keys().copied());
        let partners: Vec<usize> = sessions.filter(|partner| Some(*partner) != but).collect();
        partners.into_iter().for_each(|partner| self.with_sync(peer, partner, &turn));
    }

    fn ingest(&mut self, peer: usize, partner: usize, ticket: Ticket, space: SpaceId, runs: Vec<Run>) {
        let results: Vec<_> = runs.into_iter().map(|run| self.peers[peer].ingest(space, run)).collect();
        let outcome = results.iter().map(Outcome::of).reduce(the_more_telling).unwrap_or(Outcome::Broken);
        let link = self.peers[peer].link_with(partner);
        let taken: Vec<Ingested> = results.into_iter().filter_map(Result::ok).collect();
        if taken.iter().any(|ingested| ingested.auth) {
            self.relink_soon();
        }
        let news = self.peers[peer].news(space, &taken);
        let write = self.peers[peer].keep(space, taken);
        self.write(peer, space, write, Then::Ingested { partner, link, ticket, outcome: Box::new(outcome), news });
    }

    fn introduce(&mut self, peer: usize, partner: usize, space: SpaceId, runs: Vec<Run>) {
        let link = self.peers[peer].link_with(partner);
        let taken = self.peers[peer].take_in(space, runs);
        if let Some(write) = taken {
            self.relink_soon();
            return self.write(peer, space, write, Then::Introduced { partner, link, space });
        }
        self.with_sync(peer, partner, |sync, cx| sync.handle_introduced(space, cx));
    }

    /// Writes something, and does the rest when that is durable.
    pub(super) fn write(&mut self, peer: usize, space: SpaceId, write: Write, then: Then) {
        let takes = self.dice.between(500, 6000);
        let at = &mut self.peers[peer];
        at.disk.write(space, write);
        let Some(mind) = &mut at.mind else { return };
        mind.waiting.push_back(then);
        mind.durable_at = mind.durable_at.max(self.now) + std::time::Duration::from_micros(takes);
        let (at, boot) = (mind.durable_at, mind.boot);
        self.schedule(at, Event::Durable { peer, boot });
    }

    pub(super) fn durable(&mut self, peer: usize, boot: u64) {
        let at = &mut self.peers[peer];
        let Some(mind) = at.mind.as_mut().filter(|mind| mind.boot == boot) else { return };
        let Some(then) = mind.waiting.pop_front() else { return };
        at.disk.sync_one();
        match then {
            Then::Ingested { partner, link, ticket, outcome, news } => {
                if self.peers[peer].link_with(partner) == link {
                    self.with_sync(peer, partner, |sync, cx| sync.handle_ingested(ticket, *outcome, cx));
                }
                self.spread(peer, Some(partner), &news);
            }
            Then::Own { news, answer } => {
                self.answers.extend(answer.map(|number| (number, crate::Answer::Done)));
                news.iter().for_each(|news| self.spread(peer, None, news));
            }
            Then::Admitted { newcomer, answer, news } => {
                self.send(peer, newcomer, Packet::Joined { number: answer, answer: crate::Answer::Done });
                news.iter().for_each(|news| self.spread(peer, None, news));
            }
            Then::Introduced { partner, link, space } => {
                if self.peers[peer].link_with(partner) == link {
                    self.with_sync(peer, partner, |sync, cx| sync.handle_introduced(space, cx));
                }
                let nothing = News { space, heads: Vec::new(), run: None };
                self.spread(peer, Some(partner), &nothing);
            }
        }
    }

    fn spread(&mut self, peer: usize, but: Option<usize>, news: &News) {
        if self.mutant == Some(Mutant::KeepsSilent) {
            return;
        }
        self.each_session(peer, but, |sync, cx| sync.handle_changed(news.space, &news.heads, news.run.as_ref(), cx));
    }
}

/// Of two runs that prove something together, the outcome that says more.
fn the_more_telling(one: Outcome, other: Outcome) -> Outcome {
    match (&one, &other) {
        (Outcome::Broken, _) | (Outcome::Conflict { below: None, .. }, _) => one,
        (_, Outcome::Broken | Outcome::Conflict { .. }) => other,
        _ => one,
    }
}

impl Peer {
    fn link_with(&self, partner: usize) -> u64 {
        let session = self.mind.as_ref().and_then(|mind| mind.sessions.get(&partner));
        session.map_or(0, |session| session.link)
    }

    fn ingest(&mut self, space: SpaceId, run: Run) -> Result<Ingested, Refusal> {
        let replicas = self.mind.as_mut().map(|mind| &mut mind.replicas.by_space);
        let replica = replicas.and_then(|replicas| replicas.get_mut(&space)).ok_or(Refusal::OtherSpace)?;
        let lookup: &dyn Lookup = self.disk.shelf(space).map_or(&Blank, |shelf| shelf);
        replica.ingest(run, &Cheap, lookup)
    }

    /// What is to be kept of what was taken, secrets that became known included.
    fn keep(&mut self, space: SpaceId, taken: Vec<Ingested>) -> Write {
        let mut write = Write::default();
        let auth = taken.iter().any(|ingested| ingested.auth);
        for ingested in taken {
            write.ops.extend(ingested.stored);
            write.ops.extend(ingested.witness);
            write.faults.extend(ingested.faults);
            write.awaits.extend(ingested.awaits);
        }
        let replicas = self.mind.as_mut().map(|mind| &mut mind.replicas.by_space);
        if let Some(replica) = replicas.and_then(|replicas| replicas.get_mut(&space)).filter(|_| auth) {
            write.secrets = replica.unlock(&self.keys);
        }
        write
    }

    fn news(&self, space: SpaceId, taken: &[Ingested]) -> News {
        let ops: Vec<Op> = taken.iter().flat_map(|ingested| ingested.stored.iter().cloned()).collect();
        let run = Run::new(&ops).filter(|_| taken.len() == 1);
        let mut heads = self.heads(&ops);
        let faulty = taken.iter().flat_map(|ingested| &ingested.faults).map(|fault| fault.log);
        let replica = self.mind.as_ref().and_then(|mind| mind.replicas.by_space.get(&space));
        heads.extend(faulty.filter_map(|log| replica?.head(&log).map(Head::from)));
        News { space, heads, run }
    }

    /// Which places of which logs these are.
    pub(super) fn heads(&self, ops: &[Op]) -> Vec<Head> {
        let mut heads: BTreeMap<LogKey, Head> = BTreeMap::new();
        for op in ops {
            let (log, seq) = (op.header.key(), op.header.seq);
            let new = || Head { log, held: Ranges::new(), last: op.id, time: op.header.time, forked: None };
            let head = heads.entry(log).or_insert_with(new);
            head.held.insert(seq, seq);
            (head.last, head.time) = (op.id, op.header.time);
        }
        heads.into_values().collect()
    }

    /// Takes in a space that somebody introduced, if its auth log verifies and says that we are a member.
    fn take_in(&mut self, space: SpaceId, runs: Vec<Run>) -> Option<Write> {
        let mut runs: Vec<Vec<Op>> = runs.into_iter().map(|run| run.open(&Cheap)).collect::<Result<_, _>>().ok()?;
        runs.sort_by_key(|ops| ops.first().map(Op::order));
        let replicas = &mut self.mind.as_mut()?.replicas.by_space;
        let is_new = !replicas.contains_key(&space);
        let replica = replicas.entry(space).or_insert_with(|| Replica::empty(space, self.keys.peer()));
        let lookup: &dyn Lookup = self.disk.shelf(space).map_or(&Blank, |shelf| shelf);
        let results = runs.into_iter().map(|ops| replica.ingest_ops(ops, &Cheap, lookup));
        let taken: Vec<Ingested> = results.filter_map(Result::ok).collect();
        let is_member = replica.membership().is_some_and(|members| members.standing(&self.keys.peer()).is_some());
        if is_new && !is_member && self.mutant != Some(Mutant::OpensDoors) {
            replicas.remove(&space);
            return None;
        }
        Some(self.keep(space, taken))
    }
}
