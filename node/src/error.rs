//! What goes wrong everywhere, said once: each operation's own enum leans on these.

use api::{Code, Problem};

use crate::home::full_disk;

/// The store's trouble, for people.
pub fn store_problem(error: &store::Error) -> Problem {
    use store::Error as Store;
    match error {
        Store::Full => full_disk(),
        Store::Io(_) => Problem::new(Code::Storage, "the disk cannot be read or written").why(error.to_string()),
        Store::Damaged(_) => Problem::new(Code::Storage, "the store is damaged")
            .why(error.to_string())
            .hint("restore a backup with `peer restore`"),
        Store::Closed => Problem::new(Code::NotRunning, "the peer is stopping"),
        Store::Refused(_) => Problem::new(Code::TooLarge, error.to_string()),
        Store::Panicked(_) | Store::Sql(_) => internal(error),
    }
}

/// A fault of ours.
pub fn internal(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "a fault of this program");
    Problem::new(Code::Internal, "something went wrong within the peer")
        .why(error.to_string())
        .hint("please report this, with what `peer log` shows")
}
