//! The time limits of a run, and of all runs that go on with its work.

use std::time::Duration;

use tokio::time::Instant;

/// The time limits of a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    /// When the execution must have ended, this run and its successors.
    execution: Option<Instant>,
    /// How long one run may take.
    run: Option<Duration>,
}

impl Limits {
    /// Limits that begin now.
    pub(super) fn new(execution: Option<Duration>, run: Option<Duration>) -> Self {
        let now = Instant::now();
        Self {
            execution: execution.and_then(|limit| now.checked_add(limit)),
            run,
        }
    }

    /// When a run that begins now must have ended.
    pub(super) fn deadline(self) -> Option<Instant> {
        let run = self.run.and_then(|limit| Instant::now().checked_add(limit));
        match (self.execution, run) {
            (Some(execution), Some(run)) => Some(execution.min(run)),
            (execution, run) => execution.or(run),
        }
    }
}
