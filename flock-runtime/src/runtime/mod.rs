//! For programs that embed flock: build a runtime, start flocks, hold their handles.

mod approvals;
mod builder;
mod each;
mod engines;
mod handle;
mod list;
mod named;
mod prices;
mod start;
mod stuck;
#[cfg(feature = "temporal")]
mod temporal;
pub(crate) mod waiting;

use std::sync::Arc;

use self::engines::Engines;

pub use crate::error::{RunError, StartError};
pub use approvals::{ListApprovals, OpenApproval, OpenApprovals, SilentRun};
pub use builder::RuntimeBuilder;
pub use handle::FlockHandle;
pub use list::ListRuns;
pub use named::Untyped;
pub use start::Start;
pub use stuck::{FindStuck, StuckReason, StuckRun, StuckRuns};

#[cfg(feature = "temporal")]
pub use crate::engine::temporal::{
    Build, ConnectOptions, ConnectionSetting, Deployment, EncryptionKeys, Schedules, Worker,
};
pub use crate::{
    agent::stream::Piece,
    declare::id_policy::{IdConflict, IdReuse},
    engine::{
        RedoneStep, ResetPlan, ResetTo, RunDescription, RunId, RunStatus, RunningStep, StartOptions,
    },
    flock::event::{AgentStep, RunEnd, StepEvent, StepPhase, Streamed},
};

use crate::{
    agent::entry::Entry,
    engine::{Engine, program::Parts},
    flock::{Flock, entry::FlockEntry, registry::Registry},
    telemetry::Metrics,
    value::{duration::IntoDuration, payload::Payload},
};

/// Starts flocks and finds them again, on one engine (Temporal: client).
///
/// Cheap to clone: a program has one, and hands out clones.
///
/// ```standalone_crate
/// use flock::prelude::*;
///
/// #[agent(output = "words: usize")]
/// async fn counter(text: String) -> Result<usize> {
///     Ok(text.split_whitespace().count())
/// }
///
/// #[flock(start = counter)]
/// struct Count;
///
/// #[tokio::main]
/// async fn main() -> Result<()> {
///     let runtime = Runtime::builder().build()?;
///     let run = runtime.start::<Count>("one two three").id("count-1").await?;
///     assert_eq!(run.result().await?.words, 3);
///     Ok(())
/// }
/// ```
///
/// On Temporal a run goes on when a worker takes it up: another process, or this one.
///
/// ```no_run
/// # use flock::prelude::*;
/// # #[flock] async fn count(ctx: FlockContext, text: String) -> Result<usize> { Ok(text.len()) }
/// use flock::runtime::ConnectOptions;
///
/// # async fn example() -> Result<()> {
/// let runtime = Runtime::builder().connect(ConnectOptions::default()).await?;
/// tokio::spawn(runtime.worker().run(std::future::pending()));
/// let run = runtime.start::<count>("one two three").id("count-1").await?;
/// println!("{}", run.result().await?);
/// # Ok(()) }
/// ```
///
/// # What a local runtime keeps
///
/// All in memory. Every run that goes on; of those that have ended the last thousand, up to 64 MB of
/// their results and steps, the first ended forgotten first; and each run on which there is a
/// [`FlockHandle`]. It ends with the last clone of the `Runtime` and the last handle, and its runs with
/// it, wherever they stand. On Temporal the server keeps runs, as long as the namespace says.
#[derive(Clone)]
pub struct Runtime {
    parts: Arc<Parts>,
    engine: Arc<Engines>,
}

impl Runtime {
    /// Everything by default: what is linked in, `flock.toml` where there is one, the local engine.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    pub(crate) fn new(parts: Parts, engine: impl Into<Engines>) -> Self {
        parts.warn();
        Self {
            parts: Arc::new(parts),
            engine: Arc::new(engine.into()),
        }
    }

    /// Starts a run of `F`: set options on what this gives, then `.await` it for a handle.
    ///
    /// The input is the flock's input struct or anything that converts into it.
    pub fn start<F: Flock>(&self, input: impl Into<F::Input>) -> Start<F> {
        let input = Payload::encode(&input.into()).map_err(|error| RunError::value(&error));
        Start::new(self.clone(), Ok(&Entry::<F>::FLOCK), input)
    }

    /// Starts a run of a flock that is known by its entry alone.
    ///
    /// # Errors
    /// As the engine's; [`RunError::Failed`] when the memo or a search attribute cannot be kept.
    pub async fn start_entry(
        &self,
        flock: &'static FlockEntry,
        input: Payload,
        options: crate::engine::StartOptions,
    ) -> Result<RunId, RunError> {
        let request = crate::engine::StartRequest {
            flock,
            input,
            options,
        };
        let request = request.checked().map_err(|error| RunError::value(&error))?;
        self.engine().start(request).await
    }

    /// A handle on a run of `F` that was started elsewhere. Nothing is asked of the server yet.
    pub fn handle<F: Flock>(&self, run: RunId) -> FlockHandle<F> {
        FlockHandle::new(self.clone(), run)
    }

    /// Ends what this runtime has at work in this process, as far as it can be ended well, for a
    /// program that is told to stop.
    ///
    /// From then on every start is refused as [`RunError::ShuttingDown`]. On the local engine the runs
    /// that go on have `grace` to come to their end. Those that have not are cancelled, and may clean up
    /// for five seconds more; then they are terminated. Gives those that did not come to their end by
    /// themselves: they are lost.
    ///
    /// On Temporal runs are the server's, and go on wherever there is a worker. The workers of this
    /// runtime stop: they take nothing more, and their agents may finish for `grace` at most. Gives
    /// nothing, since nothing is lost.
    ///
    /// At the end spans that wait are sent, for five seconds at most.
    ///
    /// ```no_run
    /// # async fn example(runtime: flock::Runtime) -> Result<(), flock::RunError> {
    /// for run in runtime.shutdown("20s").await? {
    ///     eprintln!("{run} did not come to its end");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RunError::Invalid`] when `grace` is a text that is no duration. Nothing has happened then.
    pub async fn shutdown(&self, grace: impl IntoDuration) -> Result<Vec<RunId>, RunError> {
        let grace = grace.into_duration();
        let grace = grace.map_err(|error| RunError::Invalid(error.message().to_owned()))?;
        let lost = self.engine().shut_down(grace).await;
        self.parts.telemetry.flush().await;
        Ok(lost)
    }

    /// What is linked in.
    pub fn registry(&self) -> &Registry {
        &self.parts.registry
    }

    /// The metrics that it keeps: none unless somebody asked for them, as
    /// [`RuntimeBuilder::metrics`] does. A web server of the program's own shows Prometheus their
    /// [`to_prometheus`](crate::telemetry::Metrics::to_prometheus).
    pub fn metrics(&self) -> Metrics {
        self.parts.telemetry.metrics.clone()
    }

    /// The engine.
    pub fn engine(&self) -> &dyn Engine {
        self.engine.engine()
    }

    /// What the engine was given.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Runtime({})", self.engine().name())
    }
}
