//! The built program on a home of its own: starting, asking, stopping, and who may ask.

mod api;
mod browser;
mod content;
mod gate;
mod lifecycle;

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A home whose peer is stopped when the test ends.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn up() -> Self {
        let home = Self::new();
        home.ok(&["up", "--background"]);
        home
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("home")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peer"));
        command.args(arguments).env("PEER_HOME", self.folder()).env("PEER_PORT", "0").env("PEER_API_PORT", "0");
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    #[track_caller]
    fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert!(ran.status.success(), "peer {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("text")
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.ok(&arguments)).expect("one object")
    }

    /// The exit code and the problem of a command that must fail.
    #[track_caller]
    fn problem(&self, arguments: &[&str]) -> (i32, Value) {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let ran = self.run(&arguments);
        let error: Value = serde_json::from_slice(&ran.stderr).expect("one object on standard error");
        (ran.status.code().expect("an exit code"), error["error"].clone())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.folder().exists() {
            let _ = self.run(&["down"]);
        }
    }
}
