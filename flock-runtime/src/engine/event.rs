//! The steps of a run, as they happen.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// Something happened to an agent's call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StepEvent {
    /// Which call of the run, from 1, in the order of the calls.
    pub step: u64,
    /// The agent's name.
    pub agent: String,
    /// The line given at the call, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub phase: StepPhase,
}

/// What happened to an agent's call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
#[non_exhaustive]
pub enum StepPhase {
    /// The call was made; an attempt is at work, or waits for a worker.
    Started,
    /// An attempt failed and another will be made.
    Retrying {
        /// The attempt that failed, from 1.
        attempt: u32,
        /// What it failed with.
        error: String,
        /// The wait before the next, where the engine knows it. In JSON: seconds.
        #[serde(
            skip_serializing_if = "Option::is_none",
            serialize_with = "optional_seconds"
        )]
        wait: Option<Duration>,
    },
    /// The worker of an attempt died, and the attempt is made again: no failure of the agent's.
    WorkerLost {
        /// Workers that died under this call so far.
        lost: u32,
        /// The wait before it is made again, where the engine knows it. In JSON: seconds.
        #[serde(
            skip_serializing_if = "Option::is_none",
            serialize_with = "optional_seconds"
        )]
        wait: Option<Duration>,
    },
    /// The agent gave a result.
    Completed {
        /// From the call to the result. In JSON: seconds.
        #[serde(serialize_with = "seconds")]
        took: Duration,
    },
    /// No attempt is left.
    Failed {
        /// What the last one failed with.
        error: String,
    },
    /// The flock waits for it no longer: a limit came first (`within`), another arm of a `select!`, or
    /// the failure of a call beside it. Its agent is told, and what it gives is not looked at.
    Dropped,
}

impl StepEvent {
    /// An event.
    pub fn new(
        step: u64,
        agent: impl Into<String>,
        summary: Option<String>,
        phase: StepPhase,
    ) -> Self {
        Self {
            step,
            agent: agent.into(),
            summary,
            phase,
        }
    }
}

fn seconds<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(duration.as_secs_f64())
}

#[allow(clippy::ref_option, reason = "serde's signature")]
fn optional_seconds<S: Serializer>(duration: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
    duration
        .map(|duration| duration.as_secs_f64())
        .serialize(to)
}
