//! The view of the conversations.

pub(crate) const TABLES: &str = "";
