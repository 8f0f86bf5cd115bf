//! Which crate may see which, and why not. The map is in ARCHITECTURE.md.
//!
//! Checked over the whole dependency tree, not only the manifests: leaks come in sideways.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

use crate::run::{Outcome, root};

/// Our crates, and which of ours each may name.
const OURS: &[(&str, &[&str])] = &[
    ("proto", &[]),
    ("net", &[]),
    ("api", &[]),
    ("store", &["proto"]),
    ("lab", &["proto"]),
    ("node", &["api", "net", "proto", "store"]),
    ("peer", &["api", "node"]),
    ("fuzz", &["net", "proto"]),
    ("e2e", &["api", "e2e-clock", "lab", "net", "node", "proto", "store"]),
    ("e2e-clock", &[]),
    ("xtask", &["e2e"]),
];

/// Libraries that one crate alone may name, so that they can be replaced in one place.
const ONLY: &[(&str, &[&str], &str)] = &[
    ("iroh", &["net"], "net alone knows the transport"),
    ("iroh-blobs", &["net"], "net alone knows how blobs travel and lie"),
    ("iroh-gossip", &["net"], "net alone knows gossip"),
    ("rusqlite", &["store"], "store alone knows the database"),
    ("axum", &["peer"], "HTTP for the own computer is the binary's affair"),
    ("clap", &["peer", "xtask"], "only binaries have command lines"),
];

/// What must not be anywhere below a crate.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("proto", "tokio", "the rules do no input and output: the caller hands events in"),
    ("proto", "iroh", "the rules do not know the transport"),
    ("proto", "rusqlite", "the rules do not know the database"),
    ("proto", "serde_json", "the wire is CBOR"),
    ("lab", "tokio", "worlds run in virtual time of their own"),
    ("net", "rusqlite", "what lasts is the store's"),
    ("net", "axum", "net's one HTTP server is hyper's; axum is the binary's"),
    ("store", "iroh", "the store does not know the transport"),
    ("api", "iroh", "whoever talks to a peer on its computer must not carry a transport"),
    ("api", "rusqlite", "whoever talks to a peer on its computer must not carry a database"),
    ("api", "axum", "the server is the binary's"),
    ("node", "clap", "the daemon has no command line"),
    ("node", "axum", "the daemon has no HTTP server for its own computer"),
    ("peer", "openssl-sys", "one TLS, in Rust"),
    ("peer", "native-tls", "one TLS, in Rust"),
];

/// Prints what holds, or fails with every breach and its reason.
pub fn check() -> Outcome {
    let metadata =
        MetadataCommand::new().current_dir(root()).exec().map_err(|cause| format!("cargo metadata: {cause}"))?;
    let breaches = breaches(&metadata);
    if breaches.is_empty() {
        println!("== layers: ok");
        return Ok(());
    }
    Err(format!("layers are broken:\n  {}", breaches.join("\n  ")))
}

fn breaches(metadata: &Metadata) -> Vec<String> {
    let graph = Graph::new(metadata);
    let mut found = Vec::new();
    for (name, id) in &graph.workspace {
        let Some((_, allowed)) = OURS.iter().find(|(ours, _)| ours == name) else {
            found.push(format!("{name} is in no row of the table in xtask/src/layers.rs"));
            continue;
        };
        let named = graph.named(id);
        for other in named.iter().filter(|other| graph.workspace.contains_key(**other)) {
            if !allowed.contains(other) {
                found.push(format!("{name} names {other}: it may see only {allowed:?}"));
            }
        }
        for (library, owners, reason) in ONLY {
            if named.contains(library) && !owners.contains(&name.as_str()) && *name != "e2e" {
                found.push(format!("{name} names {library}: {reason}"));
            }
        }
        let below = graph.below(id);
        for (_, library, reason) in FORBIDDEN.iter().filter(|(crate_, ..)| crate_ == name) {
            if below.contains(library) {
                found.push(format!("{library} is below {name}: {reason} (cargo tree -p {name} -i {library})"));
            }
        }
    }
    found
}

struct Graph<'m> {
    workspace: BTreeMap<String, &'m PackageId>,
    names: BTreeMap<&'m PackageId, &'m str>,
    normal: BTreeMap<&'m PackageId, Vec<&'m PackageId>>,
}

impl<'m> Graph<'m> {
    fn new(metadata: &'m Metadata) -> Self {
        let names: BTreeMap<_, _> = metadata.packages.iter().map(|p| (&p.id, p.name.as_str())).collect();
        let workspace = metadata.workspace_members.iter().map(|id| (names[id].to_owned(), id)).collect();
        let resolve = metadata.resolve.as_ref().expect("cargo metadata resolves");
        let normal = resolve
            .nodes
            .iter()
            .map(|node| {
                let deps = node.deps.iter().filter(|d| d.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal));
                (&node.id, deps.map(|d| &d.pkg).collect())
            })
            .collect();
        Self { workspace, names, normal }
    }

    /// What a crate's manifest names for its own code.
    fn named(&self, id: &PackageId) -> BTreeSet<&'m str> {
        self.normal[id].iter().map(|dep| self.names[*dep]).collect()
    }

    /// Everything below a crate's own code.
    fn below(&self, id: &'m PackageId) -> BTreeSet<&'m str> {
        let mut seen = BTreeSet::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            for dep in &self.normal[id] {
                if seen.insert(*dep) {
                    next.push(dep);
                }
            }
        }
        seen.into_iter().map(|id| self.names[id]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_hold() {
        let metadata = MetadataCommand::new().current_dir(root()).exec().unwrap();
        assert_eq!(breaches(&metadata), Vec::<String>::new());
    }

    #[test]
    fn a_leak_from_the_side_is_seen() {
        let metadata = MetadataCommand::new().current_dir(root()).exec().unwrap();
        let graph = Graph::new(&metadata);
        assert!(graph.below(graph.workspace["store"]).contains("libsqlite3-sys"));
        assert!(!graph.named(graph.workspace["store"]).contains("libsqlite3-sys"));
    }
}
