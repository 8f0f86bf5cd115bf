//! `cargo xtask bench`: ours beside the public alternative, in one run on one machine, with the ratio.

mod catch_up;
mod folder;
mod idle;
mod large_file;
mod say;
mod table;

use clap::{Args, ValueEnum};
use e2e::home::Home;

use crate::{
    run::{Outcome, command, root, step},
    tools,
};
use table::Row;

/// Measure ours beside the alternatives.
#[derive(Args)]
pub struct Bench {
    /// Only these; all if none is named.
    what: Vec<What>,
    /// How often each is measured; the median is shown.
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// `say` on one peer to the event on another.
    Say,
    /// A newcomer catches up with history.
    CatchUp,
    /// 1 GiB between two peers, over a shaped link and uncapped.
    LargeFile,
    /// 10,000 files of 4 KiB.
    Folder,
    /// Memory and processor of a peer in a space of five, doing nothing.
    Idle,
}

impl Bench {
    /// Builds everything optimised and measures.
    pub fn run(self) -> Outcome {
        tools::install_for_bench()?;
        build()?;
        for what in self.wanted() {
            let rows = match what {
                What::Say => say::measure(),
                What::CatchUp => catch_up::measure(self.runs),
                What::LargeFile => large_file::measure(self.runs),
                What::Folder => folder::measure(self.runs),
                What::Idle => idle::measure(),
            }?;
            table::print(&rows);
        }
        Ok(())
    }

    fn wanted(&self) -> Vec<What> {
        if self.what.is_empty() { What::value_variants().to_vec() } else { self.what.clone() }
    }
}

type Rows = Result<Vec<Row>, String>;

/// In one command, so that all three are built with the same features of what they share, once.
fn build() -> Outcome {
    let wanted = ["-p", "peer", "-p", "net", "-p", "store", "--bins", "--examples"];
    step("build, optimised", command("cargo", &[&["build", "--release"][..], &wanted].concat()))
}

/// A program of the optimised build.
fn release(name: &str) -> std::path::PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    target.join("release").join(name)
}

/// A home for the optimised program.
fn home(name: &str, namespace: Option<&str>) -> Home {
    Home::in_namespace(name, namespace).of_program(release("peer")).started()
}

/// Two homes in one space named Lab.
fn pair(namespaces: [Option<&str>; 2]) -> (Home, Home) {
    let (anna, ben) = (home("Anna", namespaces[0]), home("Ben", namespaces[1]));
    anna.ok(["space", "new", "Lab"]);
    join(&anna, &ben);
    (anna, ben)
}

fn join(member: &Home, newcomer: &Home) {
    let link = member.json(&["invite", "Lab"])["link"].as_str().expect("a link").to_owned();
    newcomer.ok(["join", &link, "--yes"]);
}

/// The middle of some figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
