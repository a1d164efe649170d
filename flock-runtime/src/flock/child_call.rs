//! Runs that a flock starts, as engines speak of them.

use std::{fmt, time::Duration};

use futures_util::future::LocalBoxFuture;

use super::{entry::FlockEntry, registry::Registry};
use crate::{
    declare::id_policy::IdReuse,
    error::{Error, Result},
    flock::backend::Scope,
    telemetry::trace::TraceContext,
    value::payload::Payload,
    value::run::RunId,
};

/// Parent close policy: what becomes of a child when its parent ends, or goes on as a new run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClosePolicy {
    /// It is terminated: it ends at once. The default, as Temporal's.
    #[default]
    Terminate,
    /// It is cancelled: asked to end, and may clean up.
    Cancel,
    /// Nothing: it goes on by itself.
    Abandon,
}

/// How a child is started. What is `None` comes from the child's flock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ChildOptions {
    /// Limit of the whole execution (Temporal: workflow execution timeout).
    pub timeout: Option<Duration>,
    /// Limit of one run of it (Temporal: workflow run timeout).
    pub run_timeout: Option<Duration>,
    /// What becomes of it at its parent's end.
    pub close_policy: ClosePolicy,
    /// Whether its id may be that of a run that has ended. That of a run which is going on is always
    /// refused.
    pub id_reuse: IdReuse,
}

/// A child to be started.
#[derive(Debug)]
#[non_exhaustive]
pub struct ChildCall {
    /// What to run.
    pub flock: &'static FlockEntry,
    /// With what.
    pub input: Payload,
    /// Its workflow id.
    pub workflow_id: String,
    /// Its queue.
    pub task_queue: String,
    /// How, as far as the call says.
    pub options: ChildOptions,
    /// What it is cancelled with, while somebody holds it.
    pub scope: Scope,
    /// What it is part of, in a trace.
    pub(crate) trace: Option<TraceContext>,
}

impl ChildCall {
    /// Limits of the execution and of a run of it.
    pub(crate) fn limits(&self) -> (Option<Duration>, Option<Duration>) {
        let flock = self.flock.descriptor.options;
        (
            self.options.timeout.or(flock.timeout),
            self.options.run_timeout.or(flock.run_timeout),
        )
    }

    /// # Errors
    /// When the program would not know the flock again by its name.
    pub(crate) fn check_linked(&self, registry: &Registry) -> Result<()> {
        let flock = self.flock.descriptor;
        match registry.flock(flock.name) {
            Some(_) => Ok(()),
            None => Err(Error::permanent(format!(
                "flock `{}` is not linked into this program: add `use {} as _;` to it",
                flock.name,
                flock.location.crate_name()
            ))
            .with_type("NotLinked")),
        }
    }
}

/// A child that has been started. Dropping it leaves the child alone.
#[non_exhaustive]
pub struct StartedChild {
    /// Which run it is.
    pub id: RunId,
    /// Its end.
    pub result: LocalBoxFuture<'static, Result<Payload>>,
    /// Asks it to end; nothing happens when it has ended.
    pub cancel: CancelChild,
}

/// Asks a child to end, at once. The future is over when the request has come there.
pub type CancelChild = Box<dyn Fn(&str) -> LocalBoxFuture<'static, ()>>;

impl fmt::Debug for StartedChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StartedChild").field(&self.id).finish()
    }
}

/// How a child can end besides with a result or an error of its own, in the same words on both engines.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ChildEnd {
    Cancelled,
    TimedOut,
    Terminated,
}

impl ChildEnd {
    pub(crate) fn of(self, flock: &str) -> Error {
        match self {
            Self::Cancelled => Error::cancelled(format!("the child `{flock}` was cancelled")),
            Self::TimedOut => Error::timeout(format!(
                "the child `{flock}` took longer than its `timeout`"
            )),
            Self::Terminated => Error::permanent(format!("the child `{flock}` was terminated"))
                .with_type("Terminated"),
        }
    }
}

/// A child that cannot have its id.
pub(crate) fn already_running(workflow_id: &str) -> Error {
    Error::permanent(format!(
        "there is a run with the id `{workflow_id}` already: give the child another id, or none for a random one"
    ))
    .with_type("AlreadyRunning")
}

/// A run that cannot be told anything.
pub(crate) fn not_found(workflow_id: &str) -> Error {
    Error::not_found(format!(
        "there is no run `{workflow_id}` going on: it has ended, or its id is another"
    ))
}
