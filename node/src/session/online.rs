//! Who is there: what we say of ourselves, and what is heard of others.

use std::sync::Arc;

use proto::{
    id::PeerId,
    session::{Beacon, Frame, MAX_BEACONS},
    sync::Spaces,
};

use super::{
    Sessions,
    run::{End, Running},
    spread::News,
    view::{View, is_member},
};
use crate::shared::Core;

impl Running {
    /// At the beginning: that we are there, and whom we know to be there, of each shared space.
    pub(super) fn say_who_is_there(&mut self) -> Result<(), End> {
        let (core, now) = (self.core.clone(), self.core.sessions.now());
        let mut beacons = Vec::new();
        for space in View(&core).shared_with(self.partner.peer) {
            beacons.push(Beacon { space, peer: core.me.peer, age_s: 0 });
            beacons.extend(core.sessions.state().presence.beacons(space, now));
        }
        self.pass_on_presence(&beacons)
    }

    pub(super) fn pass_on_presence(&mut self, beacons: &[Beacon]) -> Result<(), End> {
        let partner = self.partner.peer;
        let theirs = |beacon: &&Beacon| beacon.peer != partner && is_member(&self.core, beacon.space, &partner);
        let beacons: Vec<Beacon> = beacons.iter().filter(theirs).copied().collect();
        let mut pages = beacons.chunks(MAX_BEACONS);
        pages.try_for_each(|page| Ok(self.outbox.send(&Frame::Presence(page.to_vec()))?))
    }

    /// The partner says who is there: members only, and what is news is passed on.
    pub(super) fn heard_presence(&mut self, beacons: &[Beacon]) -> Result<(), End> {
        let (core, partner) = (self.core.clone(), self.partner.peer);
        let now = core.sessions.now();
        let fit = |beacon: &&Beacon| {
            beacon.peer != core.me.peer
                && is_member(&core, beacon.space, &partner)
                && is_member(&core, beacon.space, &beacon.peer)
        };
        let fit: Vec<Beacon> = beacons.iter().filter(fit).copied().collect();
        let news: Vec<Beacon> = {
            let mut state = core.sessions.state();
            fit.into_iter().filter(|beacon| state.presence.heard(*beacon, now)).collect()
        };
        if !news.is_empty() {
            news.iter().for_each(|beacon| core.sessions.state().dials.heard_of(beacon.peer));
            core.sessions.tell(Some(self.number), &News::Presence(Arc::new(news)));
            core.sessions.wake.notify_one();
        }
        Ok(())
    }
}

impl Sessions {
    /// Whether a peer is there, as far as one knows: a session with it, or word of it.
    pub fn is_online(&self, peer: &PeerId) -> bool {
        let state = self.state();
        state.is_connected(peer) || state.presence.is_online(peer)
    }

    /// Says to everybody that this peer is there.
    pub(super) fn beacon(&self, core: &Core) {
        let here = |space| Beacon { space, peer: core.me.peer, age_s: 0 };
        let beacons: Vec<Beacon> = core.all_held().iter().map(|held| here(held.id)).collect();
        self.state().presence.expire(self.now());
        self.tell(None, &News::Presence(Arc::new(beacons)));
    }

    /// A sentence if our clock differs from those of the people we talk to.
    pub fn clock_notice(&self) -> Option<String> {
        let skew = self.state().skews.judge()?;
        let (minutes, way) =
            (skew.ahead_us.unsigned_abs() / 60_000_000, if skew.ahead_us > 0 { "ahead of" } else { "behind" });
        Some(match skew.persons {
            1 => format!(
                "This computer's clock is {minutes} minutes {way} that of the one person you talk to: one of the two is wrong."
            ),
            n => format!(
                "This computer's clock is {minutes} minutes {way} those of the {n} people you talk to. Please set it right."
            ),
        })
    }
}
