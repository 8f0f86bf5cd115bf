//! Coming, going, and what may be read and written in between.

use crate::{
    id::{InvitationId, PersonId, SpaceId},
    space::{
        AdmitError, Certificate, ComposeError, History, Kind, NewSpace, Person, PersonProof, Policy, Replica, Role,
        Verdict, Void,
        auth::{InvitationState, Invite},
        testing::{CHAT, Cheap, CheapVerify, Peer, writer},
    },
    space::{EpochSecret, Unwrap},
    time::Time,
};

fn group() -> Peer {
    Peer::founding(1, Kind::Group, Policy::of(Kind::Group))
}

/// A founder and a member with that role.
fn two(role: Role) -> (Peer, Peer) {
    let mut ann = group();
    let mut bob = Peer::new(2, ann.replica.space());
    let link = ann.invite(100, role, None, 2000);
    ann.admit(&mut bob, &link, 3000).unwrap();
    (ann, bob)
}

fn later(millis: u64) -> Time {
    Time::from_millis(millis)
}

#[test]
fn a_newcomer_reads_what_was_said_before_and_answers() {
    let mut ann = group();
    ann.say("hello", 1500);
    let mut bob = Peer::new(2, ann.replica.space());
    let link = ann.invite(100, Role::Writer, None, 2000);
    ann.admit(&mut bob, &link, 3000).unwrap();
    let said = ann.say("again", 4000);
    bob.take(std::slice::from_ref(&said)).unwrap();
    assert_eq!(bob.replica.open(&said).unwrap(), b"again");
    for op in bob.memory.log(&said.header.key()) {
        assert!(matches!(bob.replica.verdict(&op, later(4000)), Verdict::Counts(_)));
    }
    let answer = bob.say("here", 10);
    assert_eq!(answer.header.after, [said.id]);
    assert!(answer.header.time > said.header.time, "an answer is later than what it answers");
    ann.fetch(&bob);
    assert_eq!(ann.replica.open(&answer).unwrap(), b"here");
    assert_eq!(ann.replica.digest(), bob.replica.digest());
    assert_eq!(ann.replica.membership(), bob.replica.membership());
}

#[test]
fn a_newcomer_does_not_read_what_was_said_before_where_that_is_the_policy() {
    let policy = Policy { history: History::None, ..Policy::of(Kind::Group) };
    let mut ann = Peer::founding(1, Kind::Group, policy);
    let before = ann.say("hello", 1500);
    let mut bob = Peer::new(2, ann.replica.space());
    let link = ann.invite(100, Role::Writer, None, 2000);
    ann.admit(&mut bob, &link, 3000).unwrap();
    let said = ann.say("again", 4000);
    bob.fetch(&ann);
    assert!(bob.replica.open(&before).is_err());
    assert_eq!(bob.replica.open(&said).unwrap(), b"again");
}

#[test]
fn whoever_was_removed_reads_nothing_new_and_says_nothing_new() {
    let (mut ann, mut bob) = two(Role::Writer);
    let early = bob.say("early", 3500);
    ann.fetch(&bob);
    let removal = ann.replica.remove(&[bob.person], writer!(ann, 4000)).unwrap();
    ann.keep(removal);
    let unheard = bob.say("did not know", 4500);
    let secret = ann.say("without bob", 5000);
    assert!(!bob.replica.knows_epoch(&secret.header.epoch.unwrap()));
    ann.take(std::slice::from_ref(&unheard)).unwrap();
    assert!(matches!(ann.replica.verdict(&early, later(5000)), Verdict::Counts(_)));
    assert_eq!(ann.replica.verdict(&unheard, later(5000)), Verdict::Void(Void::Removed));
    bob.fetch(&ann);
    assert!(bob.replica.open(&secret).is_err());
    assert_eq!(bob.replica.verdict(&unheard, later(5000)), Verdict::Void(Void::Removed));
    assert_eq!(bob.replica.compose(CHAT, b"x", writer!(bob, 6000)), Err(ComposeError::NotMember));
}

#[test]
fn two_who_remove_each_other_are_both_gone() {
    let (mut ann, mut bob) = two(Role::Owner);
    // Bob is an owner by invitation of an owner.
    let of_bob = ann.replica.remove(&[bob.person], writer!(ann, 4000)).unwrap();
    let of_ann = bob.replica.remove(&[ann.person], writer!(bob, 4001)).unwrap();
    ann.keep(of_bob);
    bob.keep(of_ann);
    ann.fetch(&bob);
    bob.fetch(&ann);
    assert!(ann.replica.membership().unwrap().members.is_empty());
    assert_eq!(ann.replica.membership(), bob.replica.membership());
}

#[test]
fn who_left_may_ask_again_and_who_was_removed_needs_a_new_invitation() {
    let (mut ann, mut bob) = two(Role::Writer);
    let link = Cheap::new(100);
    let left = bob.replica.leave(writer!(bob, 4000)).unwrap();
    bob.keep(left);
    ann.fetch(&bob);
    let old = bob.ask(&link, ann.replica.space(), 3000);
    let again = ann.replica.admit(&old, &bob.proof, &CheapVerify, writer!(ann, 4100));
    assert_eq!(again, Err(AdmitError::Removed), "a request of before is not repeated");
    ann.admit(&mut bob, &link, 4200).unwrap();
    assert!(bob.replica.membership().unwrap().members.contains_key(&bob.person));

    let removal = ann.replica.remove(&[bob.person], writer!(ann, 5000)).unwrap();
    ann.keep(removal);
    assert_eq!(ann.admit(&mut bob, &link, 5100), Err(AdmitError::Removed));
    let new = ann.invite(101, Role::Reader, None, 5200);
    ann.admit(&mut bob, &new, 5300).unwrap();
    assert_eq!(bob.replica.membership().unwrap().members[&bob.person].role, Role::Reader);
    assert_eq!(bob.replica.compose(CHAT, b"x", writer!(bob, 6000)), Err(ComposeError::NotAllowed));
}

#[test]
fn an_invitation_ends_in_each_of_its_ways() {
    let mut ann = group();
    let space = ann.replica.space();
    let refused = |state| Err(AdmitError::State(state));
    let mut bob = Peer::new(2, space);
    let mut cid = Peer::new(3, space);
    let mut dan = Peer::new(4, space);

    let once = ann.invite(100, Role::Manager, Some(1), 2000);
    ann.admit(&mut bob, &once, 2100).unwrap();
    ann.admit(&mut bob, &once, 2200).unwrap();
    assert_eq!(ann.replica.auth_ops(), 3, "an admission repeated is none");
    assert_eq!(ann.admit(&mut cid, &once, 2300), refused(InvitationState::UsedUp));

    let short = Cheap::new(101);
    let invite =
        Invite { invitation: InvitationId(short.0), role: Role::Writer, uses: None, expires: Some(later(3000)) };
    let made = ann.replica.invite(invite, writer!(ann, 2400)).unwrap();
    ann.keep(made);
    assert_eq!(ann.admit(&mut cid, &short, 3001), refused(InvitationState::Expired));

    let bobs = Cheap::new(102);
    bob.fetch(&ann);
    bob.invite(102, Role::Writer, None, 3100);
    ann.fetch(&bob);
    ann.admit(&mut cid, &bobs, 3200).unwrap();
    let removal = ann.replica.remove(&[bob.person], writer!(ann, 3300)).unwrap();
    ann.keep(removal);
    assert_eq!(ann.admit(&mut dan, &bobs, 3400), refused(InvitationState::Orphaned));
    assert!(ann.replica.membership().unwrap().members.contains_key(&cid.person), "who came before stays");

    let anns = ann.invite(103, Role::Writer, None, 3500);
    let withdrawn = ann.replica.withdraw(InvitationId(anns.0), writer!(ann, 3600)).unwrap();
    ann.keep(withdrawn);
    assert_eq!(ann.admit(&mut dan, &anns, 3700), refused(InvitationState::Withdrawn));
    let unknown = ann.admit(&mut dan, &Cheap::new(104), 3800);
    assert_eq!(unknown, Err(AdmitError::Unknown));
}

#[test]
fn an_admission_that_did_not_know_of_the_withdrawal_does_not_count() {
    let (mut ann, mut bob) = two(Role::Writer);
    let link = Cheap::new(100);
    let mut cid = Peer::new(3, ann.replica.space());
    bob.admit(&mut cid, &link, 4000).unwrap();
    let withdrawn = ann.replica.withdraw(InvitationId(link.0), writer!(ann, 5000)).unwrap();
    ann.keep(withdrawn);
    ann.fetch(&bob);
    let members = ann.replica.membership().unwrap();
    assert!(!members.members.contains_key(&cid.person));
    assert!(members.members.contains_key(&bob.person), "the withdrawal knew of this admission");
}

#[test]
fn an_excess_of_uses_is_shown() {
    let (mut ann, mut bob) = two(Role::Writer);
    let once = ann.invite(101, Role::Writer, Some(1), 3500);
    bob.fetch(&ann);
    let (mut cid, mut dan) = (Peer::new(3, ann.replica.space()), Peer::new(4, ann.replica.space()));
    ann.admit(&mut cid, &once, 4000).unwrap();
    bob.admit(&mut dan, &once, 4001).unwrap();
    ann.fetch(&bob);
    let info = &ann.replica.membership().unwrap().invitations[&InvitationId(once.0)];
    assert_eq!((info.used.len(), info.excess()), (2, 1));
}

#[test]
fn roles_say_what_one_may() {
    let (mut ann, mut bob) = two(Role::Writer);
    let mut cid = Peer::new(3, ann.replica.space());
    ann.admit(&mut cid, &Cheap::new(100), 3500).unwrap();
    bob.fetch(&ann);
    let no = Err(ComposeError::NotAllowed);
    assert_eq!(bob.replica.remove(&[cid.person], writer!(bob, 4000)), no);
    assert_eq!(bob.replica.set_role(bob.person, Role::Owner, writer!(bob, 4000)), no);
    assert_eq!(bob.replica.set_policy(Policy::of(Kind::Channel), writer!(bob, 4000)), no);
    let above = Invite { invitation: InvitationId([9; 32]), role: Role::Manager, uses: None, expires: None };
    assert_eq!(bob.replica.invite(above, writer!(bob, 4000)), no);
    let promotion = ann.replica.set_role(bob.person, Role::Manager, writer!(ann, 5000)).unwrap();
    ann.keep(promotion);
    bob.fetch(&ann);
    bob.replica.remove(&[cid.person], writer!(bob, 6000)).unwrap();
    assert_eq!(bob.replica.remove(&[ann.person], writer!(bob, 6000)), no);
}

#[test]
fn a_space_of_two_has_both_and_nobody_else() {
    let (ann, mut bob) = (Peer::new(1, SpaceId([0; 32])), Peer::new(2, SpaceId([0; 32])));
    let mut ann = ann;
    let new = NewSpace::direct(ann.proof.clone(), bob.proof.clone());
    let (replica, genesis) = Replica::create(new, writer!(ann, 1000), &CheapVerify).unwrap();
    ann.replica = replica;
    ann.memory.put(&[genesis]);
    bob.replica = Replica::empty(ann.replica.space(), bob.id());
    let said = ann.say("only you", 2000);
    bob.fetch(&ann);
    assert_eq!(bob.replica.open(&said).unwrap(), b"only you");
    let no = Err(ComposeError::NotAllowed);
    let invite = Invite { invitation: InvitationId([9; 32]), role: Role::Reader, uses: None, expires: None };
    assert_eq!(bob.replica.invite(invite, writer!(bob, 3000)), no);
    assert_eq!(bob.replica.remove(&[ann.person], writer!(bob, 3000)), no);
    bob.replica.leave(writer!(bob, 3000)).unwrap();
}

#[test]
fn a_restored_home_goes_on_with_a_new_peer() {
    let (mut ann, mut bob) = two(Role::Writer);
    ann.say("before", 3500);
    bob.fetch(&ann);
    let mut new = Peer::new(20, ann.replica.space());
    let who = Person { person: bob.person, peer: new.id(), kem: new.key.key() };
    let certificate = Certificate::sign(who, &bob.key);
    new.fetch(&bob);
    let added = new.replica.add_peer(certificate.clone(), &CheapVerify, writer!(new, 4000)).unwrap();
    new.keep(added);
    ann.fetch(&new);
    let said = ann.say("to all of bob", 5000);
    new.fetch(&ann);
    assert_eq!(new.replica.open(&said).unwrap(), b"to all of bob");
    let answer = new.say("thanks", 6000);
    ann.fetch(&new);
    let Verdict::Counts(standing) = ann.replica.verdict(&answer, later(6000)) else { panic!("it counts") };
    assert_eq!(standing.person, bob.person);
    let proof = bob.proof.clone().succeeded_by(certificate.clone());
    assert_eq!(proof.verify(&CheapVerify).unwrap(), who);
    let mut stranger = Peer::new(21, ann.replica.space());
    stranger.fetch(&ann);
    let stolen = stranger.replica.add_peer(certificate, &CheapVerify, writer!(stranger, 7000));
    assert_eq!(stolen, Err(ComposeError::NotAllowed));
}

#[test]
fn a_peer_is_one_persons_only() {
    let (mut ann, mut bob) = two(Role::Writer);
    let link = Cheap::new(100);
    let (_, second) = Replica::create(NewSpace::own(bob.key.key()), writer!(bob, 5), &CheapVerify).unwrap();
    (bob.proof, bob.person) = (PersonProof::new(&second).unwrap(), PersonId(second.id.0));
    let refused = ann.admit(&mut bob, &link, 4000);
    assert_eq!(refused, Err(AdmitError::Compose(ComposeError::NotAllowed)));

    // By two who do not hear of each other it is let in for both: the first has it.
    let mut cid = Peer::new(3, ann.replica.space());
    let mut dan = Peer::new(4, ann.replica.space());
    ann.admit(&mut cid, &link, 4100).unwrap();
    let mut twin = Peer::new(4, ann.replica.space());
    let (_, other) = Replica::create(NewSpace::own(twin.key.key()), writer!(twin, 5), &CheapVerify).unwrap();
    (twin.proof, twin.person) = (PersonProof::new(&other).unwrap(), PersonId(other.id.0));
    ann.admit(&mut twin, &link, 4200).unwrap();
    cid.admit(&mut dan, &link, 4201).unwrap();
    for (holder, from) in [(&mut cid, &ann), (&mut bob, &dan)] {
        holder.fetch(from);
    }
    bob.fetch(&ann);
    for peer in [&cid, &bob] {
        let members = peer.replica.membership().unwrap();
        assert_eq!(members.peers[&twin.id()], twin.person);
        assert!(members.members[&twin.person].peers.contains_key(&twin.id()));
        assert!(members.members[&dan.person].peers.is_empty());
        assert_eq!(peer.reloaded().membership(), Some(members));
    }
}

#[test]
fn of_several_usable_epochs_the_lowest_is_used_and_none_that_a_member_lacks() {
    let (mut ann, mut bob) = two(Role::Writer);
    let (of_ann, of_bob) = (ann.say("a", 4000), bob.say("b", 4000));
    assert_ne!(of_ann.header.epoch, of_bob.header.epoch, "both minted");
    ann.fetch(&bob);
    bob.fetch(&ann);
    let lowest = of_ann.header.epoch.min(of_bob.header.epoch);
    assert_eq!(ann.say("c", 5000).header.epoch, lowest);
    assert_eq!(bob.say("d", 5000).header.epoch, lowest);
    let usable: Vec<_> = ann.replica.membership().unwrap().usable().collect();
    assert_eq!(usable.len(), 2);
    assert_eq!(usable[0], lowest.unwrap());
}

#[test]
fn a_secret_that_the_admitter_did_not_know_is_handed_on() {
    let (mut ann, mut bob) = two(Role::Writer);
    let said = bob.say("minted by bob", 3500);
    let mut cid = Peer::new(3, ann.replica.space());
    ann.admit(&mut cid, &Cheap::new(100), 3600).unwrap();
    cid.fetch(&bob);
    assert!(cid.replica.open(&said).is_err());
    bob.fetch(&ann);
    let mended = bob.replica.mend(writer!(bob, 3700)).unwrap();
    assert_eq!(mended.ops.len(), 1);
    bob.keep(mended);
    assert!(bob.replica.mend(writer!(bob, 3800)).unwrap().ops.is_empty());
    cid.fetch(&bob);
    assert_eq!(cid.replica.open(&said).unwrap(), b"minted by bob");
}

#[test]
fn a_wrap_of_something_else_opens_nothing() {
    let (mut ann, mut bob) = two(Role::Writer);
    let said = ann.say("x", 4000);
    let mut other = EpochSecret::from_bytes([7; 32]);
    bob.fetch(&ann);
    assert!(bob.replica.knows_epoch(&said.header.epoch.unwrap()));
    other = EpochSecret::from_bytes(*other.as_bytes());
    assert!(!bob.replica.knows_epoch(&other.id()));
    assert_eq!(bob.replica.unlock(&bob.key.clone()), vec![]);
}
