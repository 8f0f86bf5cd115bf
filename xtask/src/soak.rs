//! `cargo xtask soak`: the tests of the normal run that gain from more time, at their large sizes, one after the other.

use clap::Args;

use crate::{
    run::{Outcome, step},
    tools::{install, with_tools},
};

/// The long versions of the tests of whole peers.
#[derive(Args)]
pub struct Soak {
    /// Only those whose name contains this.
    filter: Option<String>,
}

/// A test, and what makes it long.
struct Long {
    name: &'static str,
    package: &'static str,
    test: &'static str,
    sizes: &'static [(&'static str, &'static str)],
}

const ALL: &[Long] = &[
    Long {
        name: "worlds of the rules",
        package: "lab",
        test: "all_that_must_hold",
        sizes: &[("LAB_SEEDS", "1000000")],
    },
    Long {
        name: "kills at the store",
        package: "store",
        test: "nothing_acknowledged",
        sizes: &[("STORE_KILLS", "9000")],
    },
    Long { name: "whole peers in virtual time", package: "e2e", test: "sim", sizes: &[("SIM_SECONDS", "3600")] },
    Long {
        name: "five peers, killed and cut off",
        package: "e2e",
        test: "five_peers_killed",
        sizes: &[("PEERAGE_MESSAGES", "10000")],
    },
];

impl Soak {
    /// Runs them.
    pub fn run(self) -> Outcome {
        install()?;
        step("build", with_tools("cargo", &["build", "--workspace", "--all-targets"]))?;
        let filter = self.filter.unwrap_or_default();
        ALL.iter().filter(|long| long.name.contains(&filter)).try_for_each(Long::run)
    }
}

impl Long {
    fn run(&self) -> Outcome {
        // Without nextest's limit of time: these are long on purpose.
        let mut cargo = with_tools("cargo", &["test", "--workspace", "--tests", self.test, "--", "--nocapture"]);
        cargo.envs(self.sizes.iter().copied()).env("CARGO_TERM_COLOR", "never");
        step(&format!("{} ({})", self.name, self.package), cargo)
    }
}
