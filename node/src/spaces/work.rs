//! What one write does on the store's writer: ops in, secrets and people kept, views folded.

use proto::{
    id::{KemKey, OpId, PeerId, PersonId, SpaceId},
    key::Ed25519,
    log::{Area, Op},
    space::{Person, PersonProof, auth::Act},
    time::Time,
};
use store::{
    Error, Tx,
    ops::{Inserted, State},
    people::Peer,
};

use super::{about, commit::Batch, judge::Fate, load};
use crate::area::{After, Areas, Counted};

/// The persons that auth ops prove, with the proofs.
fn proofs(ops: &[Op]) -> Vec<(Person, Vec<u8>)> {
    let auth = ops.iter().filter(|op| op.header.log.area == Area::AUTH);
    let acts = auth.filter_map(|op| Act::decode(op.body.as_deref()?).ok());
    let proofs = acts.flat_map(|act| match act {
        Act::Admit(admit) => vec![admit.proof],
        Act::Create(create) => create.persons,
        _ => Vec::new(),
    });
    let bytes = |proof: &PersonProof| minicbor::to_vec(proof).expect("writing to memory cannot fail");
    proofs.filter_map(|proof| Some((proof.verify(&Ed25519).ok()?, bytes(&proof)))).collect()
}

/// What runs on the store's writer.
pub(super) struct Work {
    pub(super) space: SpaceId,
    pub(super) view: SpaceId,
    pub(super) now: Time,
    pub(super) batch: Batch,
    pub(super) fates: Vec<Fate>,
    pub(super) acting: Vec<(PeerId, PersonId, KemKey)>,
}

impl Work {
    pub(super) fn run(&self, tx: &mut Tx<'_>, areas: &Areas, after: &mut After) -> Result<(), Error> {
        if self.batch.own {
            self.continues(tx)?;
        }
        let new = self.insert(tx)?;
        for (epoch, secret) in &self.batch.secrets {
            tx.put_epoch(&self.space, epoch, secret.as_bytes())?;
        }
        self.meet(tx)?;
        for fault in &self.batch.faults {
            tx.put_fork(&self.space, &load::fork_of(fault))?;
        }
        for (op, fate) in self.batch.ops.iter().zip(&self.fates).zip(new).filter_map(|(pair, new)| new.then_some(pair))
        {
            if let Fate::Applied(standing, body) = fate {
                let counted = Counted::new(self.view, op, *standing, areas.me(), body, self.now);
                areas.apply(tx, &counted, after)?;
            }
        }
        Ok(())
    }

    /// Notes whom the newcomers' peers act for, and what proves it.
    fn meet(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        for (peer, person, kem) in &self.acting {
            let last_seen = tx.peer(peer)?.and_then(|peer| peer.last_seen);
            tx.put_peer(&Peer { id: *peer, person: *person, kem: Some(*kem), last_seen })?;
        }
        for (proven, proof) in proofs(&self.batch.ops) {
            let new = self.acting.iter().any(|(peer, ..)| *peer == proven.peer);
            if new && tx.person(&proven.person)?.is_none_or(|known| known.proof.is_none()) {
                about::keep_proof(tx, &proven, &proof)?;
            }
        }
        Ok(())
    }

    /// Whether one's own ops continue what is stored of one's own logs.
    fn continues(&self, tx: &Tx<'_>) -> Result<(), Error> {
        let own: Vec<OpId> = self.batch.ops.iter().map(|op| op.id).collect();
        let previous = self.batch.ops.iter().filter_map(|op| op.header.previous).filter(|id| !own.contains(id));
        for id in previous {
            if tx.place(&id)?.is_none() {
                return Err(Error::Io("an earlier write failed".into()));
            }
        }
        Ok(())
    }

    /// Puts the ops in; says of each whether it is new.
    fn insert(&self, tx: &mut Tx<'_>) -> Result<Vec<bool>, Error> {
        let mut new = Vec::with_capacity(self.fates.len());
        let mut rest = self.batch.ops.as_slice();
        for same in self.fates.chunk_by(|a, b| a.state() == b.state()) {
            let (ops, others) = rest.split_at(same.len());
            let inserted = tx.insert_ops(&self.space, ops, same[0].state())?;
            new.extend(inserted.into_iter().map(|inserted| inserted == Inserted::New));
            rest = others;
        }
        if let Some(witness) = &self.batch.witness {
            tx.insert_op(&self.space, witness, State::Applied)?;
        }
        for op in &self.batch.ops {
            tx.arrived(&op.id)?;
        }
        for wait in &self.batch.awaits {
            tx.await_op(&wait.by, &wait.unseen)?;
        }
        Ok(new)
    }
}
