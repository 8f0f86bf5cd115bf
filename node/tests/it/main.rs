//! Whole nodes in one process.

mod chat;
mod files;
mod join;
mod members;
mod mishaps;
mod people;
mod send;
mod spaces;
mod transfers;
mod tree;
mod world;
