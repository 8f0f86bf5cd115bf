//! What auth ops say: signed, not sealed, never absent, without names.

use minicbor::{Decode, Encode};

use super::{Kind, Policy, Role};
use crate::{
    id::{EpochId, InvitationId, KemKey, PeerId, PersonId},
    log::{LogKey, MAX_BODY_BYTES},
    space::{Certificate, JoinRequest, PersonProof, Wrap},
    time::Time,
};

/// An epoch op wraps for at most so many peers; larger spaces need several ops.
pub const MAX_WRAPS: usize = 1024;

/// An admission hands on at most so many epochs, the newest.
pub const MAX_ADMIT_EPOCHS: usize = 1024;

/// A removal names at most so many persons.
pub const MAX_REMOVED: usize = 64;

/// A removal names at most so many logs; those not named are cut off whole.
pub const MAX_CUTS: usize = 1024;

/// The version of bodies we write, and the only one we read.
const BODY_VERSION: u8 = 1;

/// What an auth op does.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Act {
    /// Creates the space.
    #[n(0)]
    Create(#[n(0)] Create),
    /// Makes an invitation good.
    #[n(1)]
    Invite(#[n(0)] Invite),
    /// Makes an invitation no good any more.
    #[n(2)]
    Withdraw(#[n(0)] InvitationId),
    /// Lets a person in by an invitation.
    #[n(3)]
    Admit(#[n(0)] Admit),
    /// Puts persons out. Oneself: leaving.
    #[n(4)]
    Remove(#[n(0)] Remove),
    /// Gives a person another role.
    #[n(5)]
    SetRole(#[n(0)] PersonId, #[n(1)] Role),
    /// Mints an epoch, or hands one on to peers that lack it.
    #[n(6)]
    Epoch(#[n(0)] Epoch),
    /// Adds a peer to a member: signed by the new peer, and, within, by an old one.
    #[n(7)]
    AddPeer(#[n(0)] Certificate),
    /// Sets other rules.
    #[n(8)]
    SetPolicy(#[n(0)] Policy),
}

/// The beginning of a space.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Create {
    /// What it is for.
    #[n(0)]
    pub kind: Kind,
    /// Chance, so that no two spaces are one.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub nonce: [u8; 16],
    /// The rules it begins with.
    #[n(2)]
    pub policy: Policy,
    /// Kind self: the KEM key of the peer that signs. Otherwise absent.
    #[n(3)]
    pub kem: Option<KemKey>,
    /// Who is a member from the beginning. Kind self: nobody else, empty. Direct: founder, other. Otherwise the founder.
    #[n(4)]
    pub persons: Vec<PersonProof>,
}

/// An invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Invite {
    /// The public half of the key in the link.
    #[n(0)]
    pub invitation: InvitationId,
    /// What newcomers become.
    #[n(1)]
    pub role: Role,
    /// How many persons may come by it; absent: any number.
    #[n(2)]
    pub uses: Option<u32>,
    /// Admissions of a later moment do not count.
    #[n(3)]
    pub expires: Option<Time>,
}

/// An admission. The role is the invitation's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Admit {
    /// What the newcomer signed with the invitation's secret.
    #[n(0)]
    pub request: JoinRequest,
    /// Who the newcomer is.
    #[n(1)]
    pub proof: PersonProof,
    /// Epoch secrets for the newcomer's peer.
    #[n(2)]
    pub epochs: Vec<(EpochId, Wrap)>,
}

/// The last accepted op of a log of somebody removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Cut {
    /// The log.
    #[n(0)]
    pub log: LogKey,
    /// The last place that counts.
    #[n(1)]
    pub seq: u64,
}

/// A removal.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Remove {
    /// Who is put out.
    #[n(0)]
    pub persons: Vec<PersonId>,
    /// What still counts of what they wrote without having heard of it: nothing of logs not named.
    #[n(1)]
    pub cuts: Vec<Cut>,
}

/// An epoch's secret for some peers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Epoch {
    /// Which.
    #[n(0)]
    pub epoch: EpochId,
    /// For whom.
    #[n(1)]
    pub wraps: Vec<(PeerId, Wrap)>,
}

/// Why bytes are no act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Longer than a body may be, or more of something than its limit.
    #[error("an auth op says more than it may")]
    TooLong,
    /// Not what an auth op of this version says.
    #[error("an auth op says nothing known here")]
    Malformed,
}

impl Act {
    /// As bytes: a version and the act.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![BODY_VERSION];
        minicbor::encode(self, &mut bytes).expect("writing to memory cannot fail");
        bytes
    }

    /// From a stranger's bytes.
    pub fn decode(bytes: &[u8]) -> Result<Act, ActError> {
        if bytes.len() > MAX_BODY_BYTES {
            return Err(ActError::TooLong);
        }
        let (version, cbor) = bytes.split_first().ok_or(ActError::Malformed)?;
        if *version != BODY_VERSION {
            return Err(ActError::Malformed);
        }
        let act: Act = minicbor::decode(cbor).map_err(|_| ActError::Malformed)?;
        if act.is_within_limits() { Ok(act) } else { Err(ActError::TooLong) }
    }

    fn is_within_limits(&self) -> bool {
        match self {
            Act::Create(create) => create.persons.len() <= 2,
            Act::Admit(admit) => admit.epochs.len() <= MAX_ADMIT_EPOCHS,
            Act::Remove(remove) => (1..=MAX_REMOVED).contains(&remove.persons.len()) && remove.cuts.len() <= MAX_CUTS,
            Act::Epoch(epoch) => (1..=MAX_WRAPS).contains(&epoch.wraps.len()),
            _ => true,
        }
    }
}
