//! Seeing to members: inviting, letting in, putting out.

use super::{ComposeError, Composed, Replica, Writer};
use crate::{
    id::{EpochId, InvitationId, PeerId, PersonId},
    key::Verify,
    log::LogKey,
    space::{
        Certificate, JoinRequest, Person, PersonProof, Policy, Role, Wrap, WrapContext,
        auth::{
            Act, Admit, Cut, InvitationInfo, InvitationState, Invite, MAX_ADMIT_EPOCHS, MAX_CUTS, MAX_REMOVED, Remove,
        },
    },
    time::Time,
};

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdmitError {
    /// No such invitation is known here.
    #[error("the invitation is not known here")]
    Unknown,
    /// It is not good (any more).
    #[error("the invitation is not good: {0:?}")]
    State(InvitationState),
    /// The request or the proof of the person does not hold, or the two name different peers or another space.
    #[error("the request does not hold")]
    BadRequest,
    /// Was removed after this invitation was made, or left after this was asked.
    #[error("was removed: a new invitation is needed")]
    Removed,
    /// The op cannot be composed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
}

impl Replica {
    /// Makes an invitation good. Its key is the caller's to mint and to put in the link.
    pub fn invite(&mut self, invite: Invite, writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        self.write_one(&Act::Invite(invite), writer)
    }

    /// Makes an invitation no good any more.
    pub fn withdraw(&mut self, invitation: InvitationId, writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        self.write_one(&Act::Withdraw(invitation), writer)
    }

    /// Lets a newcomer in. For somebody who is in already: no op, and no error.
    pub fn admit(
        &mut self,
        request: &JoinRequest,
        proof: &PersonProof,
        verify: &dyn Verify,
        writer: &mut Writer<'_>,
    ) -> Result<Composed, AdmitError> {
        let who = self.check_request(request, proof, verify)?;
        let members = self.membership().ok_or(ComposeError::NotMember)?;
        if members.peers.get(&who.peer) == Some(&who.person) {
            return Ok(Composed::default());
        }
        let info = members.invitations.get(&request.invitation).ok_or(AdmitError::Unknown)?;
        check_state(info, &who.person, writer.now)?;
        let epochs = self.epochs_for(&who, writer);
        let admit = Admit { request: *request, proof: proof.clone(), epochs };
        match self.write_one(&Act::Admit(admit), writer) {
            Err(ComposeError::NotAllowed) if self.was_removed(&who.person) => Err(AdmitError::Removed),
            other => Ok(other?),
        }
    }

    /// Leaves.
    pub fn leave(&mut self, writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        let me = self.membership().and_then(|members| members.standing(&self.me));
        self.remove(&[me.ok_or(ComposeError::NotMember)?.person], writer)
    }

    /// Puts persons out, at most [`MAX_REMOVED`] at once.
    pub fn remove(&mut self, persons: &[PersonId], writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        if !(1..=MAX_REMOVED).contains(&persons.len()) {
            return Err(ComposeError::TooLong);
        }
        let remove = Remove { persons: persons.to_vec(), cuts: self.cuts_of(persons) };
        self.write_one(&Act::Remove(remove), writer)
    }

    /// Gives a person another role.
    pub fn set_role(
        &mut self,
        person: PersonId,
        role: Role,
        writer: &mut Writer<'_>,
    ) -> Result<Composed, ComposeError> {
        self.write_one(&Act::SetRole(person, role), writer)
    }

    /// Sets other rules.
    pub fn set_policy(&mut self, policy: Policy, writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        self.write_one(&Act::SetPolicy(policy), writer)
    }

    /// Adds this peer, which no member knows yet, to the person that the certificate names.
    pub fn add_peer(
        &mut self,
        certificate: Certificate,
        verify: &dyn Verify,
        writer: &mut Writer<'_>,
    ) -> Result<Composed, ComposeError> {
        if certificate.new.peer != self.me || !certificate.holds(verify) {
            return Err(ComposeError::NotAllowed);
        }
        self.write_one(&Act::AddPeer(certificate), writer)
    }

    fn write_one(&mut self, act: &Act, writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        let op = self.write_auth(act, writer)?;
        Ok(Composed { ops: vec![op], minted: Vec::new() })
    }

    fn check_request(
        &self,
        request: &JoinRequest,
        proof: &PersonProof,
        verify: &dyn Verify,
    ) -> Result<Person, AdmitError> {
        let who = proof.verify(verify).map_err(|_| AdmitError::BadRequest)?;
        let wish = request.wish;
        let fits = wish.space == self.space && wish.person == who.person && wish.peer == who.peer;
        if fits && request.holds(verify) { Ok(who) } else { Err(AdmitError::BadRequest) }
    }

    /// What a newcomer receives of the epochs known here: by policy all, the newest first, or none.
    fn epochs_for(&self, who: &Person, writer: &mut Writer<'_>) -> Vec<(EpochId, Wrap)> {
        let mut epochs = self.epochs_to_hand_on();
        epochs.truncate(MAX_ADMIT_EPOCHS);
        let secrets = epochs.into_iter().filter_map(|epoch| Some((epoch, self.secrets.secret(&epoch)?)));
        let wrap = |(epoch, secret): (EpochId, &crate::space::EpochSecret)| {
            let context = WrapContext { space: self.space, epoch };
            (epoch, writer.wrap.wrap(&who.kem, &context, secret.as_bytes(), writer.rng))
        };
        secrets.map(wrap).collect()
    }

    fn epochs_to_hand_on(&self) -> Vec<EpochId> {
        let Some(members) = self.membership().filter(|members| members.hands_on_history()) else { return Vec::new() };
        let known = members.epochs.iter().filter(|(epoch, _)| self.knows_epoch(epoch));
        let mut epochs: Vec<(Time, EpochId)> = known.map(|(epoch, info)| (info.since, *epoch)).collect();
        epochs.sort_unstable_by(|a, b| b.cmp(a));
        epochs.into_iter().map(|(_, epoch)| epoch).collect()
    }

    fn was_removed(&self, person: &PersonId) -> bool {
        self.auth.view(None).removals(person).next().is_some()
    }

    /// The last op held of every log of these persons' peers; the latest logs, should there be too many.
    fn cuts_of(&self, persons: &[PersonId]) -> Vec<Cut> {
        let members = self.membership();
        let member = |person| members.and_then(|members| members.members.get(person));
        let peers = persons.iter().filter_map(member).flat_map(|member| member.peers.keys());
        let mut cuts: Vec<(Time, Cut)> = peers.flat_map(|peer| self.cuts_of_peer(*peer)).collect();
        cuts.sort_by_key(|(time, cut)| (std::cmp::Reverse(*time), cut.log));
        cuts.truncate(MAX_CUTS);
        cuts.into_iter().map(|(_, cut)| cut).collect()
    }

    fn cuts_of_peer(&self, peer: PeerId) -> impl Iterator<Item = (Time, Cut)> + '_ {
        let cut = |(log, held): (&LogKey, &super::logs::Log)| {
            let (seq, _, time) = held.top()?;
            Some((time, Cut { log: *log, seq }))
        };
        self.logs.of_peer(peer).filter_map(cut)
    }
}

/// Whether an invitation lets this person in; somebody who came by it before does not use it up again.
fn check_state(info: &InvitationInfo, who: &PersonId, now: Time) -> Result<(), AdmitError> {
    match info.state(now) {
        InvitationState::Good => Ok(()),
        InvitationState::UsedUp if info.used.contains(who) => Ok(()),
        state => Err(AdmitError::State(state)),
    }
}
