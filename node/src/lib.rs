//! The daemon as a library: joins the rules, the store and the network.
//!
//! A [`Node`](node::Node) is one running peer. It has no thread, clock or randomness of its own: it runs on the tokio runtime that
//! starts it, also in virtual time, with the clock and the generator it is given. It prints nothing and reads no environment.
//! Out: an area's handle asks the pure rule, the store makes it durable, the caller is answered, the sessions spread it.
//! In: a session's bytes, the pure rule, the store, one stream of events.
//! It never decides by itself what counts: that is `proto`; nor how bytes travel or last: that is `net` and `store`.

pub mod area;
pub mod backup;
pub mod chat;
pub mod clock;
pub mod error;
pub mod events;
pub mod files;
pub mod home;
pub mod identity;
pub mod join;
pub mod meet;
mod node;
pub mod open;
pub mod own;
pub mod people;
pub mod send;
pub mod session;
mod shared;
pub mod spaces;
mod tasks;
pub mod transfers;

pub use node::{Ended, Node, Options, StartError};
pub use open::{Config, OpenError, open};
pub use proto::time::Time;
pub use shared::Core;
pub use tasks::Tasks;
