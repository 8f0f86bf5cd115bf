//! Which space or person somebody means.

use api::{Code, Problem};

/// Why it is not clear what is meant.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// No such space.
    #[error("there is no space {0:?}")]
    NoSpace(String),
    /// No such person.
    #[error("there is nobody called {0:?}")]
    Nobody(String),
    /// Several fit: name and short id of each.
    #[error("{text:?} can mean several")]
    Ambiguous {
        /// What was asked for.
        text: String,
        /// What it can mean.
        choices: Vec<String>,
    },
    /// Oneself cannot be written to.
    #[error("{0:?} is yourself")]
    Oneself(String),
    /// There is no direct space yet, and none can be made.
    #[error(transparent)]
    Direct(#[from] Problem),
}

impl ResolveError {
    /// For people.
    pub fn problem(&self) -> Problem {
        let problem = |code| Problem::new(code, self.to_string());
        match self {
            Self::NoSpace(_) => problem(Code::NotFound).hint("`peer spaces` lists them"),
            Self::Nobody(_) => problem(Code::NotFound).hint("`peer people` lists them"),
            Self::Ambiguous { choices, .. } => {
                problem(Code::Ambiguous).why(choices.join(", ")).hint("say the beginning of its id instead")
            }
            Self::Oneself(_) => problem(Code::Usage),
            Self::Direct(problem) => problem.clone(),
        }
    }
}

impl From<ResolveError> for Problem {
    fn from(error: ResolveError) -> Self {
        error.problem()
    }
}
