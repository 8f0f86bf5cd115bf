//! Running many worlds, each in a process of its own.

use std::{
    process::{Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How the line of a world begins in which all holds.
pub const HOLDS: &str = "all holds: ";

/// Worlds at one time.
const AT_ONCE: usize = 2;

/// After so many failing worlds no more are run.
const MOST_FAILURES: usize = 8;

/// What became of one world.
pub struct Told {
    /// Its seed.
    pub seed: u64,
    /// Whether all that must hold does.
    pub holds: bool,
    /// What it said.
    pub text: String,
}

impl Told {
    /// The digest of all its packets, if all holds.
    pub fn trace(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix(HOLDS))
    }
}

/// A number from the environment.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

/// Runs one world.
pub fn run(seed: u64) -> Told {
    let program = std::env::current_exe().expect("this program");
    let mut world = Command::new(program);
    world.args(["one_world", "--exact", "--ignored", "--nocapture"]).env("SIM_SEED", seed.to_string());
    let Output { status, stdout, stderr } = world.stdin(Stdio::null()).output().expect("this program starts");
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    Told { seed, holds: status.success(), text }
}

/// Runs worlds from 0 on, for so long or so many; fails if something does not hold in one of them.
pub fn run_all(until: Duration, most: Option<u64>) {
    let (next, failed, began) = (AtomicU64::new(0), Mutex::new(Vec::new()), Instant::now());
    let go_on = |seed| match most {
        Some(most) => seed < most,
        None => began.elapsed() < until,
    };
    let work = || {
        while failed.lock().expect("nobody panics with it").len() < MOST_FAILURES {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !go_on(seed) {
                next.fetch_sub(1, Ordering::Relaxed);
                return;
            }
            let told = run(seed);
            if !told.holds {
                failed.lock().expect("nobody panics with it").push(told);
            }
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let (worlds, took) = (next.into_inner(), began.elapsed().as_secs_f64());
    println!("{worlds} worlds of whole peers in {took:.0} s: {:.1} a second", worlds as f64 / took);
    let failed = failed.into_inner().expect("nobody panics with it");
    for Told { seed, text, .. } in &failed {
        println!("{text}\nagain with SIM_SEED={seed} cargo test --workspace --test sim all_that -- --nocapture\n");
    }
    let seeds: Vec<u64> = failed.iter().map(|told| told.seed).collect();
    assert!(seeds.is_empty(), "something does not hold in {} of {worlds} worlds: {seeds:?}", seeds.len());
}
