//! Runs, as engines speak of them.

use std::{collections::BTreeMap, fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::memo::descriptor;
use crate::{
    declare::{
        id_policy::{IdConflict, IdReuse},
        search::{self, SearchValue},
    },
    error::{Error, Result as Checked},
    flock::{DESCRIPTOR, ENTRY, memo_fits, own, registry::FlockEntry},
    value::payload::Payload,
};

/// Names a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunId {
    /// The workflow id, chosen at the start.
    pub workflow_id: String,
    /// The run id, given by the engine; empty is the latest run of the workflow id.
    pub run_id: String,
}

impl RunId {
    /// The latest run of this workflow id.
    pub fn latest(workflow_id: impl Into<String>) -> Self {
        Self {
            workflow_id: workflow_id.into(),
            run_id: String::new(),
        }
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.workflow_id)
    }
}

/// A start, as an engine gets it.
#[derive(Debug, Clone)]
pub struct StartRequest {
    /// What to run.
    pub flock: &'static FlockEntry,
    /// With what.
    pub input: Payload,
    /// How.
    pub options: StartOptions,
}

/// How a run is started.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StartOptions {
    /// The workflow id; a random one with the flock's name in front when none is given.
    pub workflow_id: Option<String>,
    /// Keys and values to keep with the run (Temporal: memo).
    pub memo: BTreeMap<String, serde_json::Value>,
    /// Ties runs of one conversation together (Temporal: search attribute `session_id`).
    pub session_id: Option<String>,
    /// The queue to start on, in place of the flock's.
    pub task_queue: Option<String>,
    /// Search attributes, of those that the flock declares.
    pub search_attributes: BTreeMap<String, SearchValue>,
    /// Whether the workflow id of a run that has ended may be used; what the flock says when left
    /// out, else it may.
    pub id_reuse: Option<IdReuse>,
    /// What happens when a run of the workflow id is going on.
    pub id_conflict: IdConflict,
}

impl StartRequest {
    /// Itself, when an engine can take it.
    pub(crate) fn checked(mut self) -> Checked<Self> {
        let options = &self.options;
        if options.id_conflict == IdConflict::TerminateExisting
            && self.id_reuse() == IdReuse::RejectDuplicate
        {
            return Err(Error::invalid(
                "`terminate_existing` would use an id again, which `reject_duplicate` forbids: leave out one of them",
            ));
        }
        let empty = |name: &Option<String>| name.as_ref().is_some_and(String::is_empty);
        if empty(&options.workflow_id) {
            return Err(Error::invalid(
                "the workflow id is empty: leave it out, and the run gets one of its own",
            ));
        }
        if empty(&options.task_queue) {
            return Err(Error::invalid(
                "the name of the task queue is empty: leave it out, and the run starts on the flock's",
            ));
        }
        let mut held = 0;
        for (key, value) in &options.memo {
            own(key)?;
            let bytes = value.to_string().len();
            memo_fits(key, bytes, held)?;
            held += key.len() + bytes + ENTRY;
        }
        let mut held = 0;
        for (name, value) in &mut self.options.search_attributes {
            *value = search::checked(self.flock.descriptor, name, value)?.1;
            search::fits(name, value, held)?;
            held += name.len() + search::size(value) + ENTRY;
        }
        Ok(self)
    }

    /// The policy for a workflow id that a run had which has ended.
    pub(crate) fn id_reuse(&self) -> IdReuse {
        let own = self.options.id_reuse;
        own.or(self.flock.descriptor.options.id_reuse)
            .unwrap_or_default()
    }

    /// What is kept with the run: flock's own key and the caller's.
    pub(crate) fn memo(&self) -> BTreeMap<String, serde_json::Value> {
        let mut memo = self.options.memo.clone();
        memo.insert(DESCRIPTOR.to_owned(), descriptor(self.flock));
        memo
    }

    /// By what every run is found.
    pub(crate) fn built_in(&self) -> impl Iterator<Item = (&'static str, &str)> {
        search::built_in(self.flock.descriptor, self.options.session_id.as_deref())
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunStatus {
    /// Not at its end.
    Running,
    /// Ended with a result.
    Completed,
    /// Ended with an error.
    Failed,
    /// Ended because it was asked to.
    Cancelled,
    /// Was ended.
    Terminated,
    /// Ended by its time limit.
    TimedOut,
    /// Goes on as a new run.
    ContinuedAsNew,
}

impl RunStatus {
    /// The status in a word, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Terminated => "terminated",
            Self::TimedOut => "timed_out",
            Self::ContinuedAsNew => "continued_as_new",
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known about a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunDescription {
    /// Which run.
    #[serde(flatten)]
    pub id: RunId,
    /// The flock's name.
    pub flock: String,
    /// Where it stands.
    pub status: RunStatus,
    /// The queue it runs on.
    pub task_queue: String,
    /// When it started. In JSON, seconds since the Unix epoch.
    #[serde(serialize_with = "seconds")]
    pub started: Option<SystemTime>,
    /// When it ended. In JSON, seconds since the Unix epoch.
    #[serde(serialize_with = "seconds")]
    pub ended: Option<SystemTime>,
    /// Events in its history; the local engine keeps none.
    pub history_events: Option<u64>,
    /// Bytes of its history.
    pub history_bytes: Option<u64>,
    /// Keys and values kept with the run.
    pub memo: BTreeMap<String, serde_json::Value>,
    /// By what it is found, where the engine can tell.
    pub search_attributes: BTreeMap<String, serde_json::Value>,
    /// Agents at work now.
    pub running: Vec<RunningStep>,
    /// Why the run does not go on, where workers that were given its task failed at it: the task is
    /// tried again until one does not (Temporal: a failed workflow task).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_failure: Option<String>,
}

/// An agent at work.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunningStep {
    /// The agent's name.
    pub agent: String,
    /// The attempt, from 1.
    pub attempt: u32,
    /// Workers that died under this call: they are no attempts.
    #[serde(skip_serializing_if = "is_zero")]
    pub lost_workers: u32,
    /// What the last attempt failed with.
    pub last_failure: Option<String>,
}

impl RunDescription {
    /// A description with what every engine knows.
    pub fn new(id: RunId, flock: impl Into<String>, status: RunStatus) -> Self {
        Self {
            id,
            flock: flock.into(),
            status,
            task_queue: String::new(),
            started: None,
            ended: None,
            history_events: None,
            history_bytes: None,
            memo: BTreeMap::new(),
            search_attributes: BTreeMap::new(),
            running: Vec::new(),
            task_failure: None,
        }
    }
}

impl RunningStep {
    /// A step at work.
    pub fn new(agent: impl Into<String>, attempt: u32, last_failure: Option<String>) -> Self {
        Self {
            agent: agent.into(),
            attempt,
            lost_workers: 0,
            last_failure,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[allow(clippy::ref_option, reason = "serde's signature")]
fn seconds<S: serde::Serializer>(time: &Option<SystemTime>, to: S) -> Result<S::Ok, S::Error> {
    let since = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.map(|since| since.as_secs_f64()).serialize(to)
}
