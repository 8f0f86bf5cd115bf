//! `cargo xtask fuzz`: every decoder of strangers' bytes against libFuzzer with AddressSanitizer.
//!
//! Built on the stable compiler with its bootstrap switch, into a folder of its own. What is found is kept in
//! `fuzz/corpus/`, which the normal tests replay.

use std::{fs, path::PathBuf, process::Command};

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

/// The flags that cargo-fuzz documents for coverage and sanitising.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address -Ccodegen-units=1 -Cdebug-assertions";
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
        let mut wanted = if self.targets.is_empty() { targets()? } else { self.targets.clone() };
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
        let wanted = if self.targets.is_empty() { targets()? } else { self.targets.clone() };
        for target in &wanted {
            let mut merge = Command::new(program());
            merge.env("PEERAGE_FUZZ", target).arg("-set_cover_merge=1").arg(format!("-max_len={LONGEST_KEPT_BYTES}"));
            merge.args([corpus(target), found(target)]).stderr(std::process::Stdio::null());
            step(&format!("keep what reached something new in {target}"), merge)?;
        }
        Ok(())
    }

    fn start(&self, target: &str) -> Result<std::process::Child, String> {
        let (found, corpus) = (found(target), corpus(target));
        for folder in [&found, &corpus] {
            fs::create_dir_all(folder).map_err(|cause| cause.to_string())?;
        }
        let log = fs::File::create(root().join(format!("target/fuzz/{target}.log"))).map_err(|c| c.to_string())?;
        Command::new(program())
            .env("PEERAGE_FUZZ", target)
            .arg(&found)
            .arg(&corpus)
            .arg(format!("-max_total_time={}", (self.minutes * 60.0) as u64))
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

fn program() -> PathBuf {
    root().join("target/fuzz").join(TRIPLE).join("release/fuzz")
}

fn build() -> Outcome {
    let mut build =
        command("cargo", &["build", "--release", "-p", "fuzz", "--features", "libfuzzer", "--target", TRIPLE]);
    build.arg("--target-dir").arg(root().join("target/fuzz")).env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
    step("build the fuzzer", build)
}

fn targets() -> Result<Vec<String>, String> {
    let output =
        Command::new(program()).env("PEERAGE_FUZZ", "list").arg("-runs=0").output().map_err(|c| c.to_string())?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}
