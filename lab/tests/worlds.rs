//! Ten thousand worlds, each from its seed. `LAB_SEED=n` runs one, `LAB_SEEDS=n` so many from 0 on.

use lab::{Mutant, run};

/// Worlds in the normal run.
const SEEDS: u64 = 10_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

#[test]
fn all_that_must_hold_holds_in_every_world() {
    let seeds = match number("LAB_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("LAB_SEEDS").unwrap_or(SEEDS),
    };
    let began = std::time::Instant::now();
    let worlds = seeds.end - seeds.start;
    for seed in seeds {
        if let Err(failure) = run(seed, None) {
            panic!("{failure}\n  again with LAB_SEED={seed} cargo test -p lab");
        }
    }
    println!("{worlds} worlds in {:.1} s", began.elapsed().as_secs_f64());
}

/// How many worlds it may take to notice that a rule is broken.
const SEEDS_TO_NOTICE: u64 = 300;

fn is_noticed(mutant: Mutant) {
    let noticed = (0..SEEDS_TO_NOTICE).find_map(|seed| run(seed, Some(mutant)).err());
    let failure = noticed.unwrap_or_else(|| panic!("nobody notices that a peer {mutant:?}"));
    println!("{mutant:?}: {failure}");
}

#[test]
fn it_is_noticed_when_an_answer_comes_before_the_disk() {
    is_noticed(Mutant::AnswersEarly);
}

#[test]
fn it_is_noticed_when_nobody_says_what_is_new() {
    is_noticed(Mutant::KeepsSilent);
}

#[test]
fn it_is_noticed_when_messages_stand_as_they_came() {
    is_noticed(Mutant::ShowsAsTheyCome);
}

#[test]
fn it_is_noticed_when_outsiders_are_let_in() {
    is_noticed(Mutant::OpensDoors);
}

#[test]
fn it_is_noticed_when_gaps_are_overlooked() {
    is_noticed(Mutant::OverlooksGaps);
}
