//! `cargo xtask fuzz`: every decoder of strangers' bytes against libFuzzer.
//!
//! Built on the stable compiler with its bootstrap switch, in two programs: the decoders of `proto` with all they use under
//! AddressSanitizer, in a folder of its own; those of `net`, where that would be the whole transport, with only our own
//! crates instrumented. What is found is kept in `fuzz/corpus/`, which the normal tests replay.

use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use clap::Args;

use crate::run::{Outcome, command, root, step};

/// Throw bytes at the decoders.
#[derive(Args)]
pub struct Fuzz {
    /// Only these targets; all if none is named.
    targets: Vec<String>,
    /// Minutes for each.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// How many at once.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

/// The flags that cargo-fuzz documents for coverage.
const COVER: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions";
/// The same for sanitising.
const SANITISE: &str = "-Zsanitizer=address";
/// Tells this program that cargo calls it in place of the compiler, for our own crates.
const AS_COMPILER: &str = "PEERAGE_FUZZ_COMPILER";
const TRIPLE: &str = "x86_64-unknown-linux-gnu";
/// No decoder may need more than this, whatever it is sent.
const MEMORY_MIB: u32 = 512;
/// Longer than any frame that is read whole.
const LONGEST_INPUT_BYTES: u32 = 64 * 1024;
/// The corpus in the repository stays small.
const LONGEST_KEPT_BYTES: u32 = 2048;

impl Fuzz {
    /// Builds and runs.
    pub fn run(self) -> Outcome {
        build()?;
        let mut wanted = self.wanted()?;
        wanted.reverse();
        let mut running = Vec::new();
        let mut failed = Vec::new();
        while !wanted.is_empty() || !running.is_empty() {
            while running.len() < self.jobs.max(1)
                && let Some(target) = wanted.pop()
            {
                println!("== fuzz {target} for {} minutes", self.minutes);
                running.push((target.clone(), self.start(&target)?));
            }
            let (target, mut child) = running.remove(0);
            let status = child.wait().map_err(|cause| cause.to_string())?;
            println!("== fuzz {target}: {}", if status.success() { "nothing found" } else { "FOUND" });
            if !status.success() {
                failed.push(target);
            }
        }
        self.keep()?;
        failed.is_empty().then_some(()).ok_or_else(|| format!("found by {failed:?}: see target/fuzz/*.log"))
    }

    /// Adds to the corpus the few inputs that together reach everything that was reached.
    fn keep(&self) -> Outcome {
        for target in &self.wanted()? {
            let mut merge = Command::new(program(target)?);
            merge.env("PEERAGE_FUZZ", target).arg("-set_cover_merge=1").arg(format!("-max_len={LONGEST_KEPT_BYTES}"));
            merge.args([corpus(target), found(target)]).stderr(std::process::Stdio::null());
            step(&format!("keep what reached something new in {target}"), merge)?;
        }
        Ok(())
    }

    fn wanted(&self) -> Result<Vec<String>, String> {
        let mut all = [targets(&sanitised())?, targets(&covered())?].concat();
        all.sort();
        all.dedup();
        if let Some(unknown) = self.targets.iter().find(|wanted| !all.contains(wanted)) {
            return Err(format!("there is no target {unknown:?}, but {all:?}"));
        }
        Ok(if self.targets.is_empty() { all } else { self.targets.clone() })
    }

    fn start(&self, target: &str) -> Result<std::process::Child, String> {
        let (found, corpus) = (found(target), corpus(target));
        for folder in [&found, &corpus] {
            fs::create_dir_all(folder).map_err(|cause| cause.to_string())?;
        }
        let log = fs::File::create(root().join(format!("target/fuzz/{target}.log"))).map_err(|c| c.to_string())?;
        Command::new(program(target)?)
            .env("PEERAGE_FUZZ", target)
            .arg(&found)
            .arg(&corpus)
            .arg(format!("-max_total_time={}", ((self.minutes * 60.0) as u64).max(1)))
            .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
            .arg(format!("-max_len={LONGEST_INPUT_BYTES}"))
            .arg("-timeout=10")
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/crash-", corpus.display()))
            .stderr(log)
            .spawn()
            .map_err(|cause| cause.to_string())
    }
}

fn corpus(target: &str) -> PathBuf {
    root().join("fuzz/corpus").join(target)
}

fn found(target: &str) -> PathBuf {
    root().join("target/fuzz/found").join(target)
}

fn sanitised() -> PathBuf {
    root().join("target/fuzz").join(TRIPLE).join("release/fuzz")
}

fn covered() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("release/fuzz")
}

/// The program that has this target: the sanitised one if both have.
fn program(target: &str) -> Result<PathBuf, String> {
    let sanitised = sanitised();
    Ok(if targets(&sanitised)?.iter().any(|known| known == target) { sanitised } else { covered() })
}

fn build() -> Outcome {
    let arguments = ["build", "--release", "-p", "fuzz", "--bin", "fuzz", "--features", "libfuzzer"];
    let mut build = command("cargo", &arguments);
    build.args(["--no-default-features", "--target", TRIPLE, "--target-dir"]).arg(root().join("target/fuzz"));
    build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", format!("{COVER} {SANITISE}"));
    step("build the fuzzer of proto", build)?;
    let mut build = command("cargo", &arguments);
    let this = std::env::current_exe().map_err(|cause| cause.to_string())?;
    build.env("RUSTC_WORKSPACE_WRAPPER", this).env(AS_COMPILER, "1").env("RUSTC_BOOTSTRAP", "1");
    step("build the fuzzer of net", build)
}

/// If cargo calls this program in place of the compiler: compiles, with the flags for coverage.
pub fn compile_if_asked() -> Option<ExitCode> {
    std::env::var_os(AS_COMPILER)?;
    let mut arguments = std::env::args_os().skip(1);
    let status =
        Command::new(arguments.next()?).args(arguments).args(COVER.split_whitespace().map(OsString::from)).status();
    Some(if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn targets(program: &PathBuf) -> Result<Vec<String>, String> {
    let output =
        Command::new(program).env("PEERAGE_FUZZ", "list").arg("-runs=0").output().map_err(|c| c.to_string())?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}
