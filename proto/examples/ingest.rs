//! How fast a replica takes ops, on one core and without a store: prints a table.
//!
//! `cargo run --release -p proto --example ingest`

#![allow(clippy::disallowed_methods, reason = "it measures")]

use std::{collections::HashMap, time::Instant};

use proto::{
    id::{InvitationId, OpId, PeerId},
    key::{Ed25519, SecretKey},
    log::{Area, LogId, LogKey, Op, Run},
    space::{
        Hpke, JoinRequest, KemSecret, Kind, Known, Lookup, NewSpace, PersonProof, Policy, Replica, Role, Verdict, Wish,
        Writer, auth::Invite,
    },
    time::Time,
};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

const OPS: usize = 50_000;
const ADMISSIONS: u64 = 10_000;

/// Knows all ops, as a store would.
#[derive(Default)]
struct Memory(HashMap<OpId, Known>, HashMap<(LogKey, u64), Known>);

impl Lookup for Memory {
    fn by_id(&self, id: &OpId) -> Option<Known> {
        self.0.get(id).copied()
    }

    fn by_place(&self, log: &LogKey, seq: u64) -> Option<Known> {
        self.1.get(&(*log, seq)).copied()
    }
}

struct Peer {
    key: SecretKey,
    kem: KemSecret,
    rng: ChaCha8Rng,
}

impl Peer {
    fn new(number: u64) -> Peer {
        let seed = *blake3::hash(&number.to_le_bytes()).as_bytes();
        let kem = KemSecret::from_bytes(&seed);
        Peer { key: SecretKey::from_bytes(&seed), kem, rng: ChaCha8Rng::seed_from_u64(number) }
    }

    fn writer(&mut self, now: u64) -> Writer<'_> {
        Writer { now: Time(now), signer: &self.key, wrap: &Hpke, rng: &mut self.rng }
    }

    fn proof(&mut self) -> PersonProof {
        let kem = proto::space::Unwrap::key(&self.kem);
        let (_, genesis) = Replica::create(NewSpace::own(kem), &mut self.writer(1), &Ed25519).expect("a person");
        PersonProof::new(&genesis).expect("signed just now")
    }
}

fn report(what: &str, count: usize, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    println!("{what:<44} {:>10.0} a second ({count} in {seconds:.2} s)", count as f64 / seconds);
}

fn main() {
    let mut ann = Peer::new(1);
    let new = NewSpace::shared(Kind::Group, Policy::of(Kind::Group), ann.proof());
    let (mut replica, genesis) = Replica::create(new, &mut ann.writer(1000), &Ed25519).expect("a space");
    let mut auth = vec![genesis];
    let began = Instant::now();
    let chat: Vec<Op> = (0..OPS as u64)
        .flat_map(|number| {
            let mut writer = ann.writer(2000 + number);
            replica.compose(LogId::of(Area::CHAT), &[b'x'; 120], &mut writer).expect("a member writes").ops
        })
        .collect();
    report("messages composed, signed and sealed", OPS, began);
    auth.push(chat[0].clone());
    content(&auth, &chat[1..], &ann);
    admissions(replica, auth, &mut ann);
}

/// Takes the messages in whole runs.
fn content(auth: &[Op], chat: &[Op], ann: &Peer) {
    let mut replica = Replica::empty(auth[0].header.space_of(auth[0].id), PeerId(proto::key::Sign::public(&ann.key)));
    for op in auth {
        replica.ingest_ops(vec![op.clone()], &Ed25519, &Memory::default()).expect("whole");
    }
    replica.unlock(&ann.kem);
    let runs: Vec<Run> = chat.chunks(512).map(|ops| Run::new(ops).expect("signed")).collect();
    let began = Instant::now();
    let opened: Vec<Vec<Op>> = runs.into_iter().map(|run| run.open(&Ed25519).expect("sound")).collect();
    report("messages checked (read, hashed, verified)", OPS, began);
    let began = Instant::now();
    let taken = opened
        .into_iter()
        .flat_map(|ops| replica.ingest_ops(ops, &Ed25519, &Memory::default()).expect("they fit").stored);
    let taken: Vec<Op> = taken.collect();
    report("messages taken by the replica", taken.len(), began);
    let began = Instant::now();
    let counting = taken.iter().filter(|op| matches!(replica.verdict(op, Time(1 << 40)), Verdict::Counts(_))).count();
    report("verdicts", counting, began);
    let began = Instant::now();
    let opened = taken.iter().filter(|op| replica.open(op).is_ok()).count();
    report("bodies opened", opened, began);
}

/// Lets many in by one link, then starts anew from what was stored.
fn admissions(mut replica: Replica, mut auth: Vec<Op>, ann: &mut Peer) {
    let link = SecretKey::from_bytes(&[9; 32]);
    let invitation = InvitationId(proto::key::Sign::public(&link));
    let invite = Invite { invitation, role: Role::Writer, uses: None, expires: None };
    auth.extend(replica.invite(invite, &mut ann.writer(1 << 30)).expect("an owner").ops);
    let newcomers: Vec<(JoinRequest, PersonProof)> = (0..ADMISSIONS)
        .map(|number| {
            let mut peer = Peer::new(100 + number);
            let proof = peer.proof();
            let who = proof.verify(&Ed25519).expect("sound");
            let wish = Wish { space: replica.space(), person: who.person, peer: who.peer, asked: Time(2) };
            (JoinRequest::sign(wish, &link), proof)
        })
        .collect();
    let began = Instant::now();
    for (request, proof) in &newcomers {
        auth.extend(replica.admit(request, proof, &Ed25519, &mut ann.writer(1 << 31)).expect("good").ops);
    }
    report("admissions made", newcomers.len(), began);
    let began = Instant::now();
    let mut other = Replica::empty(replica.space(), PeerId([1; 32]));
    for op in &auth {
        other.ingest_ops(vec![op.clone()], &Ed25519, &Memory::default()).expect("whole");
    }
    report("admissions taken one by one", auth.len(), began);
    assert_eq!(other.membership(), replica.membership(), "both say the same");
    let saved = proto::space::Saved { auth, ..Default::default() };
    let began = Instant::now();
    let loaded = Replica::load(replica.space(), PeerId([1; 32]), saved, &Ed25519, &Memory::default()).expect("whole");
    report("auth ops loaded", loaded.auth_ops(), began);
}
