//! One seed from beginning to end.

use std::fmt;

use crate::{Dice, Mutant, Plan, Reference, System, Transition, Violation, World};

/// A world in which something did not hold that must.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The size of the smallest world found in which it fails.
    pub plan: Plan,
    /// What did not hold.
    pub violation: Violation,
    /// What had happened, in order.
    pub story: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} fails: {}", self.seed, self.violation)?;
        self.story.iter().enumerate().try_for_each(|(at, line)| writeln!(f, "  {at:3} {line}"))?;
        write!(f, "  {:?}", self.plan)
    }
}

/// Runs one seed in the pure world; if it fails, looks for a smaller world in which it does, too.
pub fn run(seed: u64, mutant: Option<Mutant>) -> Result<(), Box<Failure>> {
    let plan = Plan::draw(seed);
    let again = |plan: Plan| run_on(&mut World::new(seed, plan.peers, mutant), seed, plan);
    let Err(failure) = again(plan) else { return Ok(()) };
    Err(plan.smaller().into_iter().find_map(|plan| again(plan).err()).unwrap_or(failure))
}

/// Runs one seed in any world of as many peers as the plan says.
pub fn run_on(system: &mut dyn System, seed: u64, plan: Plan) -> Result<(), Box<Failure>> {
    let mut dice = Dice::new(seed, "transitions");
    let mut reference = Reference::new(plan.peers, plan.spaces);
    let mut story = Vec::new();
    let outcome = (0..plan.acts).try_for_each(|_| act(system, &mut reference, &mut dice, plan, &mut story));
    outcome.map_err(|violation| Box::new(Failure { seed, plan, violation, story }))
}

fn act(
    system: &mut dyn System,
    reference: &mut Reference,
    dice: &mut Dice,
    plan: Plan,
    story: &mut Vec<String>,
) -> Result<(), Violation> {
    for _ in 0..plan.transitions {
        let transition = Transition::draw(dice, reference);
        reference.before(&transition, system);
        let answer = system.apply(&transition);
        story.push(format!("{:>9.3} s {transition:?} -> {answer:?}", system.now().as_secs_f64()));
        reference.after(&transition, answer, system.now())?;
    }
    system.settle();
    story.push(format!("{:>9.3} s settled", system.now().as_secs_f64()));
    reference.judge(system)
}
