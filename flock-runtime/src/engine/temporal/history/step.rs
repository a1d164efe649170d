//! One line of a history.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use crate::text::time;

use super::{Action, event::between};

/// One line of a history: what happened, and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HistoryStep {
    /// The number of the flock's own doings, from 1; `None` for what was done to it.
    pub step: Option<usize>,
    /// The event's number in Temporal's history.
    pub event: i64,
    /// When, in seconds since the start of the run.
    #[serde(serialize_with = "time::span")]
    pub after: Duration,
    /// What happened.
    #[serde(flatten)]
    pub action: Action,
    /// The agent's attempt that ended it, from 1; the history keeps only the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// What the attempt before failed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
    /// How it ended, where that is known and it can end otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<StepOutcome>,
}

/// How an agent, a child or a timer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepOutcome {
    /// It gave its result, or its time came.
    Completed,
    /// It failed, with this.
    Failed(String),
    /// Nobody waited for it any more, or the run was cancelled.
    Cancelled,
}

impl HistoryStep {
    pub(crate) fn new(
        event: i64,
        began: Option<SystemTime>,
        at: Option<SystemTime>,
        action: Action,
    ) -> Self {
        Self {
            step: None,
            event,
            after: between(began, at),
            action,
            attempt: None,
            last_failure: None,
            outcome: None,
        }
    }
}

impl fmt::Display for HistoryStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.step.map(|step| step.to_string()).unwrap_or_default();
        write!(f, "{step:>4}  {:>12}  {}", elapsed(self.after), self.action)?;
        if let Some(attempt) = self.attempt.filter(|attempt| *attempt > 1) {
            write!(f, ", attempt {attempt}")?;
            if let Some(error) = &self.last_failure {
                write!(f, " (before: {error})")?;
            }
        }
        match &self.outcome {
            Some(StepOutcome::Failed(error)) => write!(f, ", failed: {error}"),
            Some(StepOutcome::Cancelled) => f.write_str(", cancelled"),
            Some(StepOutcome::Completed) | None => Ok(()),
        }
    }
}

/// `2d 03:00:07`, or `00:00:07.250`.
fn elapsed(after: Duration) -> String {
    let seconds = after.as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    match days {
        0 => format!(
            "{hours:02}:{minutes:02}:{seconds:02}.{:03}",
            after.subsec_millis()
        ),
        days => format!("{days}d {hours:02}:{minutes:02}:{seconds:02}"),
    }
}
