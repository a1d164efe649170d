//! What an engine does: start runs, look at them, end them. Two implement it.

pub mod local;
#[cfg(feature = "temporal")]
pub mod temporal;

mod event;
mod health;
mod run;

use std::{
    any::Any,
    time::{Duration, SystemTime},
};

use futures_util::{
    future::{BoxFuture, LocalBoxFuture},
    stream::BoxStream,
};

pub use event::{StepEvent, StepPhase};
pub use health::{Health, TaskQueueHealth};
pub use run::{RunDescription, RunId, RunStatus, RunningStep, StartOptions, StartRequest};

use crate::{
    error::Result, options::CallOptions, payload::Payload, registry::AgentEntry, runtime::RunError,
};

/// Runs flocks.
pub trait Engine: Any + Send + Sync {
    /// `local` or `temporal`.
    fn name(&self) -> &'static str;

    /// Starts a run.
    fn start(&self, request: StartRequest) -> BoxFuture<'_, Result<RunId, RunError>>;

    /// Waits for the end of a run.
    fn result<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Payload, RunError>>;

    /// What is known about a run.
    fn describe<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<RunDescription, RunError>>;

    /// Asks a run to end; it may clean up first.
    fn cancel<'a>(&'a self, run: &'a RunId, reason: &'a str)
    -> BoxFuture<'a, Result<(), RunError>>;

    /// Ends a run at once.
    fn terminate<'a>(
        &'a self,
        run: &'a RunId,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<(), RunError>>;

    /// The newest runs that match `query` (Temporal's list filter; the local engine knows none).
    fn list<'a>(
        &'a self,
        query: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<RunDescription>, RunError>>;

    /// The steps of a run from its start, as they happen, until its end.
    fn steps(&self, run: &RunId) -> BoxStream<'static, StepEvent>;

    /// Whether the engine can work, and who serves the queues of what is linked in.
    fn health(&self) -> BoxFuture<'_, Result<Health, RunError>> {
        let health = Health::of(self.name());
        Box::pin(std::future::ready(Ok(health)))
    }
}

/// What an engine does for a flock while it runs. Everything here is the same on replay.
pub trait FlockBackend: 'static {
    /// Runs an agent to its end, attempts and waits included.
    fn run_agent(&self, call: AgentCall) -> LocalBoxFuture<'static, Result<Payload>>;
    /// A durable timer.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, Result<()>>;
    /// The time.
    fn now(&self) -> SystemTime;
    /// 64 random bits.
    fn random(&self) -> u64;
    /// Whether history is being replayed.
    fn is_replaying(&self) -> bool;
}

/// A call of an agent by a flock.
#[derive(Debug)]
pub struct AgentCall {
    /// Who.
    pub agent: &'static AgentEntry,
    /// With what.
    pub input: Payload,
    /// How, as far as the call says.
    pub options: CallOptions,
}
