//! Membership: a fold over the auth ops, the same for the same ops in any order.

mod act;
pub(in crate::space) mod deed;
mod facts;
pub(in crate::space) mod fold;
pub(in crate::space) mod graph;
mod judge;
mod membership;
pub(in crate::space) mod past;
mod policy;
#[cfg(test)]
mod tests;

pub use act::{
    Act, ActError, Admit, Create, Cut, Epoch, Invite, MAX_ADMIT_EPOCHS, MAX_CUTS, MAX_REMOVED, MAX_WRAPS, Remove,
};
pub use membership::{EpochInfo, InvitationInfo, InvitationState, Member, Membership, Standing};
pub use policy::{History, Kind, Policy, Role};
