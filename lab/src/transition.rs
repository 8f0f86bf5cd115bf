//! What people and misfortune do to a world.

use std::{collections::BTreeSet, time::Duration};

use crate::{Dice, Reference, Text};

/// One thing that happens. Numbers as in [`crate::system`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// A peer makes a group; it gets the next number.
    Create {
        /// Who.
        peer: usize,
    },
    /// A peer makes a space with another, with whom it has none; it gets the next number.
    Direct {
        /// Who.
        peer: usize,
        /// With whom.
        other: usize,
    },
    /// A member makes an invitation; it gets the next number. Everybody outside is handed the link.
    Invite {
        /// Who.
        peer: usize,
        /// To what.
        space: usize,
        /// For how many, if that is limited.
        uses: Option<u32>,
        /// For how long, if that is limited.
        lasts: Option<Duration>,
    },
    /// A member withdraws an invitation.
    Withdraw {
        /// Who.
        peer: usize,
        /// Which.
        invitation: usize,
    },
    /// Somebody uses an invitation with the help of a member, who need not be who made it.
    Join {
        /// Who.
        peer: usize,
        /// Which.
        invitation: usize,
        /// With whose help.
        through: usize,
    },
    /// Somebody says something.
    Say {
        /// Who.
        peer: usize,
        /// Where.
        space: usize,
        /// What.
        text: Text,
    },
    /// Somebody says something, and the peer goes down so long after it was asked to, before anybody is told.
    SayAndCrash {
        /// Who.
        peer: usize,
        /// Where.
        space: usize,
        /// What.
        text: Text,
        /// How long after.
        after: Duration,
    },
    /// Somebody leaves.
    Leave {
        /// Who.
        peer: usize,
        /// What.
        space: usize,
    },
    /// A peer goes down; what it was not told to be durable may be gone.
    Crash {
        /// Which.
        peer: usize,
    },
    /// It comes back.
    Restart {
        /// Which.
        peer: usize,
    },
    /// The connection of two peers is cut, in the middle of what is being sent.
    Cut {
        /// One.
        a: usize,
        /// The other.
        b: usize,
    },
    /// These cannot reach the others any more, until healed. Replaces the partition before.
    Partition {
        /// The one side.
        side: BTreeSet<usize>,
    },
    /// What a peer sends and is sent takes so much longer, until healed.
    Slow {
        /// Which.
        peer: usize,
        /// By how much.
        by: Duration,
    },
    /// All can reach all, as fast as ever.
    Heal,
    /// A peer's clock is set: so many milliseconds ahead of the true time.
    Clock {
        /// Whose.
        peer: usize,
        /// By how much; negative: behind.
        ahead_ms: i64,
    },
    /// Time passes.
    Wait {
        /// How much.
        time: Duration,
    },
}

/// Clocks are wrong by no more than that.
pub(crate) const MAX_CLOCK_ERROR: Duration = Duration::from_secs(4 * 60);

impl Transition {
    /// What happens next: mostly something that makes sense in the light of what happened so far.
    pub fn draw(dice: &mut Dice, reference: &Reference) -> Transition {
        if reference.spaces() == 0 {
            return Transition::Create { peer: dice.below(reference.peers()) };
        }
        match dice.below(100) {
            0..40 => say(dice, reference),
            40..46 => invite(dice, reference),
            46..62 => join(dice, reference),
            62..65 => withdraw(dice, reference),
            65..68 => leave(dice, reference),
            68..72 => crash(dice, reference),
            72..78 => restart(dice, reference),
            78..82 => cut(dice, reference),
            82..84 => slow(dice, reference),
            84..87 => Transition::Partition { side: (0..reference.peers()).filter(|_| dice.once_in(2)).collect() },
            87..90 => Transition::Heal,
            90..93 => clock(dice, reference),
            93..98 => wait(dice),
            _ => more(dice, reference),
        }
    }
}

fn say(dice: &mut Dice, reference: &Reference) -> Transition {
    let space = dice.below(reference.spaces());
    let peer = reference.someone_in(space, dice);
    let text = reference.next_text();
    match dice.below(12) {
        0 => Transition::SayAndCrash { peer, space, text, after: Duration::from_millis(dice.between(0, 12)) },
        _ => Transition::Say { peer, space, text },
    }
}

fn invite(dice: &mut Dice, reference: &Reference) -> Transition {
    let space = dice.below(reference.spaces());
    let uses = [None, None, Some(1), Some(2)][dice.below(4)];
    let lasts = [None, None, Some(Duration::from_secs(30 * 60)), Some(Duration::from_secs(3600))][dice.below(4)];
    Transition::Invite { peer: reference.someone_in(space, dice), space, uses, lasts }
}

fn join(dice: &mut Dice, reference: &Reference) -> Transition {
    let Some(invitation) = reference.some_invitation(dice) else { return invite(dice, reference) };
    let through = reference.someone_in(reference.space_of(invitation), dice);
    Transition::Join { peer: dice.below(reference.peers()), invitation, through }
}

fn withdraw(dice: &mut Dice, reference: &Reference) -> Transition {
    let Some(invitation) = reference.some_invitation(dice) else { return invite(dice, reference) };
    let peer = if dice.once_in(4) { dice.below(reference.peers()) } else { reference.inviter(invitation) };
    Transition::Withdraw { peer, invitation }
}

fn leave(dice: &mut Dice, reference: &Reference) -> Transition {
    let space = dice.below(reference.spaces());
    Transition::Leave { peer: reference.someone_in(space, dice), space }
}

fn crash(dice: &mut Dice, reference: &Reference) -> Transition {
    Transition::Crash { peer: dice.below(reference.peers()) }
}

fn restart(dice: &mut Dice, reference: &Reference) -> Transition {
    match dice.pick(&reference.down()) {
        Some(peer) => Transition::Restart { peer },
        None => say(dice, reference),
    }
}

fn cut(dice: &mut Dice, reference: &Reference) -> Transition {
    let a = dice.below(reference.peers());
    Transition::Cut { a, b: (a + 1 + dice.below(reference.peers() - 1)) % reference.peers() }
}

fn slow(dice: &mut Dice, reference: &Reference) -> Transition {
    Transition::Slow { peer: dice.below(reference.peers()), by: Duration::from_millis(dice.between(50, 1500)) }
}

fn clock(dice: &mut Dice, reference: &Reference) -> Transition {
    let most = MAX_CLOCK_ERROR.as_millis() as i64;
    let ahead_ms = dice.below(2 * most as usize + 1) as i64 - most;
    Transition::Clock { peer: dice.below(reference.peers()), ahead_ms }
}

fn wait(dice: &mut Dice) -> Transition {
    let time = match dice.below(8) {
        0 => Duration::from_secs(dice.between(60, 2400)),
        1..3 => Duration::from_secs(dice.between(1, 60)),
        _ => Duration::from_millis(dice.between(1, 500)),
    };
    Transition::Wait { time }
}

fn more(dice: &mut Dice, reference: &Reference) -> Transition {
    let peer = dice.below(reference.peers());
    if reference.spaces() >= reference.most_spaces() {
        return Transition::Wait { time: Duration::from_millis(50) };
    }
    if dice.once_in(2) {
        return Transition::Create { peer };
    }
    let other = (peer + 1 + dice.below(reference.peers() - 1)) % reference.peers();
    // Two persons have one space between them.
    if reference.have_direct(peer, other) { wait(dice) } else { Transition::Direct { peer, other } }
}
