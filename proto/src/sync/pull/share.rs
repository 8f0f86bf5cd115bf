//! Where we stand with one space of the partner's.

use crate::{
    sync::{Part, introduction::Introduction, stage::Stage},
    time::Time,
};

/// One space, as far as the partner shares it with us.
#[derive(Debug, Default)]
pub(super) struct Share {
    /// When it was last asked about.
    pub began: Time,
    /// The partner said that it does not share this space with us.
    pub unshared: bool,
    /// It is not held here yet.
    pub introduction: Option<Introduction>,
    pub auth: Stage,
    pub rest: Stage,
}

impl Share {
    pub(super) fn stage(&mut self, part: Part) -> &mut Stage {
        match part {
            Part::Auth => &mut self.auth,
            Part::Rest => &mut self.rest,
        }
    }

    pub(super) fn look(&self, part: Part) -> &Stage {
        match part {
            Part::Auth => &self.auth,
            Part::Rest => &self.rest,
        }
    }

    /// The part to fetch from now: the auth logs until they are whole.
    pub(super) fn turn(&self) -> Option<Part> {
        match (self.auth.active, self.rest.active) {
            (true, _) => Some(Part::Auth),
            (false, true) => Some(Part::Rest),
            (false, false) => None,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.turn().is_none() && self.introduction.is_none()
    }
}
