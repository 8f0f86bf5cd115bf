//! One-time codes.

use std::time::{Duration, Instant};

use blake3::Hash;

/// A code works for so long: a browser that has to be started first is there by then.
pub const WORKS_FOR: Duration = Duration::from_secs(120);

/// So many codes are known at a time; the oldest gives way.
const MOST: usize = 16;

/// The codes given out of late, used ones too, so that a second use is seen.
#[derive(Default)]
pub struct Codes(Vec<Given>);

struct Given {
    hash: Hash,
    at: Instant,
    /// Once used: the session it made.
    used: Option<Option<Hash>>,
}

/// What a code is worth.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It works, this once. With its place, for [`Codes::made`].
    Fresh(Hash),
    /// It worked before, and made this session.
    Again(Option<Hash>),
    /// No such code, or it is too old.
    Unknown,
}

impl Codes {
    /// Gives one out.
    pub fn add(&mut self, code: &str, now: Instant) {
        self.expire(now);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Given { hash: blake3::hash(code.as_bytes()), at: now, used: None });
    }

    /// Looks a code up, and uses it up. All are compared, whichever fits.
    pub fn take(&mut self, code: &str, now: Instant) -> Taken {
        self.expire(now);
        let hash = blake3::hash(code.as_bytes());
        let mut taken = Taken::Unknown;
        for given in &mut self.0 {
            if given.hash == hash {
                taken = match given.used.replace(given.used.flatten()) {
                    None => Taken::Fresh(hash),
                    Some(session) => Taken::Again(session),
                };
            }
        }
        taken
    }

    /// Notes which session a code made.
    pub fn made(&mut self, code: Hash, session: Hash) {
        if let Some(given) = self.0.iter_mut().find(|given| given.hash == code) {
            given.used = Some(Some(session));
        }
    }

    fn expire(&mut self, now: Instant) {
        self.0.retain(|given| now.duration_since(given.at) < WORKS_FOR);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once_and_not_for_long() {
        let (mut codes, now) = (Codes::default(), Instant::now());
        codes.add("one", now);
        codes.add("two", now);
        let Taken::Fresh(place) = codes.take("one", now) else { panic!("it works") };
        codes.made(place, blake3::hash(b"session"));
        assert_eq!(codes.take("one", now), Taken::Again(Some(blake3::hash(b"session"))));
        assert_eq!(codes.take("none", now), Taken::Unknown);
        assert_eq!(codes.take("two", now + WORKS_FOR), Taken::Unknown);
    }

    #[test]
    fn not_more_are_known_than_there_is_room_for() {
        let (mut codes, now) = (Codes::default(), Instant::now());
        (0..=MOST).for_each(|n| codes.add(&n.to_string(), now));
        assert_eq!(codes.take("0", now), Taken::Unknown);
        assert!(matches!(codes.take("1", now), Taken::Fresh(_)));
    }
}
