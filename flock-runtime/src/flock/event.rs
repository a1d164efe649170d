//! What happens in a run, as it happens.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::approval::request::{AnswerMessage, ApprovalRequest};
use crate::{
    agent::stream::{Piece, Seen, Transcript},
    error::{Result as Checked, RunError},
    text::time,
    value::{
        is_zero,
        payload::Payload,
        run::{RunId, RunStatus},
    },
};

/// An event of a run: something that happened in it.
///
/// In JSON `event` says what, in snake case, with the fields beside it:
/// `{"event": "agent", "step": 1, "agent": "writer", "phase": "started"}`,
/// `{"event": "state", "state": "half done"}`.
///
/// What becomes of agents, messages, children and the run itself is told alike by both engines. What a
/// run shows and asks is in no history: on Temporal its worker is asked for it after each of the run's
/// tasks, so of what changed twice within one only the last is told, and nothing where no worker
/// answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
#[non_exhaustive]
pub enum StepEvent {
    /// Something happened to an agent's call.
    Agent(AgentStep),
    /// An agent says something while it is at work. Told by [`stream`](crate::FlockHandle::stream) alone.
    Streamed(Streamed),
    /// What the flock shows has changed ([`set_status`](crate::FlockContext::set_status)).
    State {
        /// What it shows now.
        state: Value,
    },
    /// The flock asks people something ([`approval`](crate::FlockContext::approval)).
    ApprovalAsked(Box<ApprovalRequest>),
    /// Somebody has answered a request.
    ApprovalAnswered {
        /// The request's id, such as `publish-1`.
        id: String,
        /// Who answered, where they said so.
        by: Option<String>,
        /// The answer: a [`Decision`](crate::Decision), or of the type that was asked for.
        answer: Value,
    },
    /// Nobody answered a request in time.
    ApprovalTimedOut {
        /// The request's id.
        id: String,
        /// What is taken for the answer, where the flock named something.
        answer: Option<Value>,
    },
    /// The flock waits for the answer to a request no longer.
    ApprovalWithdrawn {
        /// The request's id.
        id: String,
    },
    /// A signal has come, whether the flock has asked for it or not.
    Signal {
        /// Its name.
        name: String,
    },
    /// An update has come, and its validator has let it pass.
    Update {
        /// Its name.
        name: String,
    },
    /// The flock has started another ([`child`](crate::FlockContext::child)).
    ChildStarted {
        /// Its first run.
        #[serde(flatten)]
        child: RunId,
        /// Its flock's name.
        flock: String,
    },
    /// A child has come to its end, and so have the runs that went on with its work.
    ChildEnded {
        /// Its first run.
        #[serde(flatten)]
        child: RunId,
        /// Its flock's name.
        flock: String,
        /// How it ended.
        status: RunStatus,
    },
    /// The flock goes on as a new run, whose steps follow.
    ContinuedAsNew {
        /// The new run.
        run_id: String,
    },
    /// The flock has come to its end: nothing follows.
    Ended(RunEnd),
}

impl StepEvent {
    /// What happened to an agent's call, where that is what it tells.
    pub fn agent(&self) -> Option<&AgentStep> {
        match self {
            Self::Agent(step) => Some(step),
            _ => None,
        }
    }

    /// What an `answer` update that was taken tells.
    pub(crate) fn answered(message: &Payload) -> Checked<Self> {
        let message = message.decode::<AnswerMessage>()?;
        Ok(Self::ApprovalAnswered {
            id: message.id,
            by: message.by,
            answer: message.answer,
        })
    }
}

/// Something that an agent says while it is at work: see [`AgentContext::stream`](crate::AgentContext::stream).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Streamed {
    /// Which call of the run it is, as [`AgentStep::step`] counts.
    pub step: u64,
    /// The agent's name.
    pub agent: String,
    /// The line given at the call, if one was; of a conversation with tools, the turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The agent's own attempt, from 1.
    pub attempt: u32,
    /// Workers that had died under it.
    #[serde(skip_serializing_if = "is_zero")]
    pub lost_workers: u32,
    /// What.
    #[serde(flatten)]
    pub piece: Piece,
}

impl Streamed {
    /// What is new in `told` of a step, of which so much was `seen`.
    pub(crate) fn news(
        (step, agent, summary): (u64, &str, Option<&str>),
        seen: &mut Seen,
        told: &Transcript,
    ) -> Vec<StepEvent> {
        let pieces = seen.news(told).into_iter();
        let event = pieces.map(|piece| Self {
            step,
            agent: agent.to_owned(),
            summary: summary.map(str::to_owned),
            attempt: told.attempt,
            lost_workers: told.lost_workers,
            piece,
        });
        event.map(StepEvent::Streamed).collect()
    }
}

/// How a flock ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunEnd {
    /// How.
    pub status: RunStatus,
    /// Its result, where it completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// What [`FlockHandle::result`](crate::FlockHandle::result) gives as an error, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl RunEnd {
    /// The end that `outcome` is.
    pub(crate) fn of(outcome: Result<&Payload, &RunError>) -> Self {
        let (result, error) = match outcome {
            Ok(result) => (result.decode().ok(), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            status: status(outcome.map(|_| ())),
            result,
            error,
        }
    }
}

/// Where a run stands that has ended so.
pub(crate) fn status(outcome: Result<(), &RunError>) -> RunStatus {
    match outcome {
        Ok(()) => RunStatus::Completed,
        Err(RunError::Cancelled) => RunStatus::Cancelled,
        Err(RunError::Terminated { .. }) => RunStatus::Terminated,
        Err(RunError::TimedOut) => RunStatus::TimedOut,
        Err(_) => RunStatus::Failed,
    }
}

/// Something happened to an agent's call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AgentStep {
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
            serialize_with = "time::optional_span"
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
            serialize_with = "time::optional_span"
        )]
        wait: Option<Duration>,
    },
    /// The agent gave a result.
    Completed {
        /// From the call to the result. In JSON: seconds.
        #[serde(serialize_with = "time::span")]
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

impl AgentStep {
    /// A step.
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

impl From<AgentStep> for StepEvent {
    fn from(step: AgentStep) -> Self {
        Self::Agent(step)
    }
}
