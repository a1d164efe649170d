//! What a start does when its workflow id is taken.

use serde::Serialize;

/// Whether a workflow id may be used again after the run that had it has ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdReuse {
    /// Yes.
    #[default]
    AllowDuplicate,
    /// Only when that run did not complete.
    AllowDuplicateFailedOnly,
    /// No.
    RejectDuplicate,
}

impl IdReuse {
    /// Every policy.
    pub const ALL: [Self; 3] = [
        Self::AllowDuplicate,
        Self::AllowDuplicateFailedOnly,
        Self::RejectDuplicate,
    ];

    /// The policy in a word, as `#[flock]` and the command line write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllowDuplicate => "allow_duplicate",
            Self::AllowDuplicateFailedOnly => "allow_duplicate_failed_only",
            Self::RejectDuplicate => "reject_duplicate",
        }
    }
}

/// What becomes of a start whose workflow id belongs to a run that is going on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdConflict {
    /// It is refused.
    #[default]
    Fail,
    /// It gives that run, and starts nothing.
    UseExisting,
    /// That run is terminated, and a new one started.
    TerminateExisting,
}

impl IdConflict {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::Fail, Self::UseExisting, Self::TerminateExisting];

    /// The policy in a word, as the command line writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::UseExisting => "use_existing",
            Self::TerminateExisting => "terminate_existing",
        }
    }
}
