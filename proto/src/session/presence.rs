//! Who is there: what each peer hears of others being online, passed on, and forgotten after [`ONLINE_FOR`].
//!
//! Only hearsay: a peer says that it is there, its partners pass that on. It decides whom to try to reach, and what
//! people see; nothing more.

use std::{collections::BTreeMap, time::Duration};

use minicbor::{Decode, Encode};

use crate::{
    id::{PeerId, SpaceId},
    time::Time,
};

/// Nobody is online for longer than that after it last said so.
pub const ONLINE_FOR: Duration = Duration::from_secs(150);

/// A peer says that it is there that often; news of the same peer younger than that is not passed on.
pub const REPEAT: Duration = Duration::from_secs(60);

/// A frame names at most so many peers.
pub const MAX_BEACONS: usize = 256;

/// At most so many peers are remembered, the latest heard.
const MAX_REMEMBERED: usize = 16 * 1024;

/// "That peer was there so long ago": ages travel, not moments, because clocks differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Beacon {
    /// In which space it was seen; said only to members of it.
    #[n(0)]
    pub space: SpaceId,
    /// Who.
    #[n(1)]
    pub peer: PeerId,
    /// Seconds since it said so. A peer that says goodbye is passed on with [`ONLINE_FOR`] or more.
    #[n(2)]
    pub age_s: u32,
}

/// Who was heard of when.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    seen: BTreeMap<(SpaceId, PeerId), Time>,
}

impl Presence {
    /// Takes in what was heard; true if it is news worth passing on (at least [`REPEAT`]/2 younger than what was known).
    pub fn heard(&mut self, beacon: Beacon, now: Time) -> bool {
        let age = Duration::from_secs(beacon.age_s.into());
        let seen = Time(now.0.saturating_sub(u64::try_from(age.as_micros()).unwrap_or(u64::MAX)));
        let key = (beacon.space, beacon.peer);
        let known = self.seen.get(&key).copied();
        if age >= ONLINE_FOR || known.is_some_and(|known| seen < known + REPEAT / 2) {
            return false;
        }
        self.seen.insert(key, seen);
        if self.seen.len() > MAX_REMEMBERED {
            let oldest = self.seen.iter().min_by_key(|(_, seen)| **seen).map(|(key, _)| *key);
            oldest.and_then(|key| self.seen.remove(&key));
        }
        true
    }

    /// A peer ended its session saying that it goes.
    pub fn left(&mut self, peer: PeerId) {
        self.seen.retain(|(_, other), _| *other != peer);
    }

    /// Forgets who was not heard of for [`ONLINE_FOR`].
    pub fn expire(&mut self, now: Time) {
        self.seen.retain(|_, seen| now.since(*seen) < ONLINE_FOR);
    }

    /// Whether a peer was heard of in any space and has not expired: see [`Self::expire`].
    pub fn is_online(&self, peer: &PeerId) -> bool {
        self.seen.keys().any(|(_, there)| there == peer)
    }

    /// Who is there, as far as one hears.
    pub fn online(&self, space: SpaceId, now: Time) -> impl Iterator<Item = PeerId> + '_ {
        self.beacons(space, now).map(|beacon| beacon.peer)
    }

    /// What to tell a member that just came: the latest heard of each, at most [`MAX_BEACONS`] in one frame.
    pub fn beacons(&self, space: SpaceId, now: Time) -> impl Iterator<Item = Beacon> + '_ {
        let all = self.seen.range((space, PeerId([0; 32]))..=(space, PeerId([255; 32])));
        all.map(move |((_, peer), seen)| (*peer, now.since(*seen)))
            .filter(|(_, age)| *age < ONLINE_FOR)
            .map(move |(peer, age)| Beacon { space, peer, age_s: u32::try_from(age.as_secs()).unwrap_or(u32::MAX) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: SpaceId = SpaceId([1; 32]);
    const NOW: Time = Time::from_millis(10_000_000);

    fn beacon(age_s: u32) -> Beacon {
        Beacon { space: SPACE, peer: PeerId([2; 32]), age_s }
    }

    #[test]
    fn news_is_passed_on_once_and_expires() {
        let mut presence = Presence::default();
        assert!(presence.heard(beacon(5), NOW));
        assert!(!presence.heard(beacon(3), NOW), "hardly newer");
        assert_eq!(presence.beacons(SPACE, NOW).collect::<Vec<_>>(), [beacon(5)]);
        let later = NOW + REPEAT;
        assert!(presence.heard(beacon(1), later));
        assert_eq!(presence.online(SPACE, later + ONLINE_FOR).count(), 0);
        assert_eq!(presence.online(SpaceId([9; 32]), later).count(), 0);
        presence.expire(later + ONLINE_FOR);
        assert!(presence.seen.is_empty());
    }

    #[test]
    fn old_news_is_none() {
        let mut presence = Presence::default();
        assert!(!presence.heard(beacon(150), NOW));
        assert!(!presence.heard(beacon(u32::MAX), NOW));
        assert_eq!(presence.online(SPACE, NOW).count(), 0);
    }
}
