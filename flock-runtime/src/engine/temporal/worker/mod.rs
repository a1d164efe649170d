//! A worker: takes flocks and agents from task queues and runs them.

pub(super) mod activity;
pub(super) mod attempts;
pub(super) mod blocking;
mod deployment;
pub(super) mod foreign;
mod listen;
pub(super) mod lost_workers;
mod publisher;
pub(super) mod queues;
pub(super) mod registering;
pub(super) mod running;
mod serving;
pub(super) mod streaming;

use std::{
    collections::BTreeMap, fmt, net::SocketAddr, num::NonZeroUsize, sync::Arc, time::Duration,
};

pub use deployment::{Build, Deployment};
use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use temporalio_common::worker::{
    VersioningBehavior, WorkerDeploymentOptions, WorkerDeploymentVersion, build_id_from_current_exe,
};
use temporalio_sdk::{
    WorkerOptions,
    runtime::worker_tuner::{FixedSizeSlotSupplier, TunerHolder},
};

use tokio::task::JoinSet;

use self::serving::serve;
use super::{client::TemporalEngine, trace_header, workflow};
use crate::{declare::versioning::Versioning, error::RunError, flock::registry::Registry};

const DEFAULT_CONCURRENCY: usize = 100;
const DEFAULT_CACHED_RUNS: usize = 1000;
const DEFAULT_GRACE: Duration = Duration::from_secs(30);
/// How often at most heartbeats of an attempt go out: those of flock are more seldom, so that this
/// holds back an agent's checkpoints alone.
const OFTENEST_BEAT: Duration = Duration::from_millis(500);
/// How long a workflow task waits for the worker that has the run in its cache. One that died never
/// comes; one that is busy loses no more than a replay elsewhere.
const STICKY: Duration = Duration::from_secs(2);
/// What agents that were told to stop get on top of the grace period.
const LAST_CALL: Duration = Duration::from_secs(5);

/// A worker to be: set options, then [`run`](Worker::run) it.
///
/// ```no_run
/// use flock::{Runtime, runtime::ConnectOptions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = Runtime::builder().connect(ConnectOptions::default()).await?;
/// let never = std::future::pending();
/// runtime.worker().concurrency(20).run(never).await?;
/// # Ok(()) }
/// ```
#[must_use = "a worker does nothing until it is run"]
pub struct Worker {
    engine: Option<TemporalEngine>,
    queues: BTreeMap<String, bool>,
    concurrency: usize,
    workflow_slots: usize,
    cached_runs: usize,
    identity: Option<String>,
    grace: Duration,
    deployment: Option<String>,
    build_id: Option<String>,
    listens: Option<SocketAddr>,
}

impl Worker {
    /// A worker on `engine`; on none it says so when it is run.
    pub(crate) fn new(engine: Option<TemporalEngine>) -> Self {
        let config = engine
            .as_ref()
            .map(|engine| Arc::clone(&engine.parts().config));
        let section = &config.unwrap_or_default().worker;
        Self {
            engine,
            queues: BTreeMap::new(),
            concurrency: section
                .concurrency
                .map_or(DEFAULT_CONCURRENCY, NonZeroUsize::get),
            workflow_slots: DEFAULT_CONCURRENCY,
            cached_runs: DEFAULT_CACHED_RUNS,
            identity: None,
            grace: DEFAULT_GRACE,
            deployment: None,
            build_id: None,
            listens: None,
        }
    }

    /// Serves this queue and no other than those given so. By default a worker serves the queues
    /// that its flocks and agents name; a flock that names none is served by the name of its crate
    /// ([`FlockDescriptor::task_queue`](crate::FlockDescriptor::task_queue)).
    pub fn task_queue(mut self, name: impl Into<String>) -> Self {
        self.queues.insert(name.into(), true);
        self
    }

    /// How many agents of each task queue run at a time, and as many `local` ones, which run beside
    /// their flocks (Temporal: activity slots of a worker). 100 by default. The SDK has a worker a queue,
    /// and each holds its slots while it polls: one number for all queues would starve some of them.
    pub fn concurrency(mut self, agents: usize) -> Self {
        self.concurrency = agents.max(1);
        self
    }

    /// How many workflow tasks are worked on at a time from each queue: steps of flocks, from one
    /// wait to the next (Temporal: workflow task slots). 100 by default, at least 2 unless
    /// [`cached_runs`](Self::cached_runs) is 0.
    pub fn workflow_slots(mut self, tasks: usize) -> Self {
        self.workflow_slots = tasks.max(1);
        self
    }

    /// How many runs are kept in memory between their tasks, from each queue (Temporal: the sticky
    /// cache). 1000 by default. A run that is not kept is replayed from its history at its next task;
    /// with 0 each one is, each time.
    pub fn cached_runs(mut self, runs: usize) -> Self {
        self.cached_runs = runs;
        self
    }

    /// How this worker is named in histories; its process id and host by default.
    pub fn identity(mut self, name: impl Into<String>) -> Self {
        self.identity = Some(name.into());
        self
    }

    /// How long agents may go on after a shutdown was asked for, before they are told that they
    /// are cancelled. 30 seconds by default.
    pub fn grace_period(mut self, limit: Duration) -> Self {
        self.grace = limit;
        self
    }

    /// Makes this worker part of a Worker Deployment: it gets runs by its build. New runs go to the
    /// deployment's current build ([`TemporalEngine::set_current_build`]); those that go on stay on
    /// theirs or follow, as `#[flock(versioning = "…")]` says. A flock that says nothing goes with
    /// the others of its queue; where all are silent, runs are pinned.
    pub fn deployment(mut self, name: impl Into<String>) -> Self {
        self.deployment = Some(name.into());
        self
    }

    /// The build this worker is of. A checksum of the program by default.
    pub fn build_id(mut self, id: impl Into<String>) -> Self {
        self.build_id = Some(id.into());
        self
    }

    /// Answers by HTTP at this address while the worker runs, port 0 for a free one: `/metrics` for Prometheus
    /// ([`RuntimeBuilder::metrics`](crate::RuntimeBuilder::metrics) has them kept), `/healthz` for a liveness
    /// probe, and `/readyz`, which is 503 while the server does not answer within five seconds, while nobody
    /// polls one of the worker's queues, and once the worker has been told to stop.
    ///
    /// Nobody is asked for a password: let none but those who may look reach it.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listens = Some(address);
        self
    }

    /// Runs until `shutdown` is over, or [`Runtime::shutdown`](crate::Runtime::shutdown) was called, then lets the agents at work finish.
    ///
    /// # Errors
    /// When the runtime is on no Temporal server, when there is nothing to serve, or when the server
    /// refuses the worker.
    pub fn run<'a>(
        self,
        shutdown: impl Future<Output = ()> + Send + 'a,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        self.serve_until(shutdown.boxed()).boxed()
    }

    async fn serve_until(self, shutdown: BoxFuture<'_, ()>) -> Result<(), RunError> {
        let Some(engine) = self.engine.clone() else {
            return Err(RunError::Engine(
                "a worker needs a Temporal server, and this runtime is on the local engine: make it with `Runtime::builder().connect(…)`".to_owned(),
            ));
        };
        if self.workflow_slots < 2 && self.cached_runs > 0 {
            return Err(RunError::Engine(
                "a worker that keeps runs needs at least 2 workflow slots: give it two, or let it keep none by `cached_runs(0)`".to_owned(),
            ));
        }
        let registry = &engine.parts().registry;
        let agents: Vec<_> = registry
            .agents()
            .map(|agent| agent.descriptor.name)
            .collect();
        let flocks: Vec<_> = registry
            .flocks()
            .map(|flock| flock.descriptor.name)
            .collect();
        if agents.is_empty() && flocks.is_empty() {
            return Err(RunError::Engine(
                "there is nothing to serve: no agent and no flock is linked into this program"
                    .to_owned(),
            ));
        }
        let queues = if self.queues.is_empty() {
            queues::named(engine.parts())
        } else {
            self.queues.clone()
        };
        let queues = queues
            .into_iter()
            .filter(|(_, runs_flocks)| *runs_flocks || !agents.is_empty());
        let queues: Vec<_> = queues.collect();
        let listener = match self.listens {
            Some(address) => Some(listen::bind(address).await?),
            None => None,
        };
        engine.create_search_attributes().await?;
        tracing::info!(
            queues = ?queues.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            ?agents,
            ?flocks,
            namespace = engine.namespace(),
            "worker starts"
        );

        // The runtime's shutdown ends it as well.
        let (_at_work, stop) = engine.workers().begin();
        // A caller that drops this future stops the worker too.
        let _stop_on_drop = stop.clone().drop_guard();
        let settings = Arc::new(self);
        // Both end with this future.
        let mut beside = JoinSet::new();
        let names: Vec<_> = queues.iter().map(|(name, _)| name.clone()).collect();
        if engine.parts().telemetry.metrics.are_kept() {
            beside.spawn(listen::watch_queues(engine.clone(), names.clone()));
        }
        if let Some(listener) = listener {
            let door = listen::Door {
                engine: engine.clone(),
                queues: names,
                stop: stop.clone(),
            };
            beside.spawn(listen::serve(listener, Arc::new(door)));
        }
        let mut ends = Vec::new();
        for (queue, runs_flocks) in queues {
            let options = settings.options(&engine, queue, runs_flocks)?;
            if runs_flocks {
                let watch = foreign::watch(engine.clone(), options.task_queue.clone());
                let stopped = stop.clone();
                tokio::spawn(async move { stopped.run_until_cancelled(watch).await });
            }
            ends.push(serve(engine.clone(), options, stop.clone())?);
        }
        tokio::select! {
            () = shutdown => tracing::info!("worker stops: agents at work may finish"),
            () = stop.cancelled() => {}
        }
        stop.cancel();
        let ends = join_all(ends);
        let ends = tokio::time::timeout(settings.grace + LAST_CALL, ends).await;
        engine.parts().telemetry.flush().await;
        let Ok(ends) = ends else {
            tracing::warn!("agents did not stop in time; their attempts will be made again");
            return Ok(());
        };
        let mut ends = ends.into_iter();
        ends.find_map(|end| match end {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(_) => Some(RunError::Engine("the worker's thread panicked".to_owned())),
        })
        .map_or(Ok(()), Err)
    }

    fn options(
        &self,
        engine: &TemporalEngine,
        queue: String,
        runs_flocks: bool,
    ) -> Result<WorkerOptions, RunError> {
        let slots = FixedSizeSlotSupplier::new;
        let tuner = TunerHolder::builder()
            .workflow_task_slot_supplier(slots(self.workflow_slots))
            .activity_task_slot_supplier(slots(self.concurrency))
            .local_activity_task_slot_supplier(slots(self.concurrency))
            .nexus_task_slot_supplier(slots(DEFAULT_CONCURRENCY))
            .build();
        let mut options = WorkerOptions::new(queue.as_str())
            .tuner(tuner)
            .max_cached_workflows(self.cached_runs)
            .maybe_client_identity_override(self.identity.clone())
            .graceful_shutdown_period(self.grace)
            .max_heartbeat_throttle_interval(OFTENEST_BEAT)
            .sticky_queue_schedule_to_start_timeout(STICKY)
            .maybe_deployment_options(self.build(engine, &queue)?)
            .build();
        options.workflow_interceptor(trace_header::interceptor());
        let parts = engine.parts();
        for agent in parts.registry.agents() {
            activity::register(agent, parts, &mut options);
        }
        if runs_flocks {
            for flock in parts.registry.flocks() {
                let register = |factory| options.register_workflow_with_factory(factory).map(drop);
                workflow::register(flock, parts, register)
                    .map_err(|error| RunError::Engine(error.to_string()))?;
            }
        }
        Ok(options)
    }
}

impl Worker {
    /// What the worker of `queue` tells the server about its build; none for the SDK's own.
    fn build(
        &self,
        engine: &TemporalEngine,
        queue: &str,
    ) -> Result<Option<WorkerDeploymentOptions>, RunError> {
        let own = || build_id_from_current_exe().to_owned();
        let build_id = self.build_id.clone().unwrap_or_else(own);
        let Some(name) = &self.deployment else {
            let named = self.build_id.is_some();
            return Ok(named.then(|| WorkerDeploymentOptions::from_build_id(build_id)));
        };
        let version = WorkerDeploymentVersion::builder()
            .deployment_name(name.as_str())
            .build_id(build_id)
            .build();
        let versioning = match versioning(&engine.parts().registry, queue)? {
            Versioning::Pinned => VersioningBehavior::Pinned,
            Versioning::AutoUpgrade => VersioningBehavior::AutoUpgrade,
        };
        Ok(Some(
            WorkerDeploymentOptions::new(version)
                .use_worker_versioning(true)
                .default_versioning_behavior(versioning)
                .build(),
        ))
    }
}

/// What holds for the runs of a queue: the SDK takes one behaviour for all flocks of a worker.
fn versioning(registry: &Registry, queue: &str) -> Result<Versioning, RunError> {
    let of_queue = registry
        .flocks()
        .map(|flock| flock.descriptor)
        .filter(|flock| flock.task_queue() == queue);
    let mut said = of_queue.filter_map(|flock| Some((flock.name, flock.options.versioning?)));
    let Some((first, versioning)) = said.next() else {
        return Ok(Versioning::Pinned);
    };
    match said.find(|(_, other)| *other != versioning) {
        None => Ok(versioning),
        Some((second, other)) => Err(RunError::Engine(format!(
            "flocks `{first}` ({}) and `{second}` ({}) share task queue `{queue}`, and Temporal's SDK has one versioning for all flocks of a queue: give one of them a `task_queue` of its own",
            versioning.as_str(),
            other.as_str()
        ))),
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("queues", &self.queues)
            .field("concurrency", &self.concurrency)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}
