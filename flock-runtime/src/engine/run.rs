//! Runs, as engines speak of them.

use std::{collections::BTreeMap, time::SystemTime};

use serde::Serialize;

use super::memo::descriptor;
use crate::{
    declare::{
        id_policy::{IdConflict, IdReuse},
        search::{SearchValue, size},
    },
    error::{Error, Result as Checked},
    flock::{DESCRIPTOR, ENTRY, entry::FlockEntry, memo_fits, own, search},
    telemetry::trace::TraceContext,
    text::time,
    value::{
        is_zero,
        payload::Payload,
        run::{RunId, RunStatus},
    },
};

/// A start, as an engine gets it.
#[derive(Debug, Clone)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct StartOptions {
    /// The workflow id; a random one with the flock's name in front when none is given.
    pub workflow_id: Option<String>,
    /// The memo: keys and values to keep with the run.
    pub memo: BTreeMap<String, serde_json::Value>,
    /// Ties runs of one conversation together (Temporal: search attribute `session_id`).
    pub session_id: Option<String>,
    /// The task queue to start on, in place of the flock's.
    pub task_queue: Option<String>,
    /// Search attributes, of those that the flock declares.
    pub search_attributes: BTreeMap<String, SearchValue>,
    /// Whether the workflow id of a run that has ended may be used; what the flock says when left
    /// out, else it may.
    pub id_reuse: Option<IdReuse>,
    /// Workflow id conflict policy: what happens when a run of that id is going on.
    pub id_conflict: IdConflict,
    /// Somebody will follow what its agents say, from the first word. A server needs not be told.
    pub streamed: bool,
    /// What the run is part of, in a trace: W3C's `traceparent`.
    pub traceparent: Option<String>,
}

impl StartOptions {
    /// What the run is part of, in a trace.
    pub(crate) fn trace(&self) -> Option<TraceContext> {
        self.traceparent.as_ref()?.parse().ok()
    }
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
        if let Some(traceparent) = &options.traceparent
            && options.trace().is_none()
        {
            return Err(Error::invalid(format!(
                "`{traceparent}` is no traceparent: give it as W3C writes it, such as `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`",
            )));
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
            held += name.len() + size(value) + ENTRY;
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

/// What is known about a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunDescription {
    /// Which run.
    #[serde(flatten)]
    pub id: RunId,
    /// The flock's name.
    pub flock: String,
    /// Its status.
    pub status: RunStatus,
    /// The task queue it runs on.
    pub task_queue: String,
    /// When it started. In JSON, seconds since the Unix epoch.
    #[serde(serialize_with = "time::optional_time")]
    pub started: Option<SystemTime>,
    /// When it ended. In JSON, seconds since the Unix epoch.
    #[serde(serialize_with = "time::optional_time")]
    pub ended: Option<SystemTime>,
    /// Events in its history; the local engine keeps none.
    pub history_events: Option<u64>,
    /// Bytes of its history.
    pub history_bytes: Option<u64>,
    /// The memo: keys and values kept with the run.
    pub memo: BTreeMap<String, serde_json::Value>,
    /// Its search attributes, where the engine can tell.
    pub search_attributes: BTreeMap<String, serde_json::Value>,
    /// Agents at work now.
    pub running: Vec<RunningStep>,
    /// Why the run does not go on, where workers that were given its task failed at it: the task is
    /// tried again until one does not (Temporal: a failed workflow task).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_failure: Option<String>,
}

/// An agent at work (Temporal: pending activity).
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
