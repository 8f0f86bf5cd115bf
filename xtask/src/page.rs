//! The page's own checks: its types against the API's document, its lints and units, and the page in a real browser.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    run::{Outcome, command, exists, root, step},
    tools::{install_for_page, with_tools},
};

/// Checks everything about the page. To be called after the workspace was built, which also installs what web/ needs.
pub fn check() -> Outcome {
    if !exists("npm", &["--version"]) {
        println!("== page: skipped: npm is not installed");
        return Ok(());
    }
    types()?;
    step("page: lints and units", in_web("npm", &["run", "--silent", "check"]))?;
    in_browser()
}

/// Draws every screen, wide and narrow, light and dark, into docs/screens.
pub fn screens() -> Outcome {
    install_for_page()?;
    step("page: packages", in_web("npm", &["ci", "--silent"]))?;
    step("page: screens", in_web("npm", &["run", "--silent", "screens"]))
}

/// What the page knows of the API is what the API is: Rust, then OpenAPI, then TypeScript.
fn types() -> Outcome {
    let document = Command::new(built("peer")).arg("openapi").output().map_err(|cause| format!("peer: {cause}"))?;
    let file = target().join("openapi.json");
    fs::write(&file, document.stdout).map_err(|cause| format!("{}: {cause}", file.display()))?;
    let mut types = in_web("node", &["scripts/types.mjs", "--check"]);
    types.arg(&file);
    step("page: types", types)
}

/// Two browsers, each on its own peer.
fn in_browser() -> Outcome {
    let mut test = with_tools("node", &["--test", "--test-concurrency=1", "e2e/page/"]);
    test.env("PEER_PROGRAM", built("peer"));
    step("page: in a browser", test)
}

fn in_web(program: &str, arguments: &[&str]) -> Command {
    let mut command = command(program, arguments);
    command.current_dir(root().join("web"));
    command
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program of the build that the tests drive.
fn built(name: &str) -> PathBuf {
    target().join("debug").join(name)
}
