//! Membership: a fold over the auth ops, the same for the same ops in any order.

mod act;
mod membership;
mod policy;

pub use act::{
    Act, ActError, Admit, Create, Cut, Epoch, Invite, MAX_ADMIT_EPOCHS, MAX_CUTS, MAX_REMOVED, MAX_WRAPS, Remove,
};
pub use membership::{EpochInfo, InvitationInfo, InvitationState, Member, Membership, Standing};
pub use policy::{History, Kind, Policy, Role};
