//! How an agent is run: limits, retries, queue. Declared in layers, resolved field by field.

use std::time::Duration;

use crate::error::{Error, Result};

/// The retry part of an agent's options, as written; what is not set comes from the layer below.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RetryOptions {
    /// Attempts in all, the first included; `Some(0)` is without limit. `retries = 3` makes four.
    pub max_attempts: Option<u32>,
    /// Wait before the first retry.
    pub initial: Option<Duration>,
    /// Longest wait between two attempts.
    pub max: Option<Duration>,
    /// Factor from one wait to the next.
    pub backoff: Option<f64>,
    /// Failure types that end the agent at once.
    pub non_retryable: Option<&'static [&'static str]>,
}

impl RetryOptions {
    /// Nothing set.
    pub const NONE: Self = Self {
        max_attempts: None,
        initial: None,
        max: None,
        backoff: None,
        non_retryable: None,
    };
}

/// Options as an attribute declares them: `None` leaves the decision to the next layer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AgentOptions {
    /// Limit of one attempt (Temporal: start-to-close).
    pub timeout: Option<Duration>,
    /// Limit of the wait in the queue (Temporal: schedule-to-start).
    pub schedule_to_start: Option<Duration>,
    /// Limit of everything, retries and waits included (Temporal: schedule-to-close).
    pub schedule_to_close: Option<Duration>,
    /// How long a silent worker is taken to be alive (Temporal: heartbeat timeout).
    pub heartbeat: Option<Duration>,
    /// How failures are retried.
    pub retry: RetryOptions,
    /// How many workers may die under one call before it fails. They use up no attempts.
    pub lost_workers: Option<u32>,
    /// Where it runs, when not on the flock's queue.
    pub task_queue: Option<&'static str>,
    /// 1 (first) to 5 (last); Temporal's default is 3.
    pub priority: Option<u8>,
    /// Runs as a Temporal local activity: in the flock's own worker, with fewer history events.
    pub local: Option<bool>,
}

impl AgentOptions {
    /// Nothing set.
    pub const NONE: Self = Self {
        timeout: None,
        schedule_to_start: None,
        schedule_to_close: None,
        heartbeat: None,
        retry: RetryOptions::NONE,
        lost_workers: None,
        task_queue: None,
        priority: None,
        local: None,
    };
}

/// Options given where an agent is called.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CallOptions {
    /// Limit of one attempt.
    pub timeout: Option<Duration>,
    /// Limit of everything, retries and waits included.
    pub schedule_to_close: Option<Duration>,
    /// Attempts in all, the first included.
    pub max_attempts: Option<u32>,
    /// Where it runs.
    pub task_queue: Option<String>,
    /// 1 (first) to 5 (last).
    pub priority: Option<u8>,
    /// One line for the Web UI and the progress display.
    pub summary: Option<String>,
}

/// Whether a server takes the name of a task queue: with another it refuses the workflow task, for ever.
///
/// # Errors
/// `Invalid`.
pub(crate) fn check_queue(name: &str) -> Result<()> {
    if name.is_empty() || name.len() > 1000 || name.starts_with("/_sys/") {
        return Err(Error::invalid(format!(
            "`{name}` cannot be the name of a task queue: it takes 1 to 1000 bytes, and not `/_sys/` in front"
        )));
    }
    Ok(())
}
