//! What names a run, and where it stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::words::words;

/// Names a run: its workflow id and its run id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunId {
    /// The workflow id, chosen at the start.
    pub workflow_id: String,
    /// The run id, given by the engine; empty is the latest run of the workflow id.
    pub run_id: String,
}

impl RunId {
    /// This run of the workflow id.
    pub fn new(workflow_id: impl Into<String>, run_id: impl Into<String>) -> Self {
        Self {
            workflow_id: workflow_id.into(),
            run_id: run_id.into(),
        }
    }

    /// The latest run of this workflow id.
    pub fn latest(workflow_id: impl Into<String>) -> Self {
        Self {
            workflow_id: workflow_id.into(),
            run_id: String::new(),
        }
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.workflow_id)
    }
}

words! {
    /// The status of a run.
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum RunStatus {
        /// It goes on.
        Running = "running",
        /// Ended with a result.
        Completed = "completed",
        /// Ended with an error.
        Failed = "failed",
        /// Ended because it was asked to, and could clean up.
        Cancelled = "cancelled",
        /// Was ended from outside, at once.
        Terminated = "terminated",
        /// Ended by its time limit.
        TimedOut = "timed_out",
        /// Goes on as a new run.
        ContinuedAsNew = "continued_as_new",
    }
}
