//! Holders of plain logs, and links between them that deliver one message at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    id::{OpId, PeerId, SpaceId},
    key::{Domain, Sign, Signature, Verify},
    log::{Area, Header, LogId, LogKey, Op, Range, Ranges, Run, VERSION},
    sync::{Action, Claims, Context, Digest, Fault, Head, Message, Outcome, Part, Place, Spaces, Standing, Sync},
    time::Time,
};

/// Keys that sign with their own name.
pub struct Cheap(pub [u8; 32]);

impl Sign for Cheap {
    fn public(&self) -> [u8; 32] {
        self.0
    }

    fn sign(&self, _: Domain, bytes: &[u8]) -> Signature {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(blake3::keyed_hash(&self.0, bytes).as_bytes());
        Signature(signature)
    }
}

impl Verify for Cheap {
    fn verify(&self, signer: &[u8; 32], domain: Domain, bytes: &[u8], signature: &Signature) -> bool {
        Cheap(*signer).sign(domain, bytes) == *signature
    }
}

pub const SPACE: SpaceId = SpaceId([7; 32]);

pub fn peer(n: u8) -> PeerId {
    PeerId([n; 32])
}

pub fn log(author: u8, area: Area) -> LogKey {
    LogKey { peer: peer(author), log: LogId::of(area) }
}

/// So many ops of a log, one a second from `begin` seconds on.
pub fn ops(author: u8, area: Area, count: u64, begin: u64, body: usize) -> Vec<Op> {
    let mut previous: Option<OpId> = None;
    let made = (1..=count).map(|seq| {
        let header = Header {
            version: VERSION,
            space: SPACE,
            peer: peer(author),
            log: LogId::of(area),
            seq,
            previous,
            after: Vec::new(),
            auth: Vec::new(),
            epoch: None,
            time: Time::from_millis((begin + seq) * 1000),
            body_hash: [0; 32],
            body_len: 0,
        };
        let op = Op::sign(header, vec![seq as u8; body], &Cheap([author; 32]));
        previous = Some(op.id);
        op
    });
    made.collect()
}

/// A peer that holds ops.
#[derive(Default)]
pub struct Holder {
    pub held: BTreeMap<LogKey, BTreeMap<u64, Op>>,
    pub members: BTreeSet<PeerId>,
    pub knows: bool,
    pub claims: Claims,
    pub now: Time,
    /// Sends no more than so many of the ops asked for in one run, as if each were large.
    pub most: Option<u64>,
    /// In which order runs became held.
    pub taken: Vec<(LogKey, Range)>,
}

impl Holder {
    /// A member of the space, as are those, holding these ops.
    pub fn new(members: &[u8], held: impl IntoIterator<Item = Op>) -> Self {
        let members = members.iter().map(|n| peer(*n)).collect();
        let mut holder = Holder { members, knows: true, now: Time(1), ..Holder::default() };
        holder.hold(held);
        holder
    }

    pub fn hold(&mut self, ops: impl IntoIterator<Item = Op>) {
        for op in ops {
            self.held.entry(op.header.key()).or_default().entry(op.header.seq).or_insert(op);
        }
    }

    pub fn all(&self) -> BTreeSet<OpId> {
        self.held.values().flat_map(|ops| ops.values().map(|op| op.id)).collect()
    }

    fn take(&mut self, run: Run) -> Outcome {
        let Ok(ops) = run.open(&Cheap([0; 32])) else { return Outcome::Broken };
        let (first, last) = (&ops[0].header, &ops[ops.len() - 1].header);
        let (log, oldest, range) = (first.key(), first.time, Range::new(first.seq, last.seq));
        self.taken.push((log, range));
        self.hold(ops);
        Outcome::Taken { log, range, oldest, lacks_auth: false }
    }

    fn read(&self, read: &crate::sync::Read) -> Vec<(Range, Run)> {
        let Some(ops) = self.held.get(&read.log) else { return Vec::new() };
        let mut window = read.window();
        if let Some(most) = self.most.filter(|_| read.log.log.area != Area::AUTH) {
            window.first = window.first.max((read.range.last + 1).saturating_sub(most));
        }
        let place = |op: &Op| Place {
            seq: op.header.seq,
            bytes: op.body.as_ref().map_or(0, Vec::len) as u32,
            signed: op.signature.is_some(),
        };
        let outline: Vec<Place> = ops.range(window.first..=window.last).map(|(_, op)| place(op)).collect();
        let Some(range) = read.cut(&outline) else { return Vec::new() };
        let ops: Vec<Op> = ops.range(range.first..=range.last).map(|(_, op)| op.clone()).collect();
        vec![(range, Run::new(&ops).unwrap())]
    }
}

pub fn head_of(log: LogKey, ops: &BTreeMap<u64, Op>) -> Head {
    let mut held = Ranges::new();
    ops.keys().for_each(|seq| held.insert(*seq, *seq));
    let last = ops.values().next_back().unwrap();
    Head { log, held, last: last.id, time: last.header.time, forked: None }
}

impl Spaces for Holder {
    fn shared_with(&self, peer: PeerId) -> Vec<SpaceId> {
        if self.knows && self.members.contains(&peer) { vec![SPACE] } else { Vec::new() }
    }

    fn standing(&self, space: SpaceId, peer: PeerId) -> Standing {
        match (self.knows && space == SPACE, self.members.contains(&peer)) {
            (false, _) => Standing::Unknown,
            (true, true) => Standing::Member,
            (true, false) => Standing::Stranger,
        }
    }

    fn digest(&self, space: SpaceId, part: Part) -> Digest {
        Digest::of(self.heads(space, part, None, usize::MAX))
    }

    fn heads(&self, _: SpaceId, part: Part, after: Option<LogKey>, limit: usize) -> Vec<Head> {
        let logs = self.held.iter().filter(|(log, _)| Part::of(log) == part && Some(**log) > after);
        logs.take(limit).map(|(log, ops)| head_of(*log, ops)).collect()
    }

    fn head(&self, _: SpaceId, log: &LogKey) -> Option<Head> {
        self.held.get(log).map(|ops| head_of(*log, ops))
    }

    fn takes(&self, _: SpaceId, _: &LogKey) -> bool {
        true
    }

    fn welcomes(&self, _: SpaceId, _: PeerId) -> bool {
        true
    }
}

/// One end of a session on the bench.
pub struct End {
    pub sync: Sync,
    /// What it has sent, oldest first.
    pub sent: VecDeque<Message>,
    pub closed: Option<Fault>,
    pub synced: bool,
}

impl End {
    pub fn new(partner: u8, session: u64) -> Self {
        End { sync: Sync::new(peer(partner), session), sent: VecDeque::new(), closed: None, synced: false }
    }

    /// Lets it do something, and does what it says at once.
    pub fn turn(&mut self, at: &mut Holder, turn: impl FnOnce(&mut Sync, &mut Context<'_>) -> Vec<Action>) {
        let mut actions = VecDeque::from(self.with(at, turn));
        while let Some(action) = actions.pop_front() {
            match action {
                Action::Send(message) => self.sent.push_back(message),
                Action::Read(read) => {
                    let runs = at.read(&read);
                    actions.extend(self.with(at, |sync, cx| sync.handle_read(read.id, runs, cx)));
                }
                Action::Ingest { ticket, mut runs, .. } => {
                    let outcome = at.take(runs.remove(0));
                    actions.extend(self.with(at, |sync, cx| sync.handle_ingested(ticket, outcome, cx)));
                }
                Action::Introduce { space, runs } => {
                    at.knows = true;
                    runs.into_iter().for_each(|run| assert!(matches!(at.take(run), Outcome::Taken { .. })));
                    actions.extend(self.with(at, |sync, cx| sync.handle_introduced(space, cx)));
                }
                Action::Synced(_) => self.synced = true,
                Action::Close(fault) => self.closed = Some(fault),
            }
        }
    }

    fn with(&mut self, at: &mut Holder, turn: impl FnOnce(&mut Sync, &mut Context<'_>) -> Vec<Action>) -> Vec<Action> {
        let mut claims = std::mem::take(&mut at.claims);
        let mut cx = Context { now: at.now, spaces: &*at, claims: &mut claims };
        let actions = turn(&mut self.sync, &mut cx);
        at.claims = claims;
        actions
    }

    pub fn receive(&mut self, at: &mut Holder, message: Message) {
        self.turn(at, |sync, cx| sync.handle(message, cx));
    }
}

/// Two holders with a session.
pub struct Pair {
    pub holders: [Holder; 2],
    pub ends: [End; 2],
    /// Messages delivered, in all.
    pub delivered: usize,
    /// The most runs that were on their way at a time.
    pub most_runs: usize,
}

impl Pair {
    /// Peers 1 and 2.
    pub fn new(one: Holder, two: Holder) -> Self {
        Pair { holders: [one, two], ends: [End::new(2, 1), End::new(1, 2)], delivered: 0, most_runs: 0 }
    }

    pub fn start(&mut self) {
        for at in 0..2 {
            self.ends[at].turn(&mut self.holders[at], |sync, cx| sync.start(cx));
        }
    }

    /// Delivers at most so many messages; how many there were.
    pub fn run(&mut self, most: usize) -> usize {
        let before = self.delivered;
        while self.delivered - before < most {
            let runs = |end: &End| end.sent.iter().filter(|message| matches!(message, Message::Ops(_))).count();
            self.most_runs = self.most_runs.max(self.ends.iter().map(runs).max().unwrap());
            let Some(from) = (0..2).find(|at| !self.ends[*at].sent.is_empty()) else { break };
            let message = self.ends[from].sent.pop_front().unwrap();
            self.ends[1 - from].receive(&mut self.holders[1 - from], message);
            self.delivered += 1;
        }
        self.delivered - before
    }

    /// The connection is lost with all that is on its way; a new one is made.
    pub fn reconnect(&mut self) {
        self.holders.iter_mut().enumerate().for_each(|(at, holder)| holder.claims.end(at as u64 + 1));
        self.ends = [End::new(2, 1), End::new(1, 2)];
        self.start();
    }

    pub fn agrees(&self) -> bool {
        self.ends.iter().all(|end| end.closed.is_none()) && self.holders[0].all() == self.holders[1].all()
    }
}
