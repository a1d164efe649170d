//! What names a run, and where it stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunId {
    /// The workflow id, chosen at the start.
    pub workflow_id: String,
    /// The run id, given by the engine; empty is the latest run of the workflow id.
    pub run_id: String,
}

impl RunId {
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

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunStatus {
    /// Not at its end.
    Running,
    /// Ended with a result.
    Completed,
    /// Ended with an error.
    Failed,
    /// Ended because it was asked to.
    Cancelled,
    /// Was ended.
    Terminated,
    /// Ended by its time limit.
    TimedOut,
    /// Goes on as a new run.
    ContinuedAsNew,
}

impl RunStatus {
    /// The status in a word, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Terminated => "terminated",
            Self::TimedOut => "timed_out",
            Self::ContinuedAsNew => "continued_as_new",
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
