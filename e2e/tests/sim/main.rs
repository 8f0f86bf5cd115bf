//! Whole peers in virtual time: nodes on the real transport, over a simulated network, driven by the same transitions
//! and judged by the same reference model as the pure worlds of `lab`.
//!
//! Every world runs in a process of its own, so that one number, its seed, decides everything that happens in it.
//! `SIM_SECONDS=n` runs worlds for so long, `SIM_SEEDS=n` so many, `SIM_SEED=n` just that one, telling its story;
//! with `SIM_LOG=1` it also tells what the peers note, with `SIM_LOG=2` every packet too.

mod ask;
mod clock;
mod misfortune;
mod notes;
mod peer;
mod seeds;
mod settle;
mod world;

use std::time::Duration;

/// Worlds are run for so long in the normal run.
const SECONDS: u64 = 240;

/// Seeds that are run twice.
const TWICE: std::ops::Range<u64> = 0..4;

#[test]
fn all_that_must_hold_holds_in_every_world_of_whole_peers() {
    if let Some(seed) = seeds::number("SIM_SEED") {
        let told = seeds::run(seed);
        println!("{}", told.text);
        assert!(told.holds, "something does not hold in world {seed}");
        return;
    }
    let until = Duration::from_secs(seeds::number("SIM_SECONDS").unwrap_or(SECONDS));
    seeds::run_all(until, seeds::number("SIM_SEEDS"));
}

#[test]
fn a_seed_tells_the_same_story_again() {
    for seed in TWICE {
        let (once, again) = (seeds::run(seed), seeds::run(seed));
        assert_eq!(once.trace(), again.trace(), "world {seed}: {} {}", once.text, again.text);
        assert!(once.trace().is_some(), "{}", once.text);
    }
}

#[test]
#[ignore = "one world in this process; started by the other tests"]
fn one_world() {
    let seed = seeds::number("SIM_SEED").expect("SIM_SEED says which");
    world::tell(seed);
}
