//! Whole nodes in one process.

mod join;
mod people;
mod spaces;
mod world;
