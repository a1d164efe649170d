//! A step of a run, as a test looks at it.

use serde_json::Value;

/// A call of an agent by a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestStep {
    /// The agent's name.
    pub agent: String,
    /// What it was given.
    pub input: Value,
    /// The attempts so far.
    pub attempts: u32,
    /// How it ended.
    pub result: StepResult,
}

/// How a call of an agent ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepResult {
    /// It has not.
    Running,
    /// With a result.
    Completed,
    /// With this error, once no attempt was left.
    Failed(String),
    /// It has none: the flock waits for it no longer, as after `within`.
    Dropped,
}
