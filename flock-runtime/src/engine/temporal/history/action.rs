//! What a flock does and what is done to it, as histories tell it.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::{engine::RunStatus, flock::registry::noun, text::time, value::duration};

/// Something that a flock did, or that was done to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "action")]
#[non_exhaustive]
pub enum Action {
    /// It ran an agent.
    Agent {
        /// The agent's name.
        agent: String,
    },
    /// It ran an agent that is `local`.
    LocalAgent {
        /// The agent's name.
        agent: String,
    },
    /// It started a timer. In JSON: seconds.
    Timer {
        /// How long.
        #[serde(serialize_with = "time::span")]
        duration: Duration,
    },
    /// It started a child.
    Child {
        /// The child's flock.
        flock: String,
        /// The child's workflow id; unknown where the server was to choose it.
        workflow_id: Option<String>,
    },
    /// It signalled another run.
    Signal {
        /// The signal's name.
        signal: String,
        /// The run it was for.
        workflow_id: String,
    },
    /// It asked another run to end.
    CancelRun {
        /// That run.
        workflow_id: String,
    },
    /// It asked which version of a change it is to follow.
    Version {
        /// The change.
        change: String,
    },
    /// It changed its memo or its search attributes.
    Upsert,
    /// It ended.
    End {
        /// How.
        status: RunStatus,
        /// What it failed with.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// It was started.
    Started,
    /// It was sent a signal.
    Signalled {
        /// The signal's name.
        signal: String,
    },
    /// It took an update.
    Updated {
        /// The update's name.
        update: String,
    },
    /// It was asked to end.
    CancelRequested,
    /// A worker could not go on with it; another try followed.
    TaskFailed {
        /// What the worker said.
        error: String,
    },
}

impl Action {
    /// Whether the flock's code decided it, so that a replay must decide the same.
    pub fn is_step(&self) -> bool {
        match self {
            Self::Agent { .. }
            | Self::LocalAgent { .. }
            | Self::Timer { .. }
            | Self::Child { .. }
            | Self::Signal { .. }
            | Self::CancelRun { .. }
            | Self::Version { .. }
            | Self::Upsert => true,
            // The others are the server's doing.
            Self::End { status, .. } => matches!(
                status,
                RunStatus::Completed
                    | RunStatus::Failed
                    | RunStatus::Cancelled
                    | RunStatus::ContinuedAsNew
            ),
            Self::Started
            | Self::Signalled { .. }
            | Self::Updated { .. }
            | Self::CancelRequested
            | Self::TaskFailed { .. } => false,
        }
    }

    /// Whether a replay takes one for the other: lengths of timers and texts of errors may change.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Timer { .. }, Self::Timer { .. }) => true,
            (Self::End { status: a, .. }, Self::End { status: b, .. }) => a == b,
            (
                Self::Child {
                    flock: a,
                    workflow_id: id_a,
                },
                Self::Child {
                    flock: b,
                    workflow_id: id_b,
                },
            ) => a == b && (id_a.is_none() || id_b.is_none() || id_a == id_b),
            _ => self == other,
        }
    }

    /// What the code does, as the rest of "the code now …".
    pub(crate) fn present(&self) -> String {
        match self {
            Self::Agent { .. } | Self::LocalAgent { .. } => format!("runs {self}"),
            Self::Timer { .. } | Self::Child { .. } => format!("starts {self}"),
            Self::Signal { .. } => format!("sends {self}"),
            Self::End { status, error } => match (status, error) {
                (RunStatus::Completed, _) => "ends with a result".to_owned(),
                (RunStatus::ContinuedAsNew, _) => "continues as new".to_owned(),
                (RunStatus::Failed, Some(error)) => format!("ends with an error: {error}"),
                _ => format!("ends as {status}"),
            },
            _ => format!("has {self}"),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent { agent } => write!(f, "{} `{agent}`", noun(agent)),
            Self::LocalAgent { agent } => write!(f, "local {} `{agent}`", noun(agent)),
            Self::Timer { duration } => write!(f, "a timer of {}", duration::display(*duration)),
            Self::Child {
                flock,
                workflow_id: Some(id),
            } => write!(f, "child `{flock}` with the id `{id}`"),
            Self::Child { flock, .. } => write!(f, "child `{flock}`"),
            Self::Signal {
                signal,
                workflow_id,
            } => write!(f, "signal `{signal}` to run `{workflow_id}`"),
            Self::CancelRun { workflow_id } => write!(f, "a request to end run `{workflow_id}`"),
            Self::Version { change } => write!(f, "version of change `{change}`"),
            Self::Upsert => f.write_str("a change of memo or search attributes"),
            Self::End { status, error } => match (status, error) {
                (RunStatus::Completed, _) => f.write_str("the end, with a result"),
                (RunStatus::ContinuedAsNew, _) => f.write_str("the end, continued as new"),
                (_, Some(error)) => write!(f, "the end, {status}: {error}"),
                _ => write!(f, "the end, {status}"),
            },
            Self::Started => f.write_str("started"),
            Self::Signalled { signal } => write!(f, "signal `{signal}` came"),
            Self::Updated { update } => write!(f, "update `{update}` was taken"),
            Self::CancelRequested => f.write_str("asked to end"),
            Self::TaskFailed { error } => write!(f, "a worker could not go on: {error}"),
        }
    }
}
