//! Keys, seals, proofs, requests and links, with the real cryptography.

use proptest::prelude::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use super::{
    Certificate, EpochSecret, Hpke, JoinRequest, KemSecret, Kind, LINK_PREFIX, Link, LinkError, LinkPeer,
    MAX_LINK_ADDRESSES, MAX_LINK_PEERS, MAX_LINK_TEXT_BYTES, MAX_SUCCESSORS, NewSpace, Person, PersonProof, Place,
    ProofError, Replica, Role, Sealer, Unwrap, Wish, Wrap, WrapContext, WrapTo, Writer,
};
use crate::{
    id::{EpochId, KemKey, OpId, PeerId, PersonId, SpaceId},
    key::{Ed25519, SecretKey},
    log::{Area, LogId, LogKey},
    time::Time,
};

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(1)
}

#[test]
fn a_wrap_opens_for_its_key_and_place_only() {
    let (mine, other) = (KemSecret::from_bytes(&[1; 32]), KemSecret::from_bytes(&[2; 32]));
    let context = WrapContext { space: SpaceId([3; 32]), epoch: EpochId([4; 32]) };
    let wrap = Hpke.wrap(&mine.key(), &context, &[5; 32], &mut rng());
    assert_eq!(mine.unwrap(&context, &wrap), Some([5; 32]));
    assert_eq!(other.unwrap(&context, &wrap), None);
    assert_eq!(mine.unwrap(&WrapContext { epoch: EpochId([5; 32]), ..context }, &wrap), None);
    assert_eq!(mine.unwrap(&WrapContext { space: SpaceId([5; 32]), ..context }, &wrap), None);
    assert_eq!(mine.unwrap(&context, &Wrap([7; 80])), None);
    assert_eq!(Hpke.wrap(&KemKey([0; 32]), &context, &[5; 32], &mut rng()), Wrap::FUTILE);
    assert_eq!(mine.unwrap(&context, &Wrap::FUTILE), None);
}

#[test]
fn a_body_opens_at_its_place_under_its_epoch_only() {
    let (secret, other) = (EpochSecret::mint(&mut rng()), EpochSecret::from_bytes([1; 32]));
    assert_ne!(secret.id(), other.id());
    let log = LogKey { peer: PeerId([2; 32]), log: LogId::of(Area::CHAT) };
    let place = Place { space: SpaceId([1; 32]), log, seq: 3 };
    let sealer = Sealer::new(&secret);
    let sealed = sealer.seal(&place, b"plain", &mut rng());
    assert_eq!(sealed.len(), 5 + super::SEAL_BYTES);
    assert_eq!(sealer.open(&place, &sealed).unwrap(), b"plain");
    assert_eq!(Sealer::new(&other).open(&place, &sealed), None);
    let instance = LogId { instance: Some(OpId([0; 32])), ..log.log };
    let elsewhere = [
        Place { seq: 4, ..place },
        Place { space: SpaceId([2; 32]), ..place },
        Place { log: LogKey { peer: PeerId([3; 32]), ..log }, ..place },
        Place { log: LogKey { log: LogId::of(Area::FILES), ..log }, ..place },
        Place { log: LogKey { log: instance, ..log }, ..place },
    ];
    for other in elsewhere {
        assert_eq!(sealer.open(&other, &sealed), None);
    }
    assert_eq!(sealer.open(&place, &sealed[..30]), None);
    assert_eq!(sealer.open(&place, &[]), None);
}

fn secret(number: u8) -> SecretKey {
    SecretKey::from_bytes(&[number; 32])
}

fn person(number: u8) -> (Person, PersonProof) {
    let (key, kem) = (secret(number), KemSecret::from_bytes(&[number; 32]));
    let mut rng = rng();
    let mut writer = Writer { now: Time(1), signer: &key, wrap: &Hpke, rng: &mut rng };
    let (replica, genesis) = Replica::create(NewSpace::own(kem.key()), &mut writer, &Ed25519).unwrap();
    let who = Person { person: replica.space().as_person(), peer: key.peer(), kem: kem.key() };
    (who, PersonProof::new(&genesis).unwrap())
}

fn spoilt(proof: &PersonProof, at: usize) -> Option<PersonProof> {
    let mut bytes = minicbor::to_vec(proof).unwrap();
    let at = at % bytes.len();
    bytes[at] ^= 1;
    minicbor::decode(&bytes).ok()
}

#[test]
fn a_person_is_proven_and_every_altered_byte_is_noticed() {
    let (who, proof) = person(1);
    assert_eq!(proof.verify(&Ed25519), Ok(who));
    let length = minicbor::to_vec(&proof).unwrap().len();
    let altered: Vec<PersonProof> = (0..length).filter_map(|at| spoilt(&proof, at)).collect();
    assert!(altered.len() > length / 2);
    assert!(altered.iter().all(|proof| proof.verify(&Ed25519).is_err()));
}

#[test]
fn a_certificate_leads_on_and_only_from_the_peer_before() {
    let (who, proof) = person(1);
    let new = Person { peer: secret(2).peer(), kem: KemKey([2; 32]), ..who };
    let newer = Person { peer: secret(3).peer(), kem: KemKey([3; 32]), ..who };
    let first = Certificate::sign(new, &secret(1));
    let second = Certificate::sign(newer, &secret(2));
    let chain = proof.clone().succeeded_by(first.clone()).succeeded_by(second.clone());
    assert_eq!(chain.verify(&Ed25519), Ok(newer));
    assert_eq!(proof.clone().succeeded_by(second).verify(&Ed25519), Err(ProofError::Malformed));
    let forged = Certificate { new: newer, ..first };
    assert_eq!(proof.clone().succeeded_by(forged).verify(&Ed25519), Err(ProofError::BadSignature));
    let other = Certificate::sign(Person { person: PersonId([9; 32]), ..new }, &secret(1));
    assert_eq!(proof.clone().succeeded_by(other).verify(&Ed25519), Err(ProofError::Malformed));
    let endless = (0..=MAX_SUCCESSORS).fold(proof, |proof, _| proof.succeeded_by(Certificate::sign(who, &secret(1))));
    assert_eq!(endless.verify(&Ed25519), Err(ProofError::TooLong));
}

#[test]
fn a_request_holds_for_what_it_says_only() {
    let wish = Wish { space: SpaceId([1; 32]), person: PersonId([2; 32]), peer: PeerId([3; 32]), asked: Time(4) };
    let request = JoinRequest::sign(wish, &secret(7));
    assert!(request.holds(&Ed25519));
    let others = [
        Wish { space: SpaceId([9; 32]), ..wish },
        Wish { person: PersonId([9; 32]), ..wish },
        Wish { peer: PeerId([9; 32]), ..wish },
        Wish { asked: Time(9), ..wish },
    ];
    assert!(others.into_iter().all(|wish| !JoinRequest { wish, ..request }.holds(&Ed25519)));
    let bytes = minicbor::to_vec(request).unwrap();
    assert_eq!(minicbor::decode::<JoinRequest>(&bytes).unwrap(), request);
}

fn link() -> Link {
    Link {
        space: SpaceId([1; 32]),
        name: "Lab".into(),
        kind: Kind::Group,
        role: Role::Writer,
        inviter: "Änne".into(),
        secret: [7; 32],
        expires: Some(Time(5)),
        peers: vec![LinkPeer {
            peer: PeerId([2; 32]),
            addresses: vec!["192.0.2.1:4919".into(), "[2001:db8::1]:1".into()],
        }],
    }
}

#[test]
fn a_link_survives_being_pasted() {
    let text = link().to_text().unwrap();
    assert_eq!(Link::from_text(&text), Ok(link()));
    let (a, b) = text.split_at(40);
    assert_eq!(Link::from_text(&format!("  {a}\r\n {b}\n")), Ok(link()));
    assert!(!format!("{:?}", link()).contains('7'), "a secret is not printed");
}

#[test]
fn what_is_wrong_with_a_link_is_said() {
    let text = link().to_text().unwrap();
    for end in LINK_PREFIX.len()..text.len() {
        assert_eq!(Link::from_text(&text[..end]), Err(LinkError::CutOff), "{end}");
    }
    assert_eq!(Link::from_text("https://example.org/"), Err(LinkError::Foreign));
    assert_eq!(Link::from_text(""), Err(LinkError::Foreign));
    assert_eq!(Link::from_text(&format!("{LINK_PREFIX}{}", "A".repeat(5000))), Err(LinkError::TooLong));
    let rebuilt = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut said = vec![1];
        minicbor::encode(link(), &mut said).unwrap();
        change(&mut said);
        let check = blake3::hash(&said).as_bytes()[..4].to_vec();
        Link::from_text(&format!("{LINK_PREFIX}{}", data_encoding::BASE64URL_NOPAD.encode(&[said, check].concat())))
    };
    assert_eq!(rebuilt(&|_| ()), Ok(link()));
    assert_eq!(rebuilt(&|said| said[0] = 2), Err(LinkError::Newer));
    assert_eq!(rebuilt(&|said| said[0] = 0), Err(LinkError::Malformed));
    assert_eq!(rebuilt(&|said| said.truncate(20)), Err(LinkError::Malformed));
}

#[test]
fn a_link_has_limits_and_at_the_limits_fits_a_qr_code() {
    let peer = link().peers[0].clone();
    let long = "x".repeat(MAX_LINK_TEXT_BYTES + 1);
    let too_much = [
        Link { name: long.clone(), ..link() },
        Link { inviter: long.clone(), ..link() },
        Link { peers: vec![peer.clone(); MAX_LINK_PEERS + 1], ..link() },
        Link { peers: vec![LinkPeer { addresses: vec![long], ..peer.clone() }], ..link() },
        Link {
            peers: vec![LinkPeer { addresses: vec![String::new(); MAX_LINK_ADDRESSES + 1], ..peer.clone() }],
            ..link()
        },
    ];
    for link in too_much {
        assert_eq!(link.to_text(), Err(LinkError::TooLong));
    }
    let address = "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535".to_owned();
    let peers = vec![LinkPeer { peer: peer.peer, addresses: vec![address; MAX_LINK_ADDRESSES] }; MAX_LINK_PEERS];
    let full = Link { peers, ..link() };
    let text = full.to_text().unwrap();
    assert!(text.len() <= 2953, "one QR code holds 2,953 bytes");
    assert_eq!(Link::from_text(&text), Ok(full));
}

proptest! {
    #[test]
    fn any_text_is_a_link_or_an_error(text in ".{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Link::from_text(&text);
        let _ = Link::from_text(&format!("{LINK_PREFIX}{text}"));
        let check = blake3::hash(&bytes).as_bytes()[..4].to_vec();
        let whole = data_encoding::BASE64URL_NOPAD.encode(&[&bytes[..], &check].concat());
        let _ = Link::from_text(&format!("{LINK_PREFIX}{whole}"));
        let _ = minicbor::decode::<JoinRequest>(&bytes);
        let _ = minicbor::decode::<PersonProof>(&bytes).map(|proof| proof.verify(&Ed25519));
    }
}
