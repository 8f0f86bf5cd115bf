//! libFuzzer's entry: the target is named by `PEERAGE_FUZZ`; `list` prints all.
#![no_main]

use std::sync::OnceLock;

fn target() -> fuzz::Target {
    static TARGET: OnceLock<fuzz::Target> = OnceLock::new();
    *TARGET.get_or_init(|| {
        let name = std::env::var("PEERAGE_FUZZ").unwrap_or_default();
        if name == "list" {
            fuzz::TARGETS.iter().for_each(|(name, _)| println!("{name}"));
            std::process::exit(0);
        }
        let found = fuzz::TARGETS.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("PEERAGE_FUZZ names no target: {name:?}")).1
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target()(bytes));
