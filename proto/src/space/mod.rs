//! The space: who is a member, who may write, what counts, and the secrets that members share.
//!
//! Promises: the same ops give the same members and the same verdicts in whatever order they come; whoever was removed
//! is never among those for whom new secrets are made. It does no input or output, knows no clock and no chance but
//! those handed in. Wire formats and rules: `docs/spec/space.md`.

pub mod auth;
mod epoch;
mod invitation;
mod kem;
mod link;
mod person;
mod replica;
mod seal;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use auth::{History, Kind, Membership, Policy, Role, Standing};
pub use epoch::EpochSecret;
pub use invitation::{JoinRequest, Wish};
pub use kem::{Hpke, KemSecret, Unwrap, WRAP_BYTES, Wrap, WrapContext, WrapTo};
pub use link::{
    LINK_PREFIX, Link, LinkError, LinkPeer, MAX_LINK_ADDRESSES, MAX_LINK_BYTES, MAX_LINK_PEERS, MAX_LINK_TEXT_BYTES,
};
pub use person::{Certificate, MAX_SUCCESSORS, Person, PersonProof, ProofError};
pub use replica::{
    AdmitError, Await, ComposeError, Composed, Fault, FaultKind, Head, Ingested, Known, LoadError, Lookup, NewSpace,
    OpenError, Pending, Refusal, Replica, Saved, Verdict, Void, Writer,
};
pub use seal::{MAX_PLAIN_BYTES, Place, SEAL_BYTES, Sealer};
