//! Any agent as an activity, by one adapter for all: see `registering`.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture};
use temporalio_common::{ActivityDefinition, ActivityError};
use temporalio_sdk::{
    WorkerOptions,
    activities::{
        ActivityContext, ActivityDefinitions, ActivityImplementer, ActivityInfo, ExecutableActivity,
    },
};

use super::{
    failure, registering,
    wire::{self, Wire},
};
use crate::{
    context::{AgentBackend, AgentContext, AttemptInfo},
    error::{Error, ErrorKind, Result},
    payload::Payload,
    registry::AgentEntry,
    runtime::Parts,
};

/// Registers `agent` with a worker.
pub(super) fn register(agent: &'static AgentEntry, parts: &Parts, options: &mut WorkerOptions) {
    registering::named(agent.descriptor.name, || {
        options.register_activities(AgentWorker {
            agent,
            parts: parts.clone(),
        });
    });
}

/// What all attempts of an agent on a worker share.
pub(super) struct AgentWorker {
    agent: &'static AgentEntry,
    parts: Parts,
}

impl ActivityImplementer for AgentWorker {
    fn register_all(self: Arc<Self>, definitions: &mut ActivityDefinitions) {
        definitions.register_activity::<AgentActivity>(self);
    }
}

/// An agent's activity.
pub(super) struct AgentActivity;

impl ActivityDefinition for AgentActivity {
    type Input = Wire;
    type Output = Wire;

    fn name(&self) -> &str {
        registering::name()
    }
}

impl ExecutableActivity for AgentActivity {
    type Implementer = AgentWorker;
    const REQUIRES_INSTANCE: bool = true;

    fn definition() -> Self {
        Self
    }

    fn execute(
        worker: Option<Arc<AgentWorker>>,
        context: ActivityContext,
        input: Wire,
    ) -> BoxFuture<'static, Result<Wire, ActivityError>> {
        async move {
            let Some(worker) = worker else {
                return Err(failure::of_attempt(Error::permanent(
                    "the agent was not registered by flock's own worker",
                )));
            };
            let attempt = Attempt::new(context);
            let result = attempt_once(&worker, &attempt, input).await;
            attempt.report(worker.agent.descriptor.name, result)
        }
        .boxed()
    }
}

async fn attempt_once(worker: &AgentWorker, attempt: &Attempt, input: Wire) -> Result<Wire> {
    let AgentWorker { agent, parts } = worker;
    let name = agent.descriptor.name;
    let input = input
        .into_payload()
        .map_err(|error| error.context("its input does not fit"))?;
    let info = attempt.info();
    tracing::debug!(
        agent = name,
        attempt = info.attempt,
        workflow_id = info.workflow_id,
        "agent starts"
    );
    let context = AgentContext::new(
        AttemptInfo {
            agent: name,
            attempt: info.attempt,
            workflow_id: info.workflow_id.clone().unwrap_or_default(),
            run_id: info.workflow_run_id.clone().unwrap_or_default(),
        },
        Beats(Arc::clone(&attempt.0)),
        Arc::clone(&parts.states),
        Arc::clone(&parts.models),
    );
    let work = async { (agent.execute)(context, input).await };
    let output = attempt.watch(AssertUnwindSafe(work).catch_unwind()).await?;
    let output = output.unwrap_or_else(|panic| Err(Error::panicked(&*panic)))?;
    Wire::new(output).map_err(|error| error.context("its result"))
}

/// What an earlier attempt kept; heartbeats without progress say `null`.
fn kept(context: &ActivityContext) -> Option<Payload> {
    let details = context.heartbeat_details().raw().to_vec();
    let payload = wire::read(details).ok()?;
    (payload.as_bytes() != b"null").then_some(payload)
}

/// One attempt under way.
struct Attempt(Arc<Inner>);

struct Inner {
    context: ActivityContext,
    /// How far the agent, or an attempt before, last said it had come: heartbeats repeat it, lest they
    /// erase it.
    progress: Mutex<Option<Payload>>,
    started: Instant,
}

impl Attempt {
    fn new(context: ActivityContext) -> Self {
        let progress = Mutex::new(kept(&context));
        Self(Arc::new(Inner {
            context,
            progress,
            started: Instant::now(),
        }))
    }

    fn info(&self) -> &ActivityInfo {
        self.0.context.info()
    }

    /// Does `work`, with heartbeats while it lasts, and gives it up when its time is over: the
    /// server has given it up by then, and it would hold a place in the worker for nothing.
    ///
    /// No timer is set for work that is done when it is first looked at.
    async fn watch<F: Future>(&self, work: F) -> Result<F::Output> {
        let heartbeat = self
            .info()
            .heartbeat_timeout
            .filter(|_| !self.info().is_local);
        let beat = heartbeat
            .map(|timeout| timeout / 3)
            .filter(|beat| !beat.is_zero());
        let Some(tick) = beat.or(self.limit()) else {
            return Ok(work.await);
        };
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                output = &mut work => return Ok(output),
                () = tokio::time::sleep(tick) => {}
            }
            if self.is_over() {
                return Err(Error::attempt_timeout());
            }
            if beat.is_some() {
                self.0.beat().await;
            }
        }
    }

    /// How long the attempt may take, by the server's own clock.
    fn limit(&self) -> Option<Duration> {
        let info = self.info();
        info.deadline?.duration_since(info.started_time?).ok()
    }

    fn is_over(&self) -> bool {
        self.limit()
            .is_some_and(|limit| self.0.started.elapsed() >= limit)
    }

    fn report(&self, agent: &'static str, result: Result<Wire>) -> Result<Wire, ActivityError> {
        let (info, took) = (self.info(), self.0.started.elapsed());
        let (attempt, workflow_id) = (info.attempt, &info.workflow_id);
        match result {
            Ok(output) => {
                tracing::debug!(agent, attempt, workflow_id, ?took, "agent completed");
                Ok(output)
            }
            Err(error)
                if *error.kind() == ErrorKind::Cancelled && self.0.context.is_cancelled() =>
            {
                tracing::debug!(agent, attempt, workflow_id, ?took, "agent cancelled");
                Err(ActivityError::cancelled())
            }
            Err(error) => {
                tracing::warn!(agent, attempt, workflow_id, ?took, error = %error, "agent failed");
                if self.is_over() && !info.is_local {
                    // The server has told the flock already, and refuses to hear it again.
                    return Err(ActivityError::WillCompleteAsync);
                }
                Err(failure::of_attempt(error.in_agent(agent)))
            }
        }
    }
}

impl Inner {
    fn progress(&self) -> MutexGuard<'_, Option<Payload>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> Option<Payload> {
        kept(&self.context)
    }

    async fn beat(&self) {
        let progress = self.progress().clone();
        let progress = progress.unwrap_or_else(|| Payload::from_json("null"));
        let Ok(details) = Wire::new(progress) else {
            return;
        };
        if let Err(error) = self.context.record_heartbeat(details).await {
            tracing::warn!(%error, "a heartbeat could not be sent");
        }
    }
}

/// An attempt, as its agent sees it.
struct Beats(Arc<Inner>);

impl AgentBackend for Beats {
    fn checkpoint(&self, progress: Payload) -> BoxFuture<'_, ()> {
        *self.0.progress() = Some(progress);
        self.0.beat().boxed()
    }

    fn kept(&self) -> Option<Payload> {
        self.0.kept()
    }

    fn is_cancelled(&self) -> bool {
        self.0.context.is_cancelled()
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        self.0.context.cancelled().boxed()
    }
}
