//! Sizes that must stay practical.

use crate::space::{
    Kind, Policy, Role,
    testing::{Cheap, CheapVerify, Peer, writer},
};

/// So many newcomers, let in by two members in turn who learn of each other's admissions late.
const NEWCOMERS: u64 = 2_000;

#[test]
fn many_admissions_are_judged_one_by_one() {
    let mut ann = Peer::founding(1, Kind::Group, Policy::of(Kind::Group));
    let space = ann.replica.space();
    let mut bob = Peer::new(2, space);
    let link = ann.invite(100, Role::Writer, None, 2000);
    ann.admit(&mut bob, &link, 3000).unwrap();
    for number in 0..NEWCOMERS {
        let newcomer = Peer::new(1000 + number, space);
        let admitter = if number % 2 == 0 { &mut ann } else { &mut bob };
        let request = newcomer.ask(&Cheap::new(100), space, 4000 + number);
        let proof = newcomer.proof.clone();
        let admitted = admitter.replica.admit(&request, &proof, &CheapVerify, writer!(admitter, 4000 + number));
        admitter.keep(admitted.unwrap());
    }
    ann.fetch(&bob);
    bob.fetch(&ann);
    assert_eq!(ann.replica.membership().unwrap().members.len() as u64, NEWCOMERS + 2);
    assert_eq!(ann.replica.membership(), bob.replica.membership());
    assert_eq!(ann.reloaded().membership(), bob.replica.membership());
}
