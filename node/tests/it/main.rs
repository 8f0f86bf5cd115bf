//! Whole nodes in one process.

mod files;
mod join;
mod people;
mod send;
mod spaces;
mod tree;
mod world;
