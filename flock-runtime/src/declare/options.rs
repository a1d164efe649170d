//! How an agent is run: limits, retries, queue. Declared in layers, resolved field by field.

use std::time::Duration;

use super::{pool::Pool, settings::settings};
use crate::error::{Error, Result};

settings! {
    /// The retry policy of an agent's options, as written; what is not set comes from the layer below.
    RetryOptions {
        /// Attempts in all, the first included; 0 is without limit. `retries = 3` makes four.
        max_attempts: u32,
        /// Wait before the first retry (Temporal: initial interval).
        initial: Duration,
        /// Longest wait between two attempts (Temporal: maximum interval).
        max: Duration,
        /// Factor from one wait to the next (Temporal: backoff coefficient).
        backoff: f64,
        /// Failure types that end the agent at once (Temporal: non-retryable error types).
        non_retryable: &'static [&'static str],
    }
}

settings! {
    /// Options as an attribute declares them: `None` leaves the decision to the next layer.
    AgentOptions {
        /// Limit of one attempt (Temporal: start-to-close).
        timeout: Duration,
        /// Limit of the wait in the task queue (Temporal: schedule-to-start).
        schedule_to_start: Duration,
        /// Limit of everything, retries and waits included (Temporal: schedule-to-close).
        schedule_to_close: Duration,
        /// How long a silent worker is taken to be alive (Temporal: heartbeat timeout).
        heartbeat: Duration,
        /// How many workers may die under one call before it fails. They use up no attempts.
        lost_workers: u32,
        /// The task queue it runs on, when not the flock's.
        task_queue: &'static str,
        /// The pool it runs in, in place of a task queue.
        pool: Pool,
        /// Priority, 1 (first) to 5 (last); Temporal's default is 3.
        priority: u8,
        /// Runs as a Temporal local activity: in the flock's own worker, with fewer history events.
        local: bool,
    } and {
        /// Retry policy: how failures are retried.
        retry: RetryOptions = RetryOptions::NONE,
    }
}

/// Options given where an agent is called.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// Limit of one attempt (Temporal: start-to-close).
    pub timeout: Option<Duration>,
    /// Limit of everything, retries and waits included (Temporal: schedule-to-close).
    pub schedule_to_close: Option<Duration>,
    /// Attempts in all, the first included.
    pub max_attempts: Option<u32>,
    /// The task queue it runs on.
    pub task_queue: Option<String>,
    /// Priority, 1 (first) to 5 (last).
    pub priority: Option<u8>,
    /// One line for the Web UI and the progress display.
    pub summary: Option<String>,
    /// What a person is told that is called, where that is not the agent itself.
    pub(crate) called: Option<Called>,
}

impl CallOptions {
    /// Nothing set.
    pub(crate) const NONE: &'static Self = &Self {
        timeout: None,
        schedule_to_close: None,
        max_attempts: None,
        task_queue: None,
        priority: None,
        summary: None,
        called: None,
    };
}

/// What a built-in agent is called for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Called {
    pub(crate) name: String,
    pub(crate) needs_approval: bool,
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
