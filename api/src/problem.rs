//! What went wrong, for people: what happened, why, what to do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A problem, told once, at the edge. As JSON it stands under `error`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What kind it is: for programs, and the command's exit code.
    pub code: Code,
    /// What happened, one sentence without a full stop.
    pub message: String,
    /// Why, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do about it, where something helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Problem {
    /// A problem with neither reason nor advice yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), why: None, hint: None }
    }

    /// With the reason.
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// With the advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How a problem is wrapped as a response's body and on stderr under `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// The problem.
    pub error: Problem,
}

/// The kinds of problems. The number is the command's exit code, and a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A fault of ours: please report it.
    Internal,
    /// The command line or request does not make sense.
    Usage,
    /// The peer is not running.
    NotRunning,
    /// Another peer runs on this home already.
    AlreadyRunning,
    /// No such space, person, message, file.
    NotFound,
    /// A name fits several: say which.
    Ambiguous,
    /// The role or the rules do not allow it.
    NotAllowed,
    /// Nobody who could help is reachable.
    Unreachable,
    /// An invitation is used up, expired, withdrawn or no invitation.
    Invitation,
    /// A limit is reached: too long, too many, too large.
    TooLarge,
    /// The disk is full or cannot be written.
    Storage,
    /// The home is of a newer version, damaged, or not ours.
    Home,
    /// A file has changed or cannot be read or written.
    File,
    /// An answer was needed and nobody was there to give it.
    NeedsAnswer,
    /// Stopped on request; the same command goes on where it was.
    Interrupted,
    /// Somebody said no: denied, blocked, wrong words or code.
    Refused,
    /// The command and the running peer are of different versions.
    Version,
}

impl Code {
    /// Every kind, in the order of the exit codes.
    pub const ALL: [Code; 17] = [
        Code::Internal,
        Code::Usage,
        Code::NotRunning,
        Code::AlreadyRunning,
        Code::NotFound,
        Code::Ambiguous,
        Code::NotAllowed,
        Code::Unreachable,
        Code::Invitation,
        Code::TooLarge,
        Code::Storage,
        Code::Home,
        Code::File,
        Code::NeedsAnswer,
        Code::Refused,
        Code::Version,
        Code::Interrupted,
    ];

    /// The command's exit code: 1 to 16 in the order of [`Code::ALL`], 130 for interrupted as shells do.
    pub fn exit_code(self) -> u8 {
        match self {
            Code::Interrupted => 130,
            code => 1 + Code::ALL.iter().position(|c| *c == code).expect("ALL has every code") as u8,
        }
    }
}
