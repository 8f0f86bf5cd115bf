//! The view of the shared files.

pub(crate) const TABLES: &str = "";
