//! The sections that set options of agents.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

use super::ModelNames;
use crate::{declare::options::check_queue, value::duration};

/// The options of agents in a section.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AgentSection {
    /// Limit of one attempt (Temporal: start-to-close timeout).
    #[serde(default, deserialize_with = "span")]
    pub timeout: Option<Duration>,
    /// Limit of the wait in the task queue (Temporal: schedule-to-start timeout).
    #[serde(default, deserialize_with = "span")]
    pub schedule_to_start: Option<Duration>,
    /// Limit of everything, retries and waits included (Temporal: schedule-to-close timeout).
    #[serde(default, deserialize_with = "span")]
    pub schedule_to_close: Option<Duration>,
    /// How long a silent worker is taken to be alive (Temporal: heartbeat timeout).
    #[serde(default, deserialize_with = "span")]
    pub heartbeat: Option<Duration>,
    /// Retries after the first failure. Exclusive with `max_attempts`.
    #[serde(default)]
    pub retries: Option<u16>,
    /// Attempts in all. Exclusive with `retries`.
    #[serde(default)]
    pub max_attempts: Option<std::num::NonZeroU16>,
    /// How many workers may die under one call before it fails.
    #[serde(default)]
    pub lost_workers: Option<u16>,
    /// The rest of the retry policy.
    #[serde(default)]
    pub retry: RetrySection,
    /// The task queue it runs on.
    #[serde(default)]
    pub task_queue: Option<String>,
    /// Priority, 1 (first) to 5 (last).
    #[serde(default)]
    pub priority: Option<u8>,
    /// The model that answers, such as `openai/gpt-4o`, or the name of a section of models; several are
    /// asked one after the other.
    #[serde(default)]
    pub model: Option<ModelNames>,
}

/// The retry policy of a section.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RetrySection {
    /// Wait before the first retry (Temporal: initial interval).
    #[serde(default, deserialize_with = "span")]
    pub initial: Option<Duration>,
    /// Longest wait between two attempts (Temporal: maximum interval).
    #[serde(default, deserialize_with = "span")]
    pub max: Option<Duration>,
    /// Factor from one wait to the next, at least 1 (Temporal: backoff coefficient).
    #[serde(default)]
    pub backoff: Option<f64>,
    /// Failure types that end the agent at once (Temporal: non-retryable error types).
    #[serde(default)]
    pub non_retryable: Option<Vec<String>>,
}

impl AgentSection {
    /// Attempts in all, however they were written.
    pub fn max_attempts(&self) -> Option<u32> {
        let retries = self.retries.map(|retries| u32::from(retries) + 1);
        retries.or(self.max_attempts.map(|attempts| u32::from(attempts.get())))
    }

    pub(super) fn check(&self, section: &str) -> Result<(), String> {
        let at = |sentence: &str| Err(format!("[{section}] {sentence}"));
        if self.retries.is_some() && self.max_attempts.is_some() {
            return at(
                "`retries` and `max_attempts` exclude each other: `retries = 3` is `max_attempts = 4`",
            );
        }
        if self
            .priority
            .is_some_and(|priority| !(1..=5).contains(&priority))
        {
            return at("`priority` must be 1 to 5");
        }
        if self
            .retry
            .backoff
            .is_some_and(|backoff| !(backoff.is_finite() && backoff >= 1.0))
        {
            return at("`retry.backoff` must be at least 1");
        }
        let limits = [
            ("timeout", self.timeout),
            ("schedule_to_start", self.schedule_to_start),
            ("schedule_to_close", self.schedule_to_close),
            ("heartbeat", self.heartbeat),
        ];
        for (name, limit) in limits {
            if limit.is_some_and(|limit| limit.is_zero()) {
                return at(&format!("`{name}` must be above zero"));
            }
        }
        let queue = self.task_queue.as_deref();
        let model = self.model.as_ref();
        for (name, is_empty) in [
            (
                "task_queue",
                queue.is_some_and(|queue| queue.trim().is_empty()),
            ),
            ("model", model.is_some_and(ModelNames::is_empty)),
        ] {
            if is_empty {
                return at(&format!("`{name}` is empty: leave it out"));
            }
        }
        if let Some(queue) = &self.task_queue {
            check_name(queue).or_else(|sentence| at(&format!("`task_queue`: {sentence}")))?;
        }
        Ok(())
    }

    /// The same for the section of a queue, which decides about no queue and, since any agent may
    /// come to run there, about no model.
    pub(super) fn check_queue(&self, queue: &str) -> Result<(), String> {
        let section = format!("queues.{queue}");
        check_name(queue).map_err(|sentence| format!("[{section}] {sentence}"))?;
        for (name, is_set) in [
            ("task_queue", self.task_queue.is_some()),
            ("model", self.model.is_some()),
        ] {
            if is_set {
                return Err(format!(
                    "[{section}] `{name}` has no place here: set it in [agents.…] or [defaults]"
                ));
            }
        }
        self.check(&section)
    }
}

/// What a server takes as the name of a task queue. Found in a run, another would be the run's end.
fn check_name(queue: &str) -> Result<(), String> {
    check_queue(queue).map_err(|error| error.message().to_owned())
}

pub(super) fn span<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    duration::parse(&text).map(Some).map_err(de::Error::custom)
}
