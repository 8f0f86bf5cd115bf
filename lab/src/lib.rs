//! Seeded, deterministic worlds: many peers, virtual time, loss, partitions, crashes, and a reference model that says
//! what must hold.
//!
//! A [`Transition`] is what people and misfortune do. A [`System`] is what it is done to: here [`World`], the pure rules
//! of `proto` on simulated disks and a simulated network; elsewhere whole peers. The [`Reference`] knows nothing of
//! either: it sees transitions, answers and views. One number, the seed, decides everything; [`run`] runs one seed.

mod dice;
mod plan;
mod reference;
mod run;
mod system;
mod transition;
mod world;

pub use dice::Dice;
pub use plan::Plan;
pub use reference::{Reference, Violation};
pub use run::{Failure, run, run_on};
pub use system::{Answer, Refused, System, Text, View};
pub use transition::Transition;
pub use world::{Mutant, World};
