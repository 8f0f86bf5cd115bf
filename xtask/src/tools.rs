//! The programs the tests need beside cargo, installed when missing.
//!
//! Those from crates.io go to a folder of ours in the cache, so that they survive a `cargo clean` and bother nobody.

use std::{env, path::PathBuf};

use crate::run::{Outcome, command, exists, step};

/// Debian's packages, and a program of each that shows whether it is there.
const PACKAGES: &[(&str, &str)] =
    &[("iproute2", "ip"), ("nftables", "nft"), ("rsync", "rsync"), ("curl", "curl"), ("chromium", "chromium")];

fn folder() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    cache.unwrap_or_else(env::temp_dir).join("peerage/tools")
}

/// Puts our tools on the path of this process and its children.
fn add_to_path() {
    let mut paths = vec![folder().join("bin")];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let joined = env::join_paths(paths).expect("a path that was split joins again");
    PATH.set(joined).expect("set once");
}

static PATH: std::sync::OnceLock<std::ffi::OsString> = std::sync::OnceLock::new();

/// A command that finds our tools.
pub fn with_tools(program: &str, arguments: &[&str]) -> std::process::Command {
    let mut command = command(program, arguments);
    if let Some(path) = PATH.get() {
        command.env("PATH", path);
    }
    command
}

/// Installs what is missing.
pub fn install() -> Outcome {
    add_to_path();
    from_crates_io("cargo-nextest", "nextest", &[])?;
    from_crates_io("cargo-deny", "deny", &["--debug", "--no-default-features"])?;
    from_debian(PACKAGES)
}

/// Installs what the page is looked at with.
pub fn install_for_page() -> Outcome {
    from_debian(&[("chromium", "chromium")])
}

/// What the benches compare with.
const REFERENCES: &[(&str, &str)] =
    &[("iproute2", "ip"), ("nginx-light", "nginx"), ("curl", "curl"), ("rsync", "rsync")];

/// Installs what the benches compare with.
pub fn install_for_bench() -> Outcome {
    from_debian(REFERENCES)
}

fn from_crates_io(package: &str, subcommand: &str, options: &[&str]) -> Outcome {
    let there = with_tools("cargo", &[subcommand, "--version"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if there {
        return Ok(());
    }
    let root = folder();
    let mut install = with_tools("cargo", &["install", "--locked", "--quiet", package]);
    // The tool's own build must not disturb, nor be shaped by, the project's.
    install.args(options).arg("--root").arg(&root).env_remove("CARGO_TARGET_DIR").current_dir(env::temp_dir());
    step(&format!("install {package} (once, into {})", root.display()), install)
}

fn from_debian(packages: &[(&'static str, &str)]) -> Outcome {
    let missing: Vec<&str> =
        packages.iter().filter(|(_, program)| !on_path(program)).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let root = exists("sh", &["-c", "test \"$(id -u)\" = 0"]);
    if !root || !exists("apt-get", &["--version"]) {
        println!("== not installed, so tests that need them are skipped: {}", missing.join(", "));
        return Ok(());
    }
    step("apt-get update", command("apt-get", &["update", "-qq"]))?;
    let mut install = command("apt-get", &["install", "-y", "-qq", "--no-install-recommends"]);
    install.args(missing).env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
    step("apt-get install", install)
}

fn on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .any(|folder| folder.join(program).is_file())
}
