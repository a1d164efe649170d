//! What can go wrong around runs, as ordinary errors.

use std::path::PathBuf;

use super::{Error, Failure, unserved::Unserved};
use crate::text::location::Location;

/// Why a program could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Two agents or two flocks share a name.
    #[error(
        "two {what}s are named `{name}`: at {first} and at {second}; rename one, or give it `name = \"…\"`"
    )]
    Duplicate {
        /// `agent`, `tool` or `flock`.
        what: &'static str,
        /// The name.
        name: &'static str,
        /// Where it was met first.
        first: Location,
        /// Where it was met again.
        second: Location,
    },
    /// An agent extracts shared state that the runtime was not given.
    #[error(
        "{noun} `{agent}` takes shared state `{types}`, which the runtime was not given: add `.state(…)` to its builder"
    )]
    MissingState {
        /// `agent` or `tool`.
        noun: &'static str,
        /// Its name.
        agent: &'static str,
        /// The type, or several.
        types: String,
    },
    /// What an agent may cost is limited, and of the model that answers for it no price is known.
    #[error(
        "agent `{agent}` has a budget of money (of {whose}), and no price is known of its model `{model}`: limit `tokens` or `turns` instead, or name another model"
    )]
    UnknownPrice {
        /// The agent.
        agent: &'static str,
        /// Its model.
        model: String,
        /// Whose budget it is, in words.
        whose: String,
    },
    /// The configuration file is wrong.
    #[error("{}{}: {message}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
    Config {
        /// The file.
        path: PathBuf,
        /// The line in it, where it is one, from 1.
        line: Option<usize>,
        /// What is wrong in it.
        message: String,
    },
    /// A setting from the environment or a flag is wrong.
    #[error("{name}: {message}")]
    Setting {
        /// The variable or flag.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// The engine could not start.
    #[error(transparent)]
    Engine(#[from] RunError),
}

/// Why a run gave no result, or could not be reached.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The run failed.
    #[error("{0}")]
    Failed(Failure),
    /// The run refused a query or an update, or failed at it.
    #[error("{0}")]
    Refused(Failure),
    /// A run that has ended can be told nothing more.
    #[error("the run `{0}` has ended")]
    Ended(String),
    /// The run was cancelled.
    #[error("the run was cancelled")]
    Cancelled,
    /// The run was terminated.
    #[error("the run was terminated: {reason}")]
    Terminated {
        /// The reason that was given.
        reason: String,
    },
    /// The run took longer than its flock's `timeout`.
    #[error("the run took longer than its flock's `timeout`")]
    TimedOut,
    /// There is no such run. On the local engine it may have ended and been forgotten: see
    /// [`LocalEngine`](crate::engine::local::LocalEngine).
    #[error("there is no run `{0}`")]
    NotFound(String),
    /// There is no such schedule.
    #[error("there is no schedule `{0}`")]
    NoSchedule(String),
    /// This program has no flock of that name.
    #[error("there is no flock `{name}`{help}")]
    UnknownFlock {
        /// The name.
        name: String,
        /// The one that may have been meant, and those that there are.
        help: String,
    },
    /// The runtime is being shut down, and starts no more runs.
    #[error("the program is shutting down, and starts no more runs")]
    ShuttingDown,
    /// A run of this workflow id is going on already. A start with
    /// [`IdConflict::UseExisting`](crate::IdConflict::UseExisting) gives a handle on it instead.
    #[error(
        "a run with the id `{0}` is going on already; choose another id, or wait for its result"
    )]
    AlreadyRunning(String),
    /// A run of this workflow id has ended, and the start does not want it to be used again.
    #[error(
        "the id `{0}` was used by a run that has ended, and may not be used again; choose another id, or another `id_reuse`"
    )]
    AlreadyUsed(String),
    /// The server does not answer.
    #[error(
        "no Temporal at {address}: start one with the `dev` command, or set TEMPORAL_ADDRESS ({message})"
    )]
    Unreachable {
        /// Where it was looked for.
        address: String,
        /// What the connection said.
        message: String,
    },
    /// The server is there, and TLS stands between: it is not the one it should be, or does not take
    /// this program's certificate.
    #[error("the TLS connection to Temporal at {address} failed: {message}")]
    Tls {
        /// Where the server is.
        address: String,
        /// What is wrong, and what to do.
        message: String,
    },
    /// The server is there, and refuses this program.
    #[error(
        "Temporal at {address} refuses this program ({message}): check its API key \
         (TEMPORAL_API_KEY) or certificate (TEMPORAL_TLS_*), and the namespace it asks for"
    )]
    Denied {
        /// Where the server is.
        address: String,
        /// What it said.
        message: String,
    },
    /// No worker takes it up, and none that runs now will. Told by what wants an answer of the run
    /// (queries, updates, approvals, `status`), after ten seconds; a result is waited for.
    #[error("{0}; the command `{command}` has it served", command = .0.command())]
    NoWorker(Box<Unserved>),
    /// A value is there, and this program cannot read it: it lacks the key that it was encrypted with, has
    /// another one of that id, or it was damaged. Nothing is lost by that.
    #[error("{message}")]
    Undecodable {
        /// The id of the key that it takes; none where that is not what is missing.
        key: Option<String>,
        /// What cannot be read, why, and what to do.
        message: String,
    },
    /// What was asked for cannot be: a namespace, a deployment or a build that the server does not have,
    /// a list filter that it cannot read, an id that it does not take.
    #[error("{0}")]
    Invalid(String),
    /// The server refused or failed, or a value could not be used.
    #[error("{0}")]
    Engine(String),
}

impl RunError {
    /// A value that cannot be sent or read.
    pub(crate) fn value(error: &Error) -> Self {
        Self::failed(error.clone())
    }

    /// The end of a run that failed.
    pub(crate) fn failed(error: Error) -> Self {
        Self::undecodable(&error).unwrap_or_else(|| Self::Failed(error.into_failure()))
    }

    /// What a run refused with.
    #[cfg_attr(
        not(feature = "temporal"),
        allow(dead_code, reason = "the local engine says it itself")
    )]
    pub(crate) fn refused(error: Error) -> Self {
        Self::undecodable(&error).unwrap_or_else(|| Self::Refused(error.into_failure()))
    }

    fn undecodable(error: &Error) -> Option<Self> {
        if !error.is_undecodable() {
            return None;
        }
        let key = error.detail(Error::KEY);
        Some(Self::Undecodable {
            key: key.and_then(|key| Some(key.as_str()?.to_owned())),
            message: error.to_string(),
        })
    }

    /// The failure of the run, where it ran and failed.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}
