//! The spaces one is in.
//!
//! Out: an op is composed and its write queued under the space's lock, awaited outside of it, then told to listeners and
//! sessions. In: a run is checked and its write queued under the same lock. So the order in the store is the order in which the replica
//! took things, and many writes share one commit. Verdicts are reached when an op comes, and again when members,
//! secrets or the time have changed.

pub(crate) mod about;
mod append;
mod commit;
mod direct;
pub(crate) mod enter;
mod handle;
mod held;
pub(crate) mod ingest;
mod judge;
mod kinds;
mod list;
mod load;
mod lookup;
mod mend;
mod names;
mod rejudge;
mod reload;
mod resolve;
mod start;
mod twin;
mod work;

pub(crate) use about::{Names, keep_proof};
pub(crate) use append::write;
pub(crate) use commit::Spread;
pub use handle::{AppendError, Member, Space};
pub(crate) use held::{Held, spoken};
pub(crate) use kinds::kind_number;
pub use kinds::{api_kind, api_role, proto_role};
pub use list::{Spaces, SpacesError};
pub(crate) use mend::keep_mended;
pub use names::name_in;
pub(crate) use resolve::MIN_PREFIX_LETTERS;
pub use resolve::ResolveError;
pub(crate) use start::{add_self, call_me, keep_due, load_all};
