//! Making ops of one's own.
//!
//! What is composed is part of the replica at once. If storing it fails, load the replica anew.

use rand_core::CryptoRng;

use super::Replica;
use crate::{
    id::{EpochId, InvitationId, PersonId},
    key::{Sign, Verify},
    log::{LogId, Op},
    space::{
        Certificate, EpochSecret, JoinRequest, Kind, PersonProof, Policy, Role, WrapTo,
        auth::{Act, InvitationState, Invite},
    },
    time::Time,
};

/// What composing needs from outside.
pub struct Writer<'a> {
    /// The moment by our own clock.
    pub now: Time,
    /// This peer's key.
    pub signer: &'a dyn Sign,
    /// How secrets are wrapped for others.
    pub wrap: &'a dyn WrapTo,
    /// Chance.
    pub rng: &'a mut dyn CryptoRng,
}

/// Ops of one's own, to be stored together and in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// Ops that mint or hand on epochs, if there was need, then the op that was asked for.
    pub ops: Vec<Op>,
    /// Secrets minted, to be kept.
    pub minted: Vec<(EpochId, EpochSecret)>,
}

/// Why nothing can be composed. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// This peer is no member.
    #[error("not a member of this space")]
    NotMember,
    /// The role does not allow it, or it would change nothing that can be changed.
    #[error("not allowed in this space")]
    NotAllowed,
    /// The body is longer than [`crate::space::MAX_PLAIN_BYTES`].
    #[error("too long for one op")]
    TooLong,
    /// Two ops of this peer at one place are known: it needs a new key.
    #[error("this peer's log was written twice")]
    Forked,
    /// Others have ops of this log that are not held here: they are to be fetched first.
    #[error("this peer's own log is not whole here")]
    Behind,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdmitError {
    /// No such invitation is known here.
    #[error("the invitation is not known here")]
    Unknown,
    /// It is not good (any more).
    #[error("the invitation is not good: {0:?}")]
    State(InvitationState),
    /// The request or the proof of the person does not hold, or the two name different peers.
    #[error("the request does not hold")]
    BadRequest,
    /// Was removed, or left, after this was asked or this invitation was made.
    #[error("was removed: a new invitation is needed")]
    Removed,
    /// The op cannot be composed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
}

/// How a new space begins.
#[derive(Debug, Clone)]
pub struct NewSpace {
    /// What it is for.
    pub kind: Kind,
    /// Its rules.
    pub policy: Policy,
    /// Kind self: this peer's key. Otherwise absent.
    pub kem: Option<crate::id::KemKey>,
    /// Kind self: none. Direct: the founder and the other. Otherwise the founder.
    pub persons: Vec<PersonProof>,
}

impl NewSpace {
    /// A person's own space.
    pub fn own(kem: crate::id::KemKey) -> NewSpace {
        NewSpace { kind: Kind::Own, policy: Policy::of(Kind::Own), kem: Some(kem), persons: Vec::new() }
    }

    /// A space of two.
    pub fn direct(founder: PersonProof, other: PersonProof) -> NewSpace {
        let persons = vec![founder, other];
        NewSpace { kind: Kind::Direct, policy: Policy::of(Kind::Direct), kem: None, persons }
    }

    /// A group or a channel.
    pub fn shared(kind: Kind, policy: Policy, founder: PersonProof) -> NewSpace {
        NewSpace { kind, policy, kem: None, persons: vec![founder] }
    }
}

impl Replica {
    /// Creates a space. The op is to be stored. An error if the proofs do not fit kind and signer.
    pub fn create(
        _new: NewSpace,
        _writer: &mut Writer<'_>,
        _verify: &dyn Verify,
    ) -> Result<(Replica, Op), ComposeError> {
        todo!()
    }

    /// An op with this body for this peer's log (not an auth log), and before it the epochs that are wanted.
    pub fn compose(&mut self, _log: LogId, _body: &[u8], _writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Makes an invitation good. Its key is the caller's to mint and to put in the link.
    pub fn invite(&mut self, _invite: Invite, _writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Makes an invitation no good any more.
    pub fn withdraw(&mut self, _invitation: InvitationId, _writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Lets a newcomer in. For somebody who is in already: no op, and no error.
    pub fn admit(
        &mut self,
        _request: &JoinRequest,
        _proof: &PersonProof,
        _verify: &dyn Verify,
        _writer: &mut Writer<'_>,
    ) -> Result<Composed, AdmitError> {
        todo!()
    }

    /// Leaves.
    pub fn leave(&mut self, _writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Puts persons out.
    pub fn remove(&mut self, _persons: &[PersonId], _writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Gives a person another role.
    pub fn set_role(
        &mut self,
        _person: PersonId,
        _role: Role,
        _writer: &mut Writer<'_>,
    ) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Sets other rules.
    pub fn set_policy(&mut self, _policy: Policy, _writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Adds this peer, which no member knows yet, to the person that the certificate names.
    pub fn add_peer(
        &mut self,
        _certificate: Certificate,
        _verify: &dyn Verify,
        _writer: &mut Writer<'_>,
    ) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// Hands on the secrets known here that members lack who should have them. Mostly nothing is to be done.
    pub fn mend(&mut self, _writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        todo!()
    }

    /// An auth op of this peer. An error if it would not count.
    fn write_auth(&mut self, _act: &Act, _writer: &mut Writer<'_>) -> Result<Op, ComposeError> {
        todo!()
    }
}
