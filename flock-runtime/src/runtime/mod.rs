//! For programs that embed flock: build a runtime, start flocks, hold their handles.

mod approvals;
mod builder;
mod handle;
mod list;
mod named;
mod start;
pub(crate) mod waiting;

use std::sync::Arc;

pub use crate::error::{RunError, StartError};
pub use approvals::{ListApprovals, OpenApproval, OpenApprovals, SilentRun};
pub use builder::RuntimeBuilder;
pub use handle::FlockHandle;
pub use list::ListRuns;
pub use named::Untyped;
pub use start::Start;

#[cfg(feature = "temporal")]
pub use crate::engine::temporal::{
    Build, ConnectOptions, ConnectionSetting, Deployment, Schedules, Worker,
};
pub use crate::{
    declare::id_policy::{IdConflict, IdReuse},
    engine::{RunDescription, RunId, RunStatus, RunningStep, StartOptions},
    flock::event::{AgentStep, RunEnd, StepEvent, StepPhase},
};

use crate::{
    agent::{AgentDescriptor, AgentKind, state::States},
    config::{
        Config,
        resolve::{ResolvedOptions, Resolver},
    },
    declare::options::CallOptions,
    engine::Engine,
    error::Result,
    flock::{
        Flock, FlockDescriptor,
        registry::{Entry, FlockEntry, Registry},
    },
    model::Models,
    testing::Doubles,
    value::{duration::IntoDuration, payload::Payload},
};

/// Starts flocks and finds them again, on one engine.
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
    parts: Parts,
    engine: Arc<dyn Engine>,
}

/// What every engine needs of a runtime.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What is linked in.
    pub registry: Arc<Registry>,
    /// The operator's file.
    pub config: Arc<Config>,
    /// Shared state for agents.
    pub states: Arc<States>,
    /// What answers for struct agents.
    pub models: Arc<Models>,
    /// How many steps a run on the local engine takes before it should go on as a new one.
    pub run_steps: u64,
    /// What answers in place of agents, in tests.
    pub(crate) doubles: Arc<Doubles>,
}

impl Parts {
    /// About the events after which a Temporal server suggests it.
    const RUN_STEPS: u64 = 4_000;

    /// What is linked in and nothing else: for replays, which run no agents.
    #[cfg(feature = "temporal")]
    pub(crate) fn bare(registry: Registry) -> Self {
        Self {
            registry: Arc::new(registry),
            config: Arc::default(),
            states: Arc::default(),
            models: Arc::default(),
            run_steps: Self::RUN_STEPS,
            doubles: Arc::default(),
        }
    }

    /// The options in force for `agent`, called in `flock` with `call`.
    pub fn resolve(
        &self,
        agent: &AgentDescriptor,
        flock: Option<&FlockDescriptor>,
        call: &CallOptions,
    ) -> ResolvedOptions {
        let resolver = Resolver::new(Arc::clone(&self.config));
        let mut options = resolver.resolve(agent, flock, call);
        // A step is told by its agent's name; the model that answers is not in that.
        if options.summary.is_none() {
            options.summary = self.models.choice(agent).map(|model| model.name);
        }
        options
    }
}

impl Parts {
    /// What keeps `agent` from running as it was declared, a sentence each: no model is named that could
    /// answer, or its limits contradict each other.
    pub fn warnings(
        &self,
        agent: &AgentDescriptor,
        flock: Option<&FlockDescriptor>,
    ) -> Vec<String> {
        let mut warnings = Vec::new();
        let needs_model = matches!(agent.kind, AgentKind::Model(_));
        let doubled = self.doubles.stand_in_for(agent.name);
        if needs_model && !doubled && self.models.choice(agent).is_none() {
            warnings.push(
                "no model is named that could answer for it: name one in #[agent], in flock.toml or by FLOCK_MODEL"
                    .to_owned(),
            );
        }
        let options = self.resolve(agent, flock, &CallOptions::default());
        warnings.extend(options.contradictions());
        warnings
    }

    /// Logs them for every agent, when a program starts.
    fn warn(&self) {
        for agent in self.registry.agents() {
            for warning in self.warnings(agent.descriptor, None) {
                tracing::warn!(
                    agent = agent.descriptor.name,
                    "agent `{}`: {warning}",
                    agent.descriptor.name
                );
            }
        }
    }
}

impl Runtime {
    /// Everything by default: what is linked in, `flock.toml` where there is one, the local engine.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    pub(crate) fn new(parts: Parts, engine: Arc<dyn Engine>) -> Self {
        parts.warn();
        Self { parts, engine }
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
        self.engine.start(request).await
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
        Ok(self.engine.shut_down(grace).await)
    }

    /// What is linked in.
    pub fn registry(&self) -> &Registry {
        &self.parts.registry
    }

    /// The engine.
    pub fn engine(&self) -> &dyn Engine {
        &*self.engine
    }

    /// What the engine was given.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Runtime({})", self.engine.name())
    }
}
