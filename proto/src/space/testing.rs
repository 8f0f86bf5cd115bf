//! What tests of spaces are made of: cheap keys, a store in memory, peers that exchange what they hold.

use std::collections::BTreeMap;

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_core::CryptoRng;

use super::{
    Composed, Ingested, JoinRequest, Kind, Known, Lookup, NewSpace, PersonProof, Policy, Refusal, Replica, Role, Saved,
    Unwrap, Wish, Wrap, WrapContext, WrapTo, Writer, auth::Invite,
};
use crate::{
    id::{InvitationId, KemKey, OpId, PeerId, PersonId, SpaceId},
    key::{Domain, Sign, Signature, Verify},
    log::{Area, LogId, LogKey, Op, Ranges},
    time::Time,
};

/// Signs and wraps in a way that everybody could; good enough to tell what fits from what does not.
#[derive(Clone, Copy)]
pub struct Cheap(pub [u8; 32]);

/// The counterpart of [`Cheap`].
pub struct CheapVerify;

impl Cheap {
    pub fn new(number: u64) -> Cheap {
        Cheap(*blake3::hash(&number.to_le_bytes()).as_bytes())
    }
}

fn tag(parts: &[&[u8]]) -> [u8; 64] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let mut tag = [0; 64];
    hasher.finalize_xof().fill(&mut tag);
    tag
}

impl Sign for Cheap {
    fn public(&self) -> [u8; 32] {
        self.0
    }

    fn sign(&self, domain: Domain, bytes: &[u8]) -> Signature {
        Signature(tag(&[&self.0, &[domain as u8], bytes]))
    }
}

impl Verify for CheapVerify {
    fn verify(&self, signer: &[u8; 32], domain: Domain, bytes: &[u8], signature: &Signature) -> bool {
        Cheap(*signer).sign(domain, bytes) == *signature
    }
}

fn pad(to: &KemKey, context: &WrapContext) -> [u8; 64] {
    tag(&[&to.0, &context.space.0, &context.epoch.0])
}

impl WrapTo for CheapVerify {
    fn wrap(&self, to: &KemKey, context: &WrapContext, secret: &[u8; 32], _: &mut dyn CryptoRng) -> Wrap {
        let mut wrap = Wrap::FUTILE;
        let pad = pad(to, context);
        wrap.0.iter_mut().zip(secret).zip(pad).for_each(|((wrap, secret), pad)| *wrap = secret ^ pad);
        wrap
    }
}

impl Unwrap for Cheap {
    fn key(&self) -> KemKey {
        KemKey(self.0)
    }

    fn unwrap(&self, context: &WrapContext, wrap: &Wrap) -> Option<[u8; 32]> {
        let pad = pad(&self.key(), context);
        Some(std::array::from_fn(|index| wrap.0[index] ^ pad[index]))
    }
}

/// A store in memory.
#[derive(Default, Clone)]
pub struct Memory {
    pub ops: BTreeMap<OpId, Op>,
    pub places: BTreeMap<(LogKey, u64), OpId>,
}

impl Memory {
    pub fn put(&mut self, ops: &[Op]) {
        for op in ops {
            let place = (op.header.key(), op.header.seq);
            if *self.places.entry(place).or_insert(op.id) == op.id {
                let kept = self.ops.entry(op.id).or_insert_with(|| op.clone());
                kept.signature = kept.signature.or(op.signature);
            }
        }
    }

    pub fn log(&self, log: &LogKey) -> Vec<Op> {
        let from = (*log, 0)..=(*log, u64::MAX);
        self.places.range(from).map(|(_, id)| self.ops[id].clone()).collect()
    }

    pub fn in_order(&self) -> Vec<Op> {
        let mut ops: Vec<Op> = self.ops.values().cloned().collect();
        ops.sort_by_key(Op::order);
        ops
    }
}

impl Lookup for Memory {
    fn by_id(&self, id: &OpId) -> Option<Known> {
        self.ops.get(id).map(Known::of)
    }

    fn by_place(&self, log: &LogKey, seq: u64) -> Option<Known> {
        self.by_id(self.places.get(&(*log, seq))?)
    }
}

/// One peer of one person, with one space.
pub struct Peer {
    pub key: Cheap,
    pub proof: PersonProof,
    pub person: PersonId,
    pub replica: Replica,
    pub memory: Memory,
    pub rng: ChaCha8Rng,
    /// What was reported and is to be handed back when loading.
    pub saved: Saved,
}

pub const CHAT: LogId = LogId::of(Area::CHAT);

macro_rules! writer {
    ($peer:expr, $now:expr) => {
        &mut crate::space::Writer {
            now: crate::time::Time::from_millis($now),
            signer: &$peer.key.clone(),
            wrap: &crate::space::testing::CheapVerify,
            rng: &mut $peer.rng,
        }
    };
}
pub(crate) use writer;

impl Peer {
    /// A peer that holds nothing yet of `space`.
    pub fn new(number: u64, space: SpaceId) -> Peer {
        let key = Cheap::new(number);
        let mut rng = ChaCha8Rng::seed_from_u64(number);
        let mut writer = Writer { now: Time::from_millis(1), signer: &key, wrap: &CheapVerify, rng: &mut rng };
        let (_, genesis) = Replica::create(NewSpace::own(key.key()), &mut writer, &CheapVerify).unwrap();
        let proof = PersonProof::new(&genesis).unwrap();
        let replica = Replica::empty(space, PeerId(key.0));
        let person = PersonId(genesis.id.0);
        Peer { key, proof, person, replica, memory: Memory::default(), rng, saved: Saved::default() }
    }

    /// The founder of a space.
    pub fn founding(number: u64, kind: Kind, policy: Policy) -> Peer {
        let mut peer = Peer::new(number, SpaceId([1; 32]));
        let new = NewSpace::shared(kind, policy, peer.proof.clone());
        let (replica, genesis) = Replica::create(new, writer!(peer, 1000), &CheapVerify).unwrap();
        peer.replica = replica;
        peer.memory.put(&[genesis]);
        peer
    }

    pub fn id(&self) -> PeerId {
        PeerId(self.key.0)
    }

    pub fn keep(&mut self, composed: Composed) -> Vec<Op> {
        self.memory.put(&composed.ops);
        self.saved.secrets.extend(composed.minted);
        composed.ops
    }

    pub fn say(&mut self, text: &str, now: u64) -> Op {
        let composed = self.replica.compose(CHAT, text.as_bytes(), writer!(self, now)).unwrap();
        self.keep(composed).pop().unwrap()
    }

    /// Makes an invitation with the key of that number.
    pub fn invite(&mut self, number: u64, role: Role, uses: Option<u32>, now: u64) -> Cheap {
        let key = Cheap::new(number);
        let invite = Invite { invitation: InvitationId(key.0), role, uses, expires: None };
        let composed = self.replica.invite(invite, writer!(self, now)).unwrap();
        self.keep(composed);
        key
    }

    /// Asks for admission.
    pub fn ask(&self, invitation: &Cheap, space: SpaceId, now: u64) -> JoinRequest {
        let wish = Wish { space, person: self.person, peer: self.id(), asked: Time::from_millis(now) };
        JoinRequest::sign(wish, invitation)
    }

    /// Lets somebody in, who then receives everything.
    pub fn admit(&mut self, newcomer: &mut Peer, invitation: &Cheap, now: u64) -> Result<(), super::AdmitError> {
        let request = newcomer.ask(invitation, self.replica.space(), now);
        let composed = self.replica.admit(&request, &newcomer.proof, &CheapVerify, writer!(self, now))?;
        self.keep(composed);
        newcomer.fetch(self);
        Ok(())
    }

    /// Takes a run of these ops.
    pub fn take(&mut self, ops: &[Op]) -> Result<Ingested, Refusal> {
        let done = self.replica.ingest_ops(ops.to_vec(), &CheapVerify, &self.memory)?;
        self.memory.put(&done.stored);
        self.memory.put(done.witness.as_slice());
        self.saved.faults.extend(done.faults.iter().cloned());
        self.saved.awaits.extend(&done.awaits);
        let unlocked = self.replica.unlock(&self.key.clone());
        self.saved.secrets.extend(unlocked);
        Ok(done)
    }

    /// Takes everything that another holds, op by op in the one order.
    pub fn fetch(&mut self, other: &Peer) {
        for op in other.memory.in_order() {
            self.take(&[op]).unwrap();
        }
    }

    /// What a restart would begin with.
    pub fn reloaded(&self) -> Replica {
        let auth = self.memory.ops.values().filter(|op| op.header.log.area == Area::AUTH).cloned().collect();
        let mut logs: BTreeMap<LogKey, Ranges> = BTreeMap::new();
        for (log, seq) in self.memory.places.keys() {
            logs.entry(*log).or_default().insert(*seq, *seq);
        }
        let Saved { faults, awaits, secrets, .. } = &self.saved;
        let saved = Saved {
            auth,
            logs: logs.into_iter().collect(),
            faults: faults.clone(),
            awaits: awaits.clone(),
            secrets: secrets.clone(),
        };
        Replica::load(self.replica.space(), self.id(), saved, &CheapVerify, &self.memory).unwrap()
    }
}
