//! libFuzzer's entry: the target is named by `PEERAGE_FUZZ`; `list` prints all.
#![no_main]

use std::sync::OnceLock;

fn wanted() -> String {
    std::env::var("PEERAGE_FUZZ").unwrap_or_default()
}

/// Before libFuzzer begins: within a run it would take the exit for a find.
fn list_if_asked() {
    if wanted() == "list" {
        fuzz::TARGETS.iter().for_each(|(name, _)| println!("{name}"));
        std::process::exit(0);
    }
}

fn target() -> fuzz::Target {
    static TARGET: OnceLock<fuzz::Target> = OnceLock::new();
    *TARGET.get_or_init(|| {
        let name = wanted();
        let found = fuzz::TARGETS.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("PEERAGE_FUZZ names no target: {name:?}")).1
    })
}

libfuzzer_sys::fuzz_target!(init: list_if_asked(), |bytes: &[u8]| target()(bytes));
