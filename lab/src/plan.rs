//! How large a world is, and how much happens in it.

use crate::Dice;

/// The size of one world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Peers: at least two.
    pub peers: usize,
    /// At most so many spaces.
    pub spaces: usize,
    /// How often the world settles and is judged.
    pub acts: usize,
    /// How much happens before each of those.
    pub transitions: usize,
}

impl Plan {
    /// What the seed says: mostly small worlds, where most goes wrong per second, and now and then a larger one.
    pub fn draw(seed: u64) -> Plan {
        let mut dice = Dice::new(seed, "plan");
        if dice.once_in(25) {
            let peers = dice.between(7, 10) as usize;
            return Plan { peers, spaces: 3, acts: 3, transitions: dice.between(20, 60) as usize };
        }
        Plan {
            peers: dice.between(2, 5) as usize,
            spaces: dice.between(1, 2) as usize,
            acts: dice.between(1, 3) as usize,
            transitions: dice.between(4, 24) as usize,
        }
    }

    /// Smaller worlds to try when this one fails, the smallest first.
    pub fn smaller(self) -> Vec<Plan> {
        let mut plans = Vec::new();
        for peers in 2..=self.peers {
            for acts in 1..=self.acts {
                for transitions in (1..=4).map(|quarter| (self.transitions * quarter).div_ceil(4)) {
                    plans.push(Plan { peers, acts, transitions, ..self });
                }
            }
        }
        plans.sort_by_key(|plan| plan.peers * plan.acts * plan.transitions);
        plans.retain(|plan| *plan != self);
        plans.truncate(MAX_SMALLER);
        plans
    }
}

/// At most so many smaller worlds are tried for one that fails.
const MAX_SMALLER: usize = 40;
