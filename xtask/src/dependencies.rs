//! Every crate that ours name has its line, with a reason, in `docs/dependencies.md`; no line is about a crate that none names.

use std::{collections::BTreeSet, fs};

use cargo_metadata::MetadataCommand;

use crate::run::{Outcome, root};

const PAGE: &str = "docs/dependencies.md";

/// Compares the manifests with the page.
pub fn check() -> Outcome {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .map_err(|cause| format!("cargo metadata: {cause}"))?;
    let dependencies = metadata.packages.iter().flat_map(|package| &package.dependencies);
    let named: BTreeSet<String> =
        dependencies.filter(|dependency| dependency.path.is_none()).map(|dependency| dependency.name.clone()).collect();
    let page = fs::read_to_string(root().join(PAGE)).map_err(|cause| format!("{PAGE}: {cause}"))?;
    let documented = documented(&page);
    let missing: Vec<_> = named.difference(&documented).collect();
    let unused: Vec<_> = documented.difference(&named).collect();
    if missing.is_empty() && unused.is_empty() {
        println!("== dependencies: ok");
        return Ok(());
    }
    Err(format!("{PAGE}: without a line: {missing:?}; named by no crate of ours: {unused:?}"))
}

/// The crates of the table's first column.
fn documented(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let crates = rows.filter(|cell| *cell != "crate").flat_map(|cell| cell.split(", "));
    crates.map(|name| name.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_names_crates() {
        let page = "# Title\n\n| crate | why |\n|---|---|\n| one, two-three | both |\n| four | x |\n";
        assert_eq!(documented(page), ["four", "one", "two-three"].map(str::to_owned).into());
    }
}
