//! Running other programs, saying which, and failing with their name.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

/// What a chore ends with: nothing, or a sentence for whoever ran it.
pub type Outcome = Result<(), String>;

/// The project's root folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_path_buf()
}

/// A command in the project's root.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs a step, printing its name before and its time after.
pub fn step(name: &str, mut command: Command) -> Outcome {
    println!("== {name}");
    let start = Instant::now();
    let status = command.status().map_err(|cause| format!("{name}: cannot run {command:?}: {cause}"))?;
    if !status.success() {
        return Err(format!("{name} failed: {command:?} ended with {status}"));
    }
    println!("== {name}: ok after {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Whether a program can be run at all.
pub fn exists(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
