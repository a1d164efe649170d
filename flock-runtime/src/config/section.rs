//! The sections that set options of agents.

use std::{num::NonZeroU16, time::Duration};

use super::{
    ModelNames, SlotsSection,
    frame::{Number, Said, Within, section},
};
use crate::declare::{options::check_queue, pool::Pool};

section! {
    /// The options of agents in a section.
    pub struct AgentSection {
        /// Limit of one attempt (Temporal: start-to-close timeout).
        pub timeout: Option<Duration> = "5 minutes",
        /// Limit of the wait in the task queue (Temporal: schedule-to-start timeout).
        pub schedule_to_start: Option<Duration> = "none",
        /// Limit of everything, retries and waits included (Temporal: schedule-to-close timeout).
        pub schedule_to_close: Option<Duration> = "none",
        /// How long a silent worker is taken to be alive (Temporal: heartbeat timeout).
        pub heartbeat: Option<Duration> = "3 seconds",
        /// Retries after the first failure. Exclusive with `max_attempts`.
        pub retries: Option<u16> = "3",
        /// Attempts in all. Exclusive with `retries`.
        pub max_attempts: Option<NonZeroU16> = "4",
        /// How many workers may die under one call before it fails.
        pub lost_workers: Option<u16> = "20",
        /// The rest of the retry policy.
        pub retry: RetrySection,
        /// The task queue it runs on.
        pub task_queue: Option<String> = "the flock's",
        /// The pool it runs in. Exclusive with `task_queue`.
        pub pool: Option<Pool> = "none",
        /// Priority, 1 (first) to 5 (last).
        pub priority: Option<u8> as Option<Within<1, 5>> = "3",
        /// The model that answers, such as `openai/gpt-4o`, or the name of a section of models; several are
        /// asked one after the other.
        pub model: Option<ModelNames> = "none",
    }
}

section! {
    /// The retry policy of a section.
    pub struct RetrySection {
        /// Wait before the first retry (Temporal: initial interval).
        pub initial: Option<Duration> = "1 second",
        /// Longest wait between two attempts (Temporal: maximum interval).
        pub max: Option<Duration> = "100 seconds",
        /// Factor from one wait to the next, at least 1 (Temporal: backoff coefficient).
        pub backoff: Option<f64> as Option<Number<1, 0>> = "2",
        /// Failure types that end the agent at once (Temporal: non-retryable error types).
        pub non_retryable: Option<Vec<String>> = "none",
    }
}

section! {
    /// A task queue, or those of a pool: the options of agents that run there, and how workers serve it.
    pub struct QueueSection {}
    with {
        /// Options of the agents that run there.
        pub agents: AgentSection,
        /// How workers serve it.
        pub slots: SlotsSection,
    }
}

impl AgentSection {
    /// Attempts in all, however they were written.
    pub fn max_attempts(&self) -> Option<u32> {
        let retries = self.retries.map(|retries| u32::from(retries) + 1);
        retries.or(self.max_attempts.map(|attempts| u32::from(attempts.get())))
    }

    fn check(&self, said: &mut Said<'_>) {
        if self.retries.is_some() && self.max_attempts.is_some() {
            said.at(
                "max_attempts",
                "`retries` and `max_attempts` exclude each other: `retries = 3` is `max_attempts = 4`",
            );
        }
        if self.pool.is_some() && self.task_queue.is_some() {
            said.at(
                "pool",
                "`pool` and `task_queue` exclude each other: a pool is a task queue of its own; leave one of them out",
            );
        }
        let limits = [
            ("timeout", self.timeout),
            ("schedule_to_start", self.schedule_to_start),
            ("schedule_to_close", self.schedule_to_close),
            ("heartbeat", self.heartbeat),
        ];
        for (name, limit) in limits {
            said.above_zero(name, limit);
        }
        match &self.task_queue {
            Some(queue) if queue.trim().is_empty() => {
                said.at("task_queue", "`task_queue` is empty: leave it out");
            }
            Some(queue) => {
                if let Err(sentence) = check_name(queue) {
                    said.at("task_queue", format!("`task_queue`: {sentence}"));
                }
            }
            None => {}
        }
        if self.model.as_ref().is_some_and(ModelNames::is_empty) {
            said.at("model", "`model` is empty: leave it out");
        }
    }
}

impl RetrySection {
    fn check(&self, _: &mut Said<'_>) {}
}

impl QueueSection {
    /// What of an agent's options the section of a queue does not decide: no queue, no pool and, since any agent may
    /// come to run there, no model.
    pub(super) const WITHOUT: [&str; 3] = ["task_queue", "pool", "model"];

    fn check(&self, said: &mut Said<'_>) {
        if let Err(sentence) = check_name(said.name()) {
            said.wrong(sentence);
        }
        let is_set = [
            self.agents.task_queue.is_some(),
            self.agents.pool.is_some(),
            self.agents.model.is_some(),
        ];
        for (name, _) in Self::WITHOUT
            .iter()
            .zip(is_set)
            .filter(|(_, is_set)| *is_set)
        {
            said.at(
                name,
                format!("`{name}` has no place here: set it in [agents.…] or [defaults]"),
            );
        }
        self.agents.check(said);
        self.slots.check(said);
    }
}

/// What a server takes as the name of a task queue. Found in a run, another would be the run's end.
fn check_name(queue: &str) -> Result<(), String> {
    check_queue(queue).map_err(|error| error.message().to_owned())
}
