//! One person's home and the built `peer` that runs on it.

use std::{
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::wait;

/// The built program: beside the test's own, in the same profile, made by the same workspace build.
pub fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("PEER_PROGRAM") {
        return path.into();
    }
    let test = std::env::current_exe().expect("a test knows its own path");
    let built = test.ancestors().nth(2).expect("tests lie in target/PROFILE/deps").join("peer");
    assert!(built.exists(), "{} is missing: build it first, as `cargo xtask test` does", built.display());
    built
}

/// A home in a temporary folder, the namespace it lives in, and what was started on it.
pub struct Home {
    folder: TempDir,
    namespace: Option<String>,
    name: String,
    program: Option<PathBuf>,
}

/// What a command printed and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Home {
    /// A fresh home on this computer.
    pub fn new(name: &str) -> Home {
        Self::in_namespace(name, None)
    }

    /// A fresh home whose commands all run in a network namespace.
    pub fn in_namespace(name: &str, namespace: Option<&str>) -> Home {
        let folder = tempfile::Builder::new().prefix("peer-").tempdir().expect("a temporary folder");
        Home { folder, namespace: namespace.map(str::to_owned), name: name.to_owned(), program: None }
    }

    /// The same home, run by another build of the program.
    pub fn of_program(mut self, program: PathBuf) -> Home {
        self.program = Some(program);
        self
    }

    /// A fresh home with its peer running and named.
    pub fn up(name: &str) -> Home {
        Self::new(name).started()
    }

    /// Starts the peer and gives it the home's name.
    pub fn started(self) -> Home {
        self.ok(["up", "--background"]);
        self.ok(["name", &self.name]);
        self
    }

    /// The folder that `PEER_HOME` names.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A folder for the test's own files, gone with the home.
    pub fn scratch(&self) -> PathBuf {
        let path = self.folder.path().join("scratch");
        std::fs::create_dir_all(&path).expect("a folder in a temporary folder");
        path
    }

    /// A command on this home, not yet run.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let program = self.program.clone().unwrap_or_else(program);
        let mut command = match &self.namespace {
            Some(namespace) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", namespace]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command
            .args(arguments)
            .env("PEER_HOME", self.path())
            .env("PEER_PORT", "0")
            .env("PEER_API_PORT", "0")
            .env_remove("PEER_PASSPHRASE")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ran {
        self.command(arguments).output().map(Ran::from).expect("the built program runs")
    }

    /// Runs a command that must succeed; its standard output.
    #[track_caller]
    pub fn ok<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let arguments: Vec<_> = arguments.into_iter().map(|a| a.as_ref().to_owned()).collect();
        let ran = self.run(&arguments);
        assert_eq!(ran.code, 0, "{}: peer {arguments:?} failed:\n{ran}", self.name);
        ran.out
    }

    /// Runs a command with `--json` that must succeed; its one object.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let lines = self.lines(arguments);
        assert_eq!(lines.len(), 1, "peer {arguments:?} --json gives one object, not {lines:?}");
        lines.into_iter().next().expect("one line")
    }

    /// Runs a command with `--json` that must succeed; an object a line.
    #[track_caller]
    pub fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let out = self.ok(arguments.iter().copied().chain(["--json"]));
        out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"))).collect()
    }

    /// Runs a command with `--json` that must fail; its problem.
    #[track_caller]
    pub fn problem(&self, arguments: &[&str]) -> (i32, Value) {
        let ran = self.run(arguments.iter().copied().chain(["--json"]));
        assert_ne!(ran.code, 0, "peer {arguments:?} should fail:\n{ran}");
        let line = ran.err.lines().last().unwrap_or_default();
        let object: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no problem in:\n{ran}"));
        (ran.code, object["error"].clone())
    }

    /// Starts a command and leaves it running.
    pub fn start<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the built program runs")
    }

    /// The process id of the running peer.
    pub fn pid(&self) -> u32 {
        let status = self.json(&["status"]);
        u32::try_from(status["peer"]["pid"].as_u64().expect("a process id")).expect("a process id")
    }

    /// Ends the peer at once, as a power cut would.
    pub fn kill(&self) {
        kill(self.pid());
    }

    /// Starts the peer again after [`Home::kill`].
    pub fn restart(&self) {
        self.ok(["up", "--background"]);
    }

    /// What a command prints, again and again until `found` finds it.
    #[track_caller]
    pub fn until<T>(&self, arguments: &[&str], mut found: impl FnMut(&[Value]) -> Option<T>) -> T {
        wait::until(&format!("{}: peer {arguments:?}", self.name), || {
            let ran = self.run(arguments.iter().copied().chain(["--json"]));
            let lines: Option<Vec<Value>> = ran.out.lines().map(|line| serde_json::from_str(line).ok()).collect();
            found(&lines.unwrap_or_default())
        })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.path().exists() {
            let _ = self.command(["down"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.path().join("log")).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(30).collect();
            eprintln!("-- the log of {}:", self.name);
            tail.iter().rev().for_each(|line| eprintln!("   {line}"));
        }
    }
}

/// Ends a process at once.
pub fn kill(pid: u32) {
    let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
    wait::until("a killed process is gone", || gone(pid).then_some(()));
}

fn gone(pid: u32) -> bool {
    let state = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    state.map_or(true, |stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}\n-- out\n{}-- err\n{}", self.code, self.out, self.err)
    }
}
