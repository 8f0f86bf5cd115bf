//! What a sender keeps of an offer, and what it answers to those who ask for it.

use minicbor::{Decode, Encode};

use super::{code::Code, wire::What};
use crate::id::{OfferId, PeerId};

/// After so many wrong words the words of an offer are dead; its link is not, as it cannot be guessed.
pub const MAX_WRONG: u8 = 3;

/// An offer may be received at most so often.
pub const MAX_USES: u32 = 1000;

/// An offer names at most so many things.
pub const MAX_NAMES: usize = 100;

/// The secret in an offer's link: 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Secret(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 16],
);

impl Secret {
    /// The offer it belongs to.
    pub fn offer(&self) -> OfferId {
        OfferId(blake3::derive_key("peerage send 1: the id of an offer", &self.0))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// How an offer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Which {
    /// By the first of its words.
    #[n(0)]
    Plate(#[n(0)] u8),
    /// By the id that its link gives.
    #[n(1)]
    Offer(#[n(0)] OfferId),
}

/// Why an offer is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Encode, Decode)]
pub enum Refusal {
    /// There is none here by that name (any more).
    #[n(0)]
    #[error("there is no such offer")]
    Unknown,
    /// The words are wrong.
    #[n(1)]
    #[error("the code is wrong")]
    Wrong,
    /// They were wrong too often before.
    #[n(2)]
    #[error("the words were wrong {MAX_WRONG} times, so they are dead")]
    Dead,
    /// Others have received it as often as it may be.
    #[n(3)]
    #[error("others have received it already")]
    Used,
    /// Too many ask at present.
    #[n(4)]
    #[error("too many ask at present")]
    Busy,
}

/// What a sender keeps of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
    /// What its link proves.
    #[n(0)]
    pub secret: Secret,
    /// What its words are.
    #[n(1)]
    pub code: Code,
    /// How often wrong words were tried.
    #[n(2)]
    pub wrong: u8,
    /// How many may receive it.
    #[n(3)]
    pub uses: u32,
    /// Who has proven the code.
    #[n(4)]
    pub granted: Vec<PeerId>,
    /// Who of them has all of it.
    #[n(5)]
    pub received: Vec<PeerId>,
    /// What it is.
    #[n(6)]
    pub what: What,
    /// Names of what was asked to be sent: the first [`MAX_NAMES`].
    #[n(7)]
    pub names: Vec<String>,
}

impl Offer {
    /// Its id.
    pub fn id(&self) -> OfferId {
        self.secret.offer()
    }

    /// Whether it is what somebody asks for.
    pub fn is(&self, which: Which) -> bool {
        match which {
            Which::Plate(plate) => self.code.plate == plate,
            Which::Offer(id) => self.id() == id,
        }
    }

    /// The password of the exchange with `peer`, if it may try.
    pub fn password(&self, which: Which, peer: PeerId) -> Result<Vec<u8>, Refusal> {
        if self.is_used_up_for(peer) {
            return Err(Refusal::Used);
        }
        match which {
            Which::Plate(_) if self.wrong >= MAX_WRONG => Err(Refusal::Dead),
            Which::Plate(_) => Ok(self.code.secret.to_vec()),
            Which::Offer(_) => Ok(self.secret.0.to_vec()),
        }
    }

    /// Notes a failed proof, and says what to answer.
    pub fn note_wrong(&mut self, which: Which) -> Refusal {
        if matches!(which, Which::Plate(_)) {
            self.wrong = self.wrong.saturating_add(1);
        }
        if self.wrong >= MAX_WRONG { Refusal::Dead } else { Refusal::Wrong }
    }

    /// Lets `peer`, which has proven the code, have it; again and again.
    pub fn grant(&mut self, peer: PeerId) -> Result<(), Refusal> {
        if self.is_used_up_for(peer) {
            return Err(Refusal::Used);
        }
        if !self.granted.contains(&peer) {
            self.granted.push(peer);
        }
        Ok(())
    }

    /// Notes that `peer` has all of it; whether nobody more may have it, so that the offer ends.
    pub fn note_received(&mut self, peer: PeerId) -> bool {
        if self.granted.contains(&peer) && !self.received.contains(&peer) {
            self.received.push(peer);
        }
        self.received.len() >= self.uses as usize
    }

    fn is_used_up_for(&self, peer: PeerId) -> bool {
        self.granted.len() >= self.uses as usize && !self.granted.contains(&peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::BlobHash;

    const ANNA: PeerId = PeerId([1; 32]);
    const BEN: PeerId = PeerId([2; 32]);

    fn offer(uses: u32) -> Offer {
        Offer {
            secret: Secret([5; 16]),
            code: Code { plate: 3, secret: [1, 2, 3] },
            wrong: 0,
            uses,
            granted: vec![],
            received: vec![],
            what: What { manifest: BlobHash([4; 32]), manifest_bytes: 1, files: 1, bytes: 1 },
            names: vec!["a".into()],
        }
    }

    #[test]
    fn three_wrong_tries_kill_the_words_but_not_the_link() {
        let mut offer = offer(1);
        let (words, link) = (Which::Plate(3), Which::Offer(offer.id()));
        assert!(offer.is(words) && offer.is(link) && !offer.is(Which::Plate(4)));
        assert_eq!(offer.note_wrong(link), Refusal::Wrong);
        assert_eq!([(); 3].map(|()| offer.note_wrong(words)), [Refusal::Wrong, Refusal::Wrong, Refusal::Dead]);
        assert_eq!(offer.password(words, ANNA), Err(Refusal::Dead));
        assert_eq!(offer.password(link, ANNA), Ok(vec![5; 16]));
    }

    #[test]
    fn a_use_is_a_person_not_a_try() {
        let mut offer = offer(1);
        assert_eq!(offer.grant(ANNA), Ok(()));
        assert_eq!(offer.grant(ANNA), Ok(()));
        assert_eq!(offer.grant(BEN), Err(Refusal::Used));
        assert_eq!(offer.password(Which::Plate(3), BEN), Err(Refusal::Used));
        assert!(offer.password(Which::Plate(3), ANNA).is_ok());
        assert!(!offer.note_received(BEN), "who was not granted has not received");
        assert!(offer.note_received(ANNA));
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let mut offer = offer(2);
        offer.grant(ANNA).unwrap();
        let bytes = minicbor::to_vec(&offer).unwrap();
        assert_eq!(minicbor::decode::<Offer>(&bytes).unwrap(), offer);
    }
}
