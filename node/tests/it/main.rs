//! Whole nodes in one process.

mod people;
mod spaces;
mod world;
