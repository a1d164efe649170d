//! How runs meet new builds of the workers that serve them.

use serde::Serialize;

/// Where the runs of a flock go on when a Worker Deployment gets a new current build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Versioning {
    /// On the build they started on, to their end.
    Pinned,
    /// On the new build.
    AutoUpgrade,
}

impl Versioning {
    /// The behaviour in a word, as `#[flock]` writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::AutoUpgrade => "auto_upgrade",
        }
    }
}
