//! Auth bodies as bytes.

use proptest::prelude::*;

use super::{
    Act, ActError, Admit, Create, Cut, Epoch, Invite, Kind, MAX_CUTS, MAX_REMOVED, MAX_WRAPS, Policy, Remove, Role,
};
use crate::{
    id::{EpochId, InvitationId, KemKey, PeerId, PersonId, SpaceId},
    log::{Area, LogId, LogKey, MAX_BODY_BYTES},
    space::{
        Certificate, Person, Wrap,
        testing::{Cheap, Peer},
    },
    time::Time,
};

/// One of each.
fn acts() -> Vec<Act> {
    let peer = Peer::new(1, SpaceId([3; 32]));
    let request = peer.ask(&Cheap::new(5), SpaceId([3; 32]), 7);
    let who = Person { person: peer.person, peer: PeerId([4; 32]), kem: KemKey([5; 32]) };
    let log = LogKey { peer: peer.id(), log: LogId::of(Area::CHAT) };
    let persons = vec![peer.proof.clone()];
    let policy = Policy::of(Kind::Channel);
    let invite =
        Invite { invitation: InvitationId([6; 32]), role: Role::Reader, uses: Some(3), expires: Some(Time(9)) };
    let epochs = vec![(EpochId([1; 32]), Wrap([2; 80]))];
    vec![
        Act::Create(Create { kind: Kind::Group, nonce: [1; 16], policy, kem: None, persons }),
        Act::Create(Create { kind: Kind::Own, nonce: [1; 16], policy, kem: Some(KemKey([1; 32])), persons: vec![] }),
        Act::Invite(invite),
        Act::Withdraw(InvitationId([6; 32])),
        Act::Admit(Admit { request, proof: peer.proof.clone(), epochs }),
        Act::Remove(Remove { persons: vec![peer.person], cuts: vec![Cut { log, seq: 8 }] }),
        Act::SetRole(PersonId([7; 32]), Role::Owner),
        Act::Epoch(Epoch { epoch: EpochId([8; 32]), wraps: vec![(peer.id(), Wrap([3; 80]))] }),
        Act::AddPeer(Certificate::sign(who, &peer.key)),
        Act::SetPolicy(policy),
    ]
}

#[test]
fn bytes_and_back() {
    for act in acts() {
        assert_eq!(Act::decode(&act.encode()), Ok(act));
    }
}

#[test]
fn later_versions_and_rubbish_are_malformed() {
    for act in acts() {
        let mut bytes = act.encode();
        assert_eq!(Act::decode(&bytes[..bytes.len() - 1]), Err(ActError::Malformed));
        bytes[0] += 1;
        assert_eq!(Act::decode(&bytes), Err(ActError::Malformed));
    }
    assert_eq!(Act::decode(&[]), Err(ActError::Malformed));
    assert_eq!(Act::decode(&vec![1; MAX_BODY_BYTES + 1]), Err(ActError::TooLong));
}

#[test]
fn more_than_the_limits_is_refused() {
    let wraps = vec![(PeerId([1; 32]), Wrap::FUTILE); MAX_WRAPS + 1];
    let cut = Cut { log: LogKey { peer: PeerId([1; 32]), log: LogId::of(Area::CHAT) }, seq: 1 };
    let too_long = [
        Act::Epoch(Epoch { epoch: EpochId([1; 32]), wraps }),
        Act::Epoch(Epoch { epoch: EpochId([1; 32]), wraps: vec![] }),
        Act::Remove(Remove { persons: vec![PersonId([1; 32]); MAX_REMOVED + 1], cuts: vec![] }),
        Act::Remove(Remove { persons: vec![PersonId([1; 32])], cuts: vec![cut; MAX_CUTS + 1] }),
    ];
    for act in too_long {
        assert_eq!(Act::decode(&act.encode()), Err(ActError::TooLong));
    }
}

#[test]
fn the_largest_acts_fit_a_body() {
    let wraps = vec![(PeerId([1; 32]), Wrap::FUTILE); MAX_WRAPS];
    let epoch = Act::Epoch(Epoch { epoch: EpochId([1; 32]), wraps });
    let instance = Some(crate::id::OpId([9; 32]));
    let log = LogKey { peer: PeerId([1; 32]), log: LogId { area: Area(255), instance } };
    let cuts = vec![Cut { log, seq: u64::MAX }; MAX_CUTS];
    let remove = Act::Remove(Remove { persons: vec![PersonId([1; 32]); MAX_REMOVED], cuts });
    for act in [epoch, remove] {
        assert!(act.encode().len() <= MAX_BODY_BYTES);
        assert_eq!(Act::decode(&act.encode()), Ok(act));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_an_act_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Act::decode(&bytes);
        let _ = Act::decode(&[&[1], &bytes[..]].concat());
    }

    #[test]
    fn altered_bytes_are_an_act_or_an_error(which in 0usize..10, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = acts()[which].encode();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(act) = Act::decode(&bytes) {
            prop_assert_eq!(Act::decode(&act.encode()), Ok(act));
        }
    }
}
