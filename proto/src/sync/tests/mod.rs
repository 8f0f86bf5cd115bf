//! Two and more partners on a bench: sync alone, with holders that know nothing of membership but a list.

mod bench;
mod faults;
mod flow;
