//! Coming to rest: everybody is up, all can reach all, and what was said has arrived.

use std::time::Duration;

use lab::View;

use crate::world::World;

/// What everybody shows is looked at that often.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// When nothing has changed for so long nothing will: nobody waits longer before dialling again.
const QUIET: Duration = Duration::from_secs(80);

/// A world that has not come to rest by then never does.
const MOST: Duration = Duration::from_secs(20 * 60);

/// How much later than its moment an op may be shown: peers look that often what is due.
const DUE_WITHIN: Duration = Duration::from_secs(11);

impl World<'_> {
    pub fn come_to_rest(&mut self) {
        self.divide(None);
        for peer in 0..self.peers.len() {
            self.restart(peer);
        }
        self.peers.iter().flat_map(|peer| &peer.node).for_each(|node| node.core().sessions.wake());
        self.wait_until_quiet();
        self.wait_for_clocks();
    }

    fn wait_until_quiet(&mut self) {
        let (mut shown, mut quiet, mut waited) = (self.all_shown(), Duration::ZERO, Duration::ZERO);
        while quiet < QUIET {
            self.pass(LOOK_EVERY);
            (quiet, waited) = (quiet + LOOK_EVERY, waited + LOOK_EVERY);
            let now = self.all_shown();
            if now != shown {
                (shown, quiet) = (now, Duration::ZERO);
            }
            if waited > MOST {
                return self.notes.keep("it never settles".into());
            }
        }
    }

    /// Until nothing that was said lies ahead of anybody's clock.
    fn wait_for_clocks(&mut self) {
        let clocks = || self.peers.iter().map(|peer| peer.clock.ahead_ms());
        let (latest, earliest) = (self.latest_clock_ms, clocks().min().unwrap_or_default());
        self.latest_clock_ms = clocks().max().unwrap_or_default();
        if latest > earliest {
            let apart = Duration::from_millis(latest.abs_diff(earliest));
            self.pass(apart + DUE_WITHIN);
            self.wait_until_quiet();
        }
    }

    fn all_shown(&self) -> Vec<Option<View>> {
        let places = (0..self.peers.len()).flat_map(|peer| (0..self.spaces.len()).map(move |space| (peer, space)));
        places.map(|(peer, space)| self.shown(peer, space)).collect()
    }
}
