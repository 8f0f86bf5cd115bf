//! Who this peer is: its keys, the person it acts for, and the proof of that.

use proto::{
    id::{PeerId, PersonId, SpaceId},
    key::{Ed25519, SecretKey},
    space::{Certificate, Hpke, KemSecret, NewSpace, Person, PersonProof, Replica, Unwrap, Writer},
    time::Time,
};
use rand_chacha::ChaCha20Rng;
use store::{Store, ops::State};

use crate::{home::Keys, spaces::kind_number};

/// The setting that holds the person's id.
const PERSON: &str = "person";

/// Who this peer is.
pub struct Me {
    /// The person.
    pub person: PersonId,
    /// The peer.
    pub peer: PeerId,
    /// What proves that the peer acts for the person.
    pub proof: PersonProof,
    pub(crate) signer: SecretKey,
    pub(crate) kem: KemSecret,
    pub(crate) keys: Keys,
}

/// Why one does not know who one is.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// What the store says of the person does not fit the keys.
    #[error("the keys of this home and its store do not belong together")]
    Foreign,
}

impl Me {
    /// Reads who this peer is; a new person is born where the store knows none.
    pub async fn establish(store: &Store, keys: Keys, now: Time, rng: &mut ChaCha20Rng) -> Result<Self, IdentityError> {
        let known = store.read(|reader| reader.setting(PERSON))?;
        let person = match known {
            Some(bytes) => PersonId(bytes.try_into().map_err(|_| IdentityError::Foreign)?),
            None => born(store, &keys, now, rng).await?,
        };
        let genesis = store.read(|reader| reader.op(&proto::id::OpId(person.0)))?.ok_or(IdentityError::Foreign)?;
        let proof = PersonProof::new(&genesis).ok_or(IdentityError::Foreign)?;
        let proof = succeeded(proof, person, &keys);
        let (signer, kem) = (SecretKey::from_bytes(&keys.peer), KemSecret::from_bytes(&keys.kem));
        let me = Self { person, peer: signer.peer(), proof, signer, kem, keys };
        let proven = me.proof.verify(&Ed25519).map_err(|_| IdentityError::Foreign)?;
        if proven == me.acting() { Ok(me) } else { Err(IdentityError::Foreign) }
    }

    /// The person, the peer, and the key to wrap secrets to.
    pub(crate) fn acting(&self) -> Person {
        Person { person: self.person, peer: self.peer, kem: self.kem.key() }
    }

    /// A statement of one's former self, which is among `peers`, that this peer acts for the person from now on.
    pub(crate) fn vouched_for(&self, mut known: impl FnMut(&PeerId) -> bool) -> Option<Certificate> {
        let formers = self.keys.former.iter().map(|former| SecretKey::from_bytes(&former.peer));
        let former = formers.into_iter().find(|former| known(&former.peer()))?;
        Some(Certificate::sign(self.acting(), &former))
    }
}

/// The proof of a person's first peer, led on to the present one, oldest first.
fn succeeded(proof: PersonProof, person: PersonId, keys: &Keys) -> PersonProof {
    let all: Vec<([u8; 32], [u8; 32])> =
        keys.former.iter().rev().map(|former| (former.peer, former.kem)).chain([(keys.peer, keys.kem)]).collect();
    all.windows(2).fold(proof, |proof, pair| {
        let (old, new) = (SecretKey::from_bytes(&pair[0].0), SecretKey::from_bytes(&pair[1].0));
        let new = Person { person, peer: new.peer(), kem: KemSecret::from_bytes(&pair[1].1).key() };
        proof.succeeded_by(Certificate::sign(new, &old))
    })
}

/// Creates the person's own space.
async fn born(store: &Store, keys: &Keys, now: Time, rng: &mut ChaCha20Rng) -> Result<PersonId, IdentityError> {
    let (signer, kem) = (SecretKey::from_bytes(&keys.peer), KemSecret::from_bytes(&keys.kem));
    let mut writer = Writer { now, signer: &signer, wrap: &Hpke, rng };
    let new = NewSpace::own(kem.key());
    let kind = kind_number(new.kind);
    let (_, genesis) = Replica::create(new, &mut writer, &Ed25519).map_err(|_| IdentityError::Foreign)?;
    let id = SpaceId(genesis.id.0);
    let space = store::spaces::Space { id, kind, name: String::new(), created: now, joined: Some(now), left: None };
    let written = store.write(move |tx| {
        tx.put_space(&space)?;
        tx.insert_op(&id, &genesis, State::Applied)?;
        tx.set(PERSON, &id.0)
    });
    written.await?;
    Ok(id.as_person())
}
