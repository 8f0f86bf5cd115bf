//! Every crate that ours name, and every package that the page names, has its line, with a reason, in
//! `docs/dependencies.md`; no line is about one that none names.

use std::{collections::BTreeSet, fs};

use cargo_metadata::MetadataCommand;

use crate::run::{Outcome, root};

const PAGE: &str = "docs/dependencies.md";
const MANIFEST: &str = "web/package.json";

/// Compares the manifests with the page.
pub fn check() -> Outcome {
    let page = read(PAGE)?;
    compare(documented(&page, "crate"), crates()?)?;
    compare(documented(&page, "package"), packages()?)?;
    println!("== dependencies: ok");
    Ok(())
}

fn compare(documented: BTreeSet<String>, named: BTreeSet<String>) -> Outcome {
    let missing: Vec<_> = named.difference(&documented).collect();
    let unused: Vec<_> = documented.difference(&named).collect();
    if missing.is_empty() && unused.is_empty() {
        return Ok(());
    }
    Err(format!("{PAGE}: without a line: {missing:?}; named by nothing of ours: {unused:?}"))
}

/// What the crates' manifests name.
fn crates() -> Result<BTreeSet<String>, String> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec();
    let metadata = metadata.map_err(|cause| format!("cargo metadata: {cause}"))?;
    let all = metadata.packages.iter().flat_map(|package| &package.dependencies);
    Ok(all.filter(|dependency| dependency.path.is_none()).map(|dependency| dependency.name.clone()).collect())
}

/// What the page's manifest names.
fn packages() -> Result<BTreeSet<String>, String> {
    let manifest: serde_json::Value =
        serde_json::from_str(&read(MANIFEST)?).map_err(|cause| format!("{MANIFEST}: {cause}"))?;
    let of = |kind: &str| manifest[kind].as_object().cloned().unwrap_or_default().into_iter().map(|(name, _)| name);
    Ok(of("dependencies").chain(of("devDependencies")).collect())
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(root().join(path)).map_err(|cause| format!("{path}: {cause}"))
}

/// The first column of the table headed so.
fn documented(page: &str, heading: &str) -> BTreeSet<String> {
    let table = page.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |"))).skip(1);
    let rows =
        table.take_while(|line| line.starts_with('|')).filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    rows.flat_map(|cell| cell.split(", ")).map(|name| name.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_of_each_table_names_them() {
        let page = "# Title\n\n| crate | why |\n|---|---|\n| one, two-three | both |\n\n| package | why |\n|---|---|\n| four | x |\n";
        assert_eq!(documented(page, "crate"), ["one", "two-three"].map(str::to_owned).into());
        assert_eq!(documented(page, "package"), ["four".to_owned()].into());
    }
}
