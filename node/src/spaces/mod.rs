//! The spaces one is in.

mod handle;
mod names;
mod resolve;

pub use handle::{AppendError, Member, Space};
pub use names::name_in;
pub use resolve::ResolveError;
