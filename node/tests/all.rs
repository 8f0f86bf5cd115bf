//! Whole nodes in one process.

mod spaces;
mod world;
