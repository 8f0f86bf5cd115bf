//! Who a peer acts for, and the proof of it.
//!
//! A person is a space of kind *self*; its id is the id of the op that created it. That op is signed by the person's
//! first peer and names that peer's KEM key: it proves person, peer and key to anybody. Where a home was restored or
//! copied, a chain of certificates leads on, each signed by the peer before.

use minicbor::{Decode, Encode};

use super::auth::{Act, Kind};
use crate::{
    id::{KemKey, PeerId, PersonId},
    key::{Domain, Sign, Signature, Verify},
    log::{MAX_HEADER_BYTES, Op},
};

/// A proof holds at most so many certificates; whoever restored more homes than that begins a new person.
pub const MAX_SUCCESSORS: usize = 16;

/// The body of a person's first op is at most so many bytes long.
pub const MAX_GENESIS_BODY_BYTES: usize = 1024;

/// A person and the peer that acts for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Person {
    /// The person.
    #[n(0)]
    pub person: PersonId,
    /// The peer.
    #[n(1)]
    pub peer: PeerId,
    /// The key to which secrets are wrapped for that peer.
    #[n(2)]
    pub kem: KemKey,
}

/// A peer's statement that another peer speaks for the same person from now on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Certificate {
    /// The peer that signs.
    #[n(0)]
    pub old: PeerId,
    /// The person, and the new peer with its key.
    #[n(1)]
    pub new: Person,
    /// Signature of `old` over `new`, in the domain of peers.
    #[n(2)]
    pub signature: Signature,
}

impl Certificate {
    /// Signs as the peer of `old`.
    pub fn sign(new: Person, old: &dyn Sign) -> Certificate {
        let signature = old.sign(Domain::Peer, &encode(&new));
        Certificate { old: PeerId(old.public()), new, signature }
    }

    /// Whether the old peer signed it.
    pub fn holds(&self, verify: &dyn Verify) -> bool {
        verify.verify(&self.old.0, Domain::Peer, &encode(&self.new), &self.signature)
    }
}

fn encode(person: &Person) -> Vec<u8> {
    minicbor::to_vec(person).expect("writing to memory cannot fail")
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Longer than [`MAX_GENESIS_BODY_BYTES`] or [`MAX_SUCCESSORS`] allow.
    #[error("the proof of a person is too long")]
    TooLong,
    /// Not the op that creates a space of kind self.
    #[error("the proof of a person is not the op that created it")]
    Malformed,
    /// A signature in it is not its author's.
    #[error("a signature in the proof of a person does not hold")]
    BadSignature,
}

/// What proves a person, its peer and that peer's KEM key to anybody.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PersonProof {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    header: Vec<u8>,
    #[n(1)]
    signature: Signature,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    body: Vec<u8>,
    #[n(3)]
    successors: Vec<Certificate>,
}

impl PersonProof {
    /// From the op that created the person's own space. Nothing if signature or body are not at hand.
    pub fn new(genesis: &Op) -> Option<PersonProof> {
        let (signature, body) = (genesis.signature?, genesis.body.clone()?);
        Some(PersonProof { header: genesis.header_bytes(), signature, body, successors: Vec::new() })
    }

    /// The proof for the peer that `certificate` names.
    pub fn succeeded_by(mut self, certificate: Certificate) -> PersonProof {
        self.successors.push(certificate);
        self
    }

    /// The peers it leads on from, the oldest first.
    pub fn former(&self) -> impl Iterator<Item = PeerId> + '_ {
        self.successors.iter().map(|certificate| certificate.old)
    }

    /// Whom it proves. Costs one signature check, and one more for each certificate.
    pub fn verify(&self, verify: &dyn Verify) -> Result<Person, ProofError> {
        let too_long = self.header.len() > MAX_HEADER_BYTES
            || self.body.len() > MAX_GENESIS_BODY_BYTES
            || self.successors.len() > MAX_SUCCESSORS;
        if too_long {
            return Err(ProofError::TooLong);
        }
        let genesis = Op::from_header_bytes(&self.header)
            .and_then(|op| op.with_body(self.body.clone()))
            .map_err(|_| ProofError::Malformed)?;
        let genesis = genesis.with_signature(self.signature, verify).map_err(|_| ProofError::BadSignature)?;
        self.successors.iter().try_fold(founder(&genesis)?, |person, certificate| succeed(person, certificate, verify))
    }
}

/// The person that an op creates.
fn founder(genesis: &Op) -> Result<Person, ProofError> {
    let body = genesis.body.as_deref().filter(|_| genesis.header.is_genesis()).ok_or(ProofError::Malformed)?;
    match Act::decode(body) {
        Ok(Act::Create(create)) if create.kind == Kind::Own => {
            let kem = create.kem.ok_or(ProofError::Malformed)?;
            Ok(Person { person: PersonId(genesis.id.0), peer: genesis.header.peer, kem })
        }
        _ => Err(ProofError::Malformed),
    }
}

fn succeed(person: Person, certificate: &Certificate, verify: &dyn Verify) -> Result<Person, ProofError> {
    if certificate.old != person.peer || certificate.new.person != person.person {
        return Err(ProofError::Malformed);
    }
    if !certificate.holds(verify) {
        return Err(ProofError::BadSignature);
    }
    Ok(certificate.new)
}
