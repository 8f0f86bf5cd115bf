//! The nouns other than ops: each in, changed, out.

use proto::{
    id::{EpochId, InvitationId, KemKey, OpId, PeerId, PersonId},
    log::Area,
    time::Time,
};

use super::{log, on_both, space, write};
use crate::{
    invites::Invite,
    people::{Address, MAX_ADDRESSES, Peer, Person, Request},
    spaces::{Name, Space},
    transfers::Transfer,
};

#[test]
fn spaces() {
    on_both(|store| {
        let lab = Space { id: space(2), kind: 1, name: "Lab".into(), created: Time(5), joined: None, left: None };
        let own = Space { id: space(1), created: Time(9), joined: Some(Time(9)), ..lab.clone() };
        for space in [own.clone(), lab.clone()] {
            write(store, move |tx| tx.put_space(&space));
        }
        assert_eq!(store.read(|r| r.spaces()).unwrap(), [lab.clone(), own.clone()]);
        assert!(write(store, |tx| tx.rename_space(&space(2), "Labor")));
        assert!(write(store, |tx| tx.join_space(&space(2), Time(6))));
        assert!(write(store, |tx| tx.leave_space(&space(2), Time(7))));
        let after = Space { name: "Labor".into(), joined: Some(Time(6)), left: Some(Time(7)), ..lab.clone() };
        assert_eq!(store.read(|r| r.space(&space(2))).unwrap(), Some(after.clone()));
        assert!(write(store, |tx| tx.join_space(&space(2), Time(8))));
        let back = Space { joined: Some(Time(8)), left: None, ..after };
        assert_eq!(store.read(|r| r.space(&space(2))).unwrap(), Some(back));
        assert_eq!(store.read(|r| r.space(&space(1))).unwrap(), Some(own));
        assert!(!write(store, |tx| tx.rename_space(&space(3), "none")));
        let other = Space { id: space(4), joined: None, left: None, ..lab };
        write(store, move |tx| tx.put_space(&other));
        assert!(write(store, |tx| tx.forget_joining(&space(4))) && !write(store, |tx| tx.forget_joining(&space(2))));
        assert_eq!(store.read(|r| r.space(&space(4))).unwrap(), None);
    });
}

#[test]
fn names_follow_the_latest_op() {
    on_both(|store| {
        let name = |name: &str, time, op| Name { name: name.into(), time: Time(time), op: OpId([op; 32]) };
        let ana = PersonId([7; 32]);
        let put = |person: Option<PersonId>, name: Name| {
            write(store, move |tx| tx.put_name(&space(1), person.as_ref(), &name))
        };
        assert!(put(None, name("Lab", 1, 1)));
        assert!(put(Some(ana), name("Ana", 5, 1)));
        assert!(!put(Some(ana), name("An", 4, 9)));
        assert!(!put(Some(ana), name("Anna", 5, 1)));
        assert!(put(Some(ana), name("Anne", 5, 2)));
        let both = vec![(None, name("Lab", 1, 1)), (Some(ana), name("Anne", 5, 2))];
        assert_eq!(store.read(|r| r.names(&space(1))).unwrap(), both);
        assert_eq!(store.read(|r| r.name(&space(1), None)).unwrap(), Some(name("Lab", 1, 1)));
        assert_eq!(store.read(|r| r.name(&space(1), Some(&ana))).unwrap(), Some(name("Anne", 5, 2)));
        assert_eq!(store.read(|r| r.name(&space(2), None)).unwrap(), None);
        assert!(write(store, |tx| tx.drop_name(&space(1), &OpId([2; 32]))));
        assert_eq!(store.read(|r| r.names(&space(1))).unwrap(), both[..1]);
        assert_eq!(store.read(|r| r.names(&space(2))).unwrap(), []);
    });
}

#[test]
fn epochs() {
    on_both(|store| {
        let (one, two) = (EpochId([1; 32]), EpochId([2; 32]));
        assert!(write(store, move |tx| tx.put_epoch(&space(1), &two, &[22; 32])));
        assert!(write(store, move |tx| tx.put_epoch(&space(1), &one, &[11; 32])));
        assert!(!write(store, move |tx| tx.put_epoch(&space(1), &one, &[99; 32])));
        assert_eq!(store.read(|r| r.epochs(&space(1))).unwrap(), [(one, [11; 32]), (two, [22; 32])]);
        assert_eq!(store.read(|r| r.epoch(&space(1), &two)).unwrap(), Some([22; 32]));
        assert_eq!(store.read(|r| r.epoch(&space(2), &two)).unwrap(), None);
    });
}

#[test]
fn people_and_their_peers() {
    on_both(|store| {
        let ana = Person {
            id: PersonId([7; 32]),
            name: "Ana".into(),
            petname: Some("my Ana".into()),
            proof: Some(vec![1, 2]),
            blocked: false,
            contact_since: Some(Time(4)),
            verified: None,
        };
        let ben = Person { id: PersonId([8; 32]), petname: None, proof: None, blocked: true, ..ana.clone() };
        let peer = Peer { id: PeerId([1; 32]), person: ana.id, kem: Some(KemKey([3; 32])), last_seen: None };
        let other = Peer { id: PeerId([2; 32]), person: ben.id, kem: None, last_seen: Some(Time(9)) };
        let (people, peers) = ([ana.clone(), ben.clone()], [peer.clone(), other.clone()]);
        write(store, move |tx| {
            people.iter().try_for_each(|person| tx.put_person(person))?;
            peers.iter().try_for_each(|peer| tx.put_peer(peer))
        });
        assert_eq!(store.read(|r| r.people()).unwrap(), [ana.clone(), ben.clone()]);
        assert_eq!(store.read(|r| r.person(&ana.id)).unwrap(), Some(ana.clone()));
        for (seen, expected) in [(6, 6), (5, 6), (8, 8)] {
            assert!(write(store, move |tx| tx.saw_peer(&PeerId([1; 32]), Time(seen))));
            assert_eq!(store.read(|r| r.peer(&peer.id)).unwrap().unwrap().last_seen, Some(Time(expected)));
        }
        let peer = Peer { last_seen: Some(Time(8)), ..peer };
        assert_eq!(store.read(|r| r.peers()).unwrap(), [peer.clone(), other.clone()]);
        assert_eq!(store.read(|r| r.peers_of(&ana.id)).unwrap(), [peer]);
        assert!(write(store, move |tx| tx.drop_person(&ana.id)));
        assert_eq!(store.read(|r| r.peers()).unwrap(), [other]);
        assert_eq!(store.read(|r| r.people()).unwrap(), [ben]);
    });
}

#[test]
fn of_a_peer_the_latest_addresses_are_kept() {
    on_both(|store| {
        let peer = PeerId([1; 32]);
        let address = |n: u64, seen| Address { address: format!("10.0.0.{n}:1"), source: 2, seen: Time(seen) };
        let put = |peer: PeerId, address: Address| write(store, move |tx| tx.put_address(&peer, &address));
        put(PeerId([2; 32]), address(1, 1));
        (1..=12).for_each(|n| put(peer, address(n, n)));
        put(peer, address(1, 0));
        put(peer, address(9, 3));
        put(peer, address(6, 20));
        let kept = store.read(|r| r.addresses(&peer)).unwrap();
        let expected: Vec<_> = [(6, 20), (12, 12), (11, 11), (10, 10), (9, 9), (8, 8), (7, 7), (5, 5)]
            .map(|(n, at)| address(n, at))
            .into();
        assert_eq!((kept.len(), kept), (MAX_ADDRESSES, expected));
        assert!(write(store, move |tx| tx.drop_address(&peer, "10.0.0.6:1")));
        assert!(!write(store, move |tx| tx.drop_address(&peer, "10.0.0.6:1")));
        assert_eq!(store.read(|r| r.addresses(&PeerId([2; 32]))).unwrap(), [address(1, 1)]);
    });
}

#[test]
fn requests() {
    on_both(|store| {
        let asked = Request {
            peer: PeerId([1; 32]),
            incoming: true,
            person: None,
            name: "Ana".into(),
            words: String::new(),
            proof: None,
            confirmed_here: false,
            confirmed_there: true,
            at: Time(3),
        };
        let asking = Request { peer: PeerId([0; 32]), incoming: false, at: Time(4), ..asked.clone() };
        let both = [asked.clone(), asking.clone()];
        write(store, move |tx| both.iter().try_for_each(|request| tx.put_request(request)));
        assert_eq!(store.read(|r| r.requests()).unwrap(), [asked.clone(), asking]);
        let known = Request { person: Some(PersonId([5; 32])), words: "oak sun".into(), proof: Some(vec![1]), ..asked };
        let again = known.clone();
        write(store, move |tx| tx.put_request(&again));
        assert_eq!(store.read(|r| r.request(&known.peer)).unwrap(), Some(known));
        assert!(write(store, |tx| tx.drop_request(&PeerId([1; 32]))));
        assert!(!write(store, |tx| tx.drop_request(&PeerId([1; 32]))));
    });
}

#[test]
fn delivered_marks_only_move_forward() {
    on_both(|store| {
        let (key, peer) = (log(1, Area::CHAT), PeerId([2; 32]));
        for (seq, moved) in [(5, true), (4, false), (5, false), (7, true)] {
            assert_eq!(write(store, move |tx| tx.put_delivered(&space(1), &key, &peer, seq)), moved);
        }
        assert_eq!(store.read(|r| r.delivered(&space(1), &key)).unwrap(), [(peer, 7)]);
        assert_eq!(store.read(|r| r.delivered(&space(1), &log(2, Area::CHAT))).unwrap(), []);
    });
}

#[test]
fn invites() {
    on_both(|store| {
        let later = Invite { id: InvitationId([1; 32]), space: space(1), made: Time(9), secret: [4; 32] };
        let earlier = Invite { id: InvitationId([2; 32]), made: Time(8), ..later.clone() };
        let elsewhere = Invite { id: InvitationId([3; 32]), space: space(2), ..later.clone() };
        let all = [later.clone(), earlier.clone(), elsewhere.clone()];
        write(store, move |tx| all.iter().try_for_each(|invite| tx.put_invite(invite)));
        assert_eq!(store.read(|r| r.invites(&space(1))).unwrap(), [earlier, later]);
        assert_eq!(store.read(|r| r.invite(&elsewhere.id)).unwrap(), Some(elsewhere.clone()));
        assert!(!format!("{elsewhere:?}").contains("4, 4"), "secrets are not shown");
        assert!(write(store, |tx| tx.drop_invite(&InvitationId([3; 32]))));
        assert_eq!(store.read(|r| r.invites(&space(2))).unwrap(), []);
    });
}

#[test]
fn settings() {
    on_both(|store| {
        write(store, |tx| tx.set("b", b"1"));
        write(store, |tx| tx.set("a", b"2"));
        write(store, |tx| tx.set("b", b"3"));
        let all = vec![("a".into(), b"2".to_vec()), ("b".into(), b"3".to_vec())];
        assert_eq!(store.read(|r| r.settings()).unwrap(), all);
        assert!(write(store, |tx| tx.unset("a")));
        assert!(!write(store, |tx| tx.unset("a")));
        assert_eq!(store.read(|r| r.setting("a")).unwrap(), None);
    });
}

#[test]
fn transfers() {
    on_both(|store| {
        let get = Transfer { id: [1; 32], kind: 1, begun: Time(5), state: vec![0] };
        let begun = get.clone();
        write(store, move |tx| tx.put_transfer(&begun));
        let further = Transfer { state: vec![1, 2], begun: Time(9), kind: 2, ..get.clone() };
        write(store, move |tx| tx.put_transfer(&further));
        let expected = Transfer { state: vec![1, 2], ..get };
        assert_eq!(store.read(|r| r.transfers(1)).unwrap(), std::slice::from_ref(&expected));
        assert_eq!(store.read(|r| r.transfers(2)).unwrap(), []);
        assert_eq!(store.read(|r| r.transfer(&[1; 32])).unwrap(), Some(expected));
        assert!(write(store, |tx| tx.drop_transfer(&[1; 32])));
        assert!(!write(store, |tx| tx.drop_transfer(&[1; 32])));
    });
}
