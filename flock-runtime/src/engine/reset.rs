//! A run that goes back: to which point, and what that means.

use std::{fmt, str::FromStr};

use serde::Serialize;

use super::RunId;

/// Where a run goes back to (Temporal: reset point). What comes after is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResetTo {
    /// Before this step, from 1, as the command `history` numbers them.
    Step(usize),
    /// Before the first step that failed.
    FirstFailed,
    /// Before the newest workflow task that a worker completed: for a run whose next one fails.
    LastTask,
    /// To the workflow task that this event of the history ends or begins.
    Event(i64),
}

/// What a reset would do. Made by [`FlockHandle::reset_plan`](crate::FlockHandle::reset_plan).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ResetPlan {
    /// The run that goes back.
    #[serde(flatten)]
    pub run: RunId,
    /// Its flock's name.
    pub flock: String,
    /// Whether it goes on: then the reset terminates it.
    pub goes_on: bool,
    /// The event of its history that the new run does not have any more, nor what comes after it.
    pub event: i64,
    /// How many steps stay as they are.
    pub kept: usize,
    /// The steps that are done again: whatever the code does then, which may differ.
    pub redone: Vec<RedoneStep>,
    /// Signals and updates that came after the point, in their order. The server sends them to the new run.
    pub reapplied: Vec<String>,
}

/// A step that is done again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RedoneStep {
    /// Its number in the history, from 1.
    pub step: usize,
    /// What it was.
    pub what: String,
    /// Whether it is an agent of this program with the effect `write`, which the new run does once more, under
    /// another idempotency key.
    pub is_write: bool,
}

impl ResetPlan {
    #[cfg(feature = "temporal")]
    pub(crate) fn new(run: RunId, flock: impl Into<String>, goes_on: bool, event: i64) -> Self {
        Self {
            run,
            flock: flock.into(),
            goes_on,
            event,
            kept: 0,
            redone: Vec::new(),
            reapplied: Vec::new(),
        }
    }
}

impl RedoneStep {
    #[cfg(feature = "temporal")]
    pub(crate) fn new(step: usize, what: String, is_write: bool) -> Self {
        Self {
            step,
            what,
            is_write,
        }
    }
}

impl fmt::Display for ResetTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(step) => write!(f, "{step}"),
            Self::FirstFailed => f.write_str(FIRST_FAILED),
            Self::LastTask => f.write_str(LAST_TASK),
            Self::Event(event) => write!(f, "event {event}"),
        }
    }
}

const FIRST_FAILED: &str = "first-failed";

const LAST_TASK: &str = "last-task";

impl FromStr for ResetTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            FIRST_FAILED => Ok(Self::FirstFailed),
            LAST_TASK => Ok(Self::LastTask),
            number => match number.parse() {
                Ok(step) if step > 0 => Ok(Self::Step(step)),
                _ => Err(format!(
                    "`{text}` is no point of a run: name a step by its number in `history`, such as `3`, or say `{FIRST_FAILED}` or `{LAST_TASK}`"
                )),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_as_they_are_said() {
        for point in [ResetTo::Step(3), ResetTo::FirstFailed, ResetTo::LastTask] {
            assert_eq!(point.to_string().parse(), Ok(point));
        }
        for wrong in ["0", "-1", "writer", ""] {
            let refused = wrong.parse::<ResetTo>().unwrap_err();
            assert!(refused.contains("`history`"), "{refused}");
        }
    }
}
