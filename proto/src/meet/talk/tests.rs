use super::*;
use crate::meet::MAX_MESSAGE_BYTES;

const A: PeerId = PeerId([1; 32]);
const B: PeerId = PeerId([2; 32]);
const M: PeerId = PeerId([3; 32]);

fn card(name: &str) -> Card {
    Card { name: name.into(), proof: vec![1, 2, 3], addresses: vec!["127.0.0.1:4919".into()] }
}

fn side(ours: PeerId, theirs: PeerId, dialled: bool, binding: u8) -> Side {
    Side { ours, theirs, dialled, binding: [binding; 32] }
}

/// Both talk until both show words.
fn meet(a: Side, b: Side, nonces: (u8, u8)) -> ((Words, Card), (Words, Card)) {
    let (mut left, to_right) = Talk::begin(a, card("Ann"), [nonces.0; 32]);
    let (mut right, to_left) = Talk::begin(b, card("Bob"), [nonces.1; 32]);
    let sent = |step| if let Step::Send(message) = step { message } else { panic!("{step:?}") };
    let from_left = sent(left.handle(to_left).unwrap());
    let from_right = sent(right.handle(to_right).unwrap());
    let shown = |step| if let Step::Show(words, card) = step { (words, card) } else { panic!("{step:?}") };
    (shown(left.handle(from_right).unwrap()), shown(right.handle(from_left).unwrap()))
}

#[test]
fn both_see_the_same_words_and_the_others_card() {
    let (left, right) = meet(side(A, B, true, 9), side(B, A, false, 9), (1, 2));
    assert_eq!(left.0, right.0);
    assert_eq!(left.0.to_string().split(' ').count(), WORDS);
    assert_eq!((left.1.name.as_str(), right.1.name.as_str()), ("Bob", "Ann"));
}

#[test]
fn everything_changes_the_words() {
    let usual = meet(side(A, B, true, 9), side(B, A, false, 9), (1, 2)).0.0;
    assert_ne!(usual, meet(side(A, B, true, 9), side(B, A, false, 9), (1, 3)).0.0, "a nonce");
    assert_ne!(usual, meet(side(A, B, true, 8), side(B, A, false, 8), (1, 2)).0.0, "the link");
    assert_ne!(usual, meet(side(A, B, false, 9), side(B, A, true, 9), (1, 2)).0.0, "who dialled");
    assert_ne!(usual, meet(side(A, M, true, 9), side(M, A, false, 9), (1, 2)).0.0, "a key");
}

#[test]
fn somebody_in_the_middle_shows_different_words() {
    let to_a = meet(side(A, M, true, 9), side(M, A, false, 9), (1, 7)).0.0;
    let to_b = meet(side(M, B, true, 8), side(B, M, false, 8), (7, 2)).1.0;
    assert_ne!(to_a, to_b);
}

#[test]
fn a_nonce_chosen_late_is_noticed() {
    let (mut left, _) = Talk::begin(side(A, B, true, 9), card("Ann"), [1; 32]);
    let (_, commit) = Talk::begin(side(B, A, false, 9), card("Bob"), [2; 32]);
    left.handle(commit).unwrap();
    assert_eq!(left.handle(Message::Reveal([3; 32])), Err(Fault::NotCommitted));
}

#[test]
fn a_changed_card_is_noticed() {
    let (mut left, _) = Talk::begin(side(A, B, true, 9), card("Ann"), [1; 32]);
    let (_, commit) = Talk::begin(side(B, A, false, 9), card("Bob"), [2; 32]);
    let Message::Commit { commitment, .. } = commit else { panic!() };
    left.handle(Message::Commit { card: card("Bop"), commitment }).unwrap();
    assert_eq!(left.handle(Message::Reveal([2; 32])), Err(Fault::NotCommitted));
}

#[test]
fn nothing_out_of_turn() {
    let (mut left, own) = Talk::begin(side(A, B, true, 9), card("Ann"), [1; 32]);
    assert_eq!(left.handle(Message::Reveal([1; 32])), Err(Fault::OutOfTurn));
    assert_eq!(left.handle(Message::Confirm), Err(Fault::OutOfTurn), "nobody confirms what they have not seen");
    assert_eq!(left.handle(own), Err(Fault::Mirrored));
}

#[test]
fn messages_read_back_and_strangers_are_bounded() {
    let (_, commit) = Talk::begin(side(A, B, true, 9), card("Ann"), [1; 32]);
    for message in [commit, Message::Reveal([5; 32]), Message::Confirm, Message::Deny, Message::Busy] {
        let mut bytes = message.to_bytes();
        assert_eq!(Message::from_bytes(&bytes), Ok(message));
        bytes.push(0);
        assert!(Message::from_bytes(&bytes).is_err(), "nothing may follow");
    }
    let refused = |card: Card| {
        let (_, commit) = Talk::begin(side(A, B, true, 9), card, [1; 32]);
        Message::from_bytes(&commit.to_bytes()).is_err()
    };
    assert!(refused(card(&"x".repeat(129))));
    assert!(refused(card("two\nlines")));
    assert!(refused(Card { proof: vec![0; 5000], ..card("Ann") }));
    assert!(refused(Card { addresses: vec!["not an address".into()], ..card("Ann") }));
    assert!(Message::from_bytes(&vec![0; MAX_MESSAGE_BYTES + 1]).is_err());
}
