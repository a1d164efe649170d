//! Which runs a list is of.

use super::RunStatus;

/// Which runs a list is of; what is left out lets every run through.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunFilter {
    /// Runs of one of these flocks, by name.
    pub flocks: Option<Vec<String>>,
    /// Runs of this status.
    pub status: Option<RunStatus>,
    /// Temporal's list filter.
    pub query: Option<String>,
    /// So many at most, the newest.
    pub limit: usize,
}

impl Default for RunFilter {
    fn default() -> Self {
        Self {
            flocks: None,
            status: None,
            query: None,
            limit: usize::MAX,
        }
    }
}

impl RunFilter {
    /// Whether it lets a run through, whatever its query says.
    pub(crate) fn takes(&self, flock: &str, status: RunStatus) -> bool {
        let of_flock = self.flocks.as_ref();
        of_flock.is_none_or(|flocks| flocks.iter().any(|one| one == flock))
            && self.status.is_none_or(|one| one == status)
    }
}
