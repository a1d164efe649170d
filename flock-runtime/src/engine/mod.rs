//! What an engine does: start runs, look at them, end them. Two implement it: [`local`], in this process,
//! and `temporal`, on a server; a new one is a folder beside them.
//!
//! Here is what both speak of: runs and their description (`run`), lists of them (`filter`), health, what
//! waits for a worker (`unserved`), a flock's definition as a hash and the memo of every run.

pub mod local;
#[cfg(feature = "temporal")]
pub mod temporal;

pub(crate) mod definition;
mod filter;
mod health;
#[cfg(any(feature = "temporal", all(feature = "cli", feature = "mcp")))]
pub(crate) mod http;
pub(crate) mod memo;
pub(crate) mod observed;
pub mod program;
mod reset;
mod run;

use std::{fmt::Debug, sync::Arc, time::Duration};

use futures_util::{future::BoxFuture, stream::BoxStream};

pub use crate::agent::stream::Piece;
pub use crate::error::{Unserved, UnservedReason};
pub use crate::flock::backend::{AgentCall, Begun, FlockBackend, Scope};
pub use crate::value::run::{RunId, RunStatus};
pub use crate::{
    declare::id_policy::{IdConflict, IdReuse},
    flock::{
        child_call::{CancelChild, ChildCall, ChildOptions, ClosePolicy, StartedChild},
        event::{AgentStep, RunEnd, StepEvent, StepPhase, Streamed},
    },
};
pub use filter::RunFilter;
pub use health::{Health, TaskQueueHealth};
pub use reset::{RedoneStep, ResetPlan, ResetTo};
pub use run::{RunDescription, RunningStep, StartOptions, StartRequest};

use crate::{
    error::{Result, RunError},
    flock::approval::request::ApprovalRequest,
    value::payload::Payload,
};

/// Runs flocks.
pub trait Engine: Send + Sync + 'static {
    /// `local` or `temporal`.
    fn name(&self) -> &'static str;

    /// Starts a run, or gives the one that has its id already, as the options say.
    fn start(&self, request: StartRequest) -> BoxFuture<'_, Result<RunId, RunError>>;

    /// Waits for the end of a run.
    fn result<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Payload, RunError>>;

    /// What is known about a run.
    fn describe<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<RunDescription, RunError>>;

    /// Asks a run to end; it may clean up first. [`RunError::Ended`] when it has ended.
    fn cancel<'a>(&'a self, run: &'a RunId, reason: &'a str)
    -> BoxFuture<'a, Result<(), RunError>>;

    /// Tells a run something; given back once the run will see it.
    fn signal<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<(), RunError>>;

    /// Asks a run something, even when it has ended.
    fn query<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<Payload, RunError>>;

    /// Changes a run, and waits for its answer.
    fn update<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<Payload, RunError>>;

    /// Ends a run at once. [`RunError::Ended`] when it has ended.
    fn terminate<'a>(
        &'a self,
        run: &'a RunId,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<(), RunError>>;

    /// What a reset of a run to this point would do. [`RunError::Invalid`] when there is no such point, or the
    /// engine keeps no histories to go back in.
    fn reset_plan<'a>(
        &'a self,
        _run: &'a RunId,
        _to: ResetTo,
    ) -> BoxFuture<'a, Result<ResetPlan, RunError>> {
        Box::pin(std::future::ready(Err(no_reset())))
    }

    /// Resets a run as planned, and gives the run that goes on from there.
    fn reset<'a>(
        &'a self,
        _plan: &'a ResetPlan,
        _reason: &'a str,
    ) -> BoxFuture<'a, Result<RunId, RunError>> {
        Box::pin(std::future::ready(Err(no_reset())))
    }

    /// The runs that a filter lets through, the newest first.
    fn list<'a>(
        &'a self,
        filter: &'a RunFilter,
    ) -> BoxFuture<'a, Result<Vec<RunDescription>, RunError>>;

    /// Running runs of those that a filter lets through of which the engine knows, without a look at each, that
    /// their tasks fail. Told by a server only, and not by each.
    fn troubled<'a>(
        &'a self,
        _filter: &'a RunFilter,
    ) -> BoxFuture<'a, Result<Vec<RunDescription>, RunError>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// What of a run waits for a worker that does not come; `None` where an engine needs no workers.
    fn unserved<'a>(
        &'a self,
        _run: &'a RunId,
    ) -> Option<BoxFuture<'a, Result<Vec<Unserved>, RunError>>> {
        None
    }

    /// Why nobody takes up what comes on a task queue, as far as can be told; `None` where an engine
    /// needs no workers.
    fn queue_unserved<'a>(&'a self, _task_queue: &'a str) -> BoxFuture<'a, Option<Unserved>> {
        Box::pin(std::future::ready(None))
    }

    /// What happens in a run, from its start to its end. [`RunError::NotFound`] when there is none.
    fn steps<'a>(
        &'a self,
        run: &'a RunId,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>>;

    /// The same without what a run shows and asks of people, where its worker would have to be asked for
    /// it: for those who look at agents and children alone.
    fn steps_in_history<'a>(
        &'a self,
        run: &'a RunId,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>> {
        self.steps(run)
    }

    /// The same as `steps`, or as `steps_in_history` where it is not for `all`, with what agents say while
    /// they are at work.
    fn streamed<'a>(
        &'a self,
        run: &'a RunId,
        all: bool,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>> {
        match all {
            true => self.steps(run),
            false => self.steps_in_history(run),
        }
    }

    /// Starts nothing more, and lets what is at work in this process come to its end for `grace` at
    /// most. Gives the runs that did not, which are lost.
    fn shut_down(&self, grace: Duration) -> BoxFuture<'_, Vec<RunId>>;

    /// That something has happened in a run since this was last looked at, until its end and that of
    /// the runs that go on with its work. Told by a server only.
    fn changes(&self, _run: &RunId) -> BoxStream<'static, ()> {
        Box::pin(futures_util::stream::empty())
    }

    /// What a run waits for people to answer: at once and each time that changes, until its end and
    /// that of the runs which go on with its work. Told by engines of this process only.
    fn requests(&self, _run: &RunId) -> BoxStream<'static, Vec<ApprovalRequest>> {
        Box::pin(futures_util::stream::empty())
    }

    /// Keeps what is known of a run for as long as somebody has a handle on it; a server keeps it by
    /// itself.
    fn hold(&self, _run: &RunId) -> Option<Hold> {
        None
    }

    /// Whether the engine can work, and who serves the queues of what is linked in.
    fn health(&self) -> BoxFuture<'_, Result<Health, RunError>> {
        let health = Health::of(self.name());
        Box::pin(std::future::ready(Ok(health)))
    }
}

fn no_reset() -> RunError {
    RunError::Invalid(
        "a run is reset by its history, and the local engine keeps none: start it again, or run it on Temporal (`Runtime::builder().connect(…)`)".to_owned(),
    )
}

/// Keeps what an engine knows of a run until it is dropped.
#[derive(Debug)]
pub struct Hold(
    #[expect(dead_code, reason = "held, and never looked at")] Arc<dyn Debug + Send + Sync>,
);
