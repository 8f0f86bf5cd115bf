//! The project's own chores: `cargo xtask test`, `bench`, `fuzz`, `soak`, `screens`, `layers`.

mod bench;
mod dependencies;
mod fuzz;
mod layers;
mod page;
mod run;
mod soak;
mod test;
mod tools;

use clap::{Parser, Subcommand};

/// The project's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Chores {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what the tests need, then check and test everything.
    Test(test::Test),
    /// Measure ours beside the alternatives.
    Bench(bench::Bench),
    /// Throw bytes at the decoders.
    Fuzz(fuzz::Fuzz),
    /// The long versions of the tests of whole peers.
    Soak(soak::Soak),
    /// Draw every screen of the page into docs/screens.
    Screens,
    /// Which crate may see which, and why each library is here: the fast part of `test`.
    Layers,
}

fn main() -> std::process::ExitCode {
    if let Some(code) = fuzz::compile_if_asked() {
        return code;
    }
    let result = match Chores::parse().chore {
        Chore::Test(test) => test.run(),
        Chore::Bench(bench) => bench.run(),
        Chore::Fuzz(fuzz) => fuzz.run(),
        Chore::Soak(soak) => soak.run(),
        Chore::Screens => page::screens(),
        Chore::Layers => layers::check().and_then(|()| dependencies::check()),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            std::process::ExitCode::FAILURE
        }
    }
}
