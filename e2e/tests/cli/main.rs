//! The built binary, driven by its commands as a person or a script would.

mod chaos;
mod contract;
mod files;
mod invitations;
mod lifecycle;
mod newcomer;
mod people;

use std::path::Path;

/// A file that is in no `mod` is a test that never runs.
#[test]
fn no_file_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let main = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || main.contains(&format!("mod {module};")), "{name} is in no mod of main.rs");
    }
}
