//! `cargo xtask test`: everything that must hold before a change lands, cheapest first.

use clap::Args;

use crate::{
    dependencies, layers, page,
    run::{Outcome, step},
    tools::{install, with_tools},
};

/// Install what the tests need, then check and test everything.
#[derive(Args)]
pub struct Test {
    /// Only the checks: format, layers, licences, lints.
    #[arg(long)]
    no_run: bool,
    /// Only tests whose name contains this.
    filter: Option<String>,
}

impl Test {
    /// Runs it.
    pub fn run(self) -> Outcome {
        install()?;
        checks()?;
        if self.no_run { Ok(()) } else { tests(self.filter.as_deref()) }
    }
}

fn checks() -> Outcome {
    step("format", with_tools("cargo", &["fmt", "--all", "--check"]))?;
    layers::check()?;
    dependencies::check()?;
    step(
        "licences, bans, sources",
        with_tools("cargo", &["deny", "--log-level", "error", "check", "bans", "licenses", "sources"]),
    )
}

/// The lints come after the tests were built: both then share what was compiled for proc macros and build scripts.
fn tests(filter: Option<&str>) -> Outcome {
    let mut build = with_tools("cargo", &["build", "--workspace", "--all-targets"]);
    build.env("CARGO_TERM_COLOR", "never");
    step("build", build)?;
    let mut nextest = with_tools("cargo", &["nextest", "run", "--workspace"]);
    nextest.args(filter);
    step("tests", nextest)?;
    if filter.is_none() {
        page::check()?;
    }
    step("examples in documentation", with_tools("cargo", &["test", "--quiet", "--doc", "--workspace"]))?;
    step("lints", with_tools("cargo", &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}
