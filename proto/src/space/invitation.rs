//! A newcomer's request to be let in, signed with the secret that the invitation's link holds.
//!
//! The admission carries the request, so that any member can make it and every other can check it.

use minicbor::{Decode, Encode};

use crate::{
    id::{InvitationId, PeerId, PersonId, SpaceId},
    key::{Domain, Sign, Signature, Verify},
    time::Time,
};

/// Who wants in, where, and when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Wish {
    /// The space.
    #[n(0)]
    pub space: SpaceId,
    /// The person that asks.
    #[n(1)]
    pub person: PersonId,
    /// The peer it asks with.
    #[n(2)]
    pub peer: PeerId,
    /// When it was asked: somebody who left is let in only by a later request.
    #[n(3)]
    pub asked: Time,
}

/// A wish signed with the invitation's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct JoinRequest {
    /// The invitation: the public half of the key that signs.
    #[n(0)]
    pub invitation: InvitationId,
    /// What is asked.
    #[n(1)]
    pub wish: Wish,
    /// Signature over the wish, in the domain of joining.
    #[n(2)]
    pub signature: Signature,
}

impl JoinRequest {
    /// Signs with the invitation's key.
    pub fn sign(wish: Wish, invitation: &dyn Sign) -> JoinRequest {
        let signature = invitation.sign(Domain::Join, &encode(&wish));
        JoinRequest { invitation: InvitationId(invitation.public()), wish, signature }
    }

    /// Whether whoever made it held the invitation's secret.
    pub fn holds(&self, verify: &dyn Verify) -> bool {
        verify.verify(&self.invitation.0, Domain::Join, &encode(&self.wish), &self.signature)
    }
}

fn encode(wish: &Wish) -> Vec<u8> {
    minicbor::to_vec(wish).expect("writing to memory cannot fail")
}
