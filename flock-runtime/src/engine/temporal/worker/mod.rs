//! A worker: takes flocks and agents from task queues and runs them.

pub(super) mod activity;
pub(super) mod attempts;
pub(super) mod blocking;
mod build_id;
mod deployment;
pub(super) mod foreign;
mod listen;
pub(super) mod lost_workers;
mod publisher;
pub(super) mod queues;
mod reach;
pub(super) mod registering;
pub(super) mod running;
mod serving;
mod start;
pub(super) mod streaming;
mod tuning;

use std::{fmt, net::SocketAddr, num::NonZeroUsize, time::Duration};

pub use deployment::{Build, Deployment};
use futures_util::{FutureExt, future::BoxFuture};

use self::queues::{Asked, Only};
use super::client::TemporalEngine;
use crate::{
    config::{Naming, Pollers, WorkerSection},
    error::RunError,
};

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
    asked: Asked,
    given: WorkerSection,
    /// How what is given is called in messages.
    said: Naming,
    listens: Option<SocketAddr>,
}

impl Worker {
    /// A worker on `engine`; on none it says so when it is run.
    pub(crate) fn new(engine: Option<TemporalEngine>) -> Self {
        Self {
            engine,
            asked: Asked::default(),
            given: WorkerSection::default(),
            said: |key| format!("`{key}`"),
            listens: None,
        }
    }

    /// Serves this queue, and no others than those given so or by [`queues`](Self::queues), with all that this
    /// program has: a run may be started on any queue. By default a worker serves the queues that its flocks and
    /// agents name; a flock that names none is served by the name of its crate
    /// ([`FlockDescriptor::task_queue`](crate::FlockDescriptor::task_queue)).
    pub fn task_queue(mut self, name: impl Into<String>) -> Self {
        self.asked.at_their_word.push(name.into());
        self
    }

    /// Of the queues that this program names, serves these and no others: each by its name, or by the
    /// [`Pool`](crate::Pool) that it is of, with what the program runs there.
    pub fn queues<Q: Into<String>>(mut self, names: impl IntoIterator<Item = Q>) -> Self {
        self.asked.named.extend(names.into_iter().map(Into::into));
        self
    }

    /// Serves this queue beside those that the program names, where there is one to be named.
    #[cfg(feature = "cli")]
    pub(crate) fn besides(mut self, name: Option<&str>) -> Self {
        if let (Some(name), Some(engine)) = (name, &self.engine) {
            // Naming one queue leaves out the others.
            self.asked
                .named
                .extend(engine.named_queues().keys().cloned());
            self.asked.at_their_word.push(name.to_owned());
        }
        self
    }

    /// Runs agents alone: flocks are another worker's. `local` agents are their flocks'.
    pub fn only_agents(mut self) -> Self {
        self.asked.only = Only::Agents;
        self
    }

    /// Runs flocks alone, with their `local` agents: other agents are another worker's.
    pub fn only_flocks(mut self) -> Self {
        self.asked.only = Only::Flocks;
        self
    }

    /// How many agents of each task queue run at a time, and as many `local` ones, which run beside
    /// their flocks: [`activity_slots`](Self::activity_slots) and
    /// [`local_activity_slots`](Self::local_activity_slots) in one. 100 by default. The SDK has a worker a queue,
    /// and each holds its slots while it polls: one number for all queues would starve some of them.
    pub fn concurrency(mut self, agents: usize) -> Self {
        self.given.slots.concurrency = NonZeroUsize::new(agents.max(1));
        self
    }

    /// How many agents of each task queue run at a time (Temporal: activity slots of a worker). As
    /// [`concurrency`](Self::concurrency) by default.
    pub fn activity_slots(mut self, agents: usize) -> Self {
        self.given.slots.activity_slots = NonZeroUsize::new(agents.max(1));
        self
    }

    /// How many `local` agents of each task queue run at a time (Temporal: local activity slots). As
    /// [`concurrency`](Self::concurrency) by default.
    pub fn local_activity_slots(mut self, agents: usize) -> Self {
        self.given.slots.local_activity_slots = NonZeroUsize::new(agents.max(1));
        self
    }

    /// How many workflow tasks are worked on at a time from each queue: steps of flocks, from one
    /// wait to the next (Temporal: workflow task slots). 100 by default, at least 2 unless
    /// [`cached_runs`](Self::cached_runs) is 0.
    pub fn workflow_slots(mut self, tasks: usize) -> Self {
        self.given.slots.workflow_slots = NonZeroUsize::new(tasks.max(1));
        self
    }

    /// How many runs are kept in memory between their tasks, from each queue (Temporal: the sticky
    /// cache). 1000 by default. A run that is not kept is replayed from its history at its next task;
    /// with 0 each one is, each time.
    pub fn cached_runs(mut self, runs: usize) -> Self {
        self.given.slots.cache_size = Some(runs);
        self
    }

    /// How many polls are open at a time, of each queue, for flocks and as many for agents. By default 5, or as
    /// the server scales them where it asks to; for the queue of a [`Pool`](crate::Pool) one to five, as it has work.
    pub fn pollers(mut self, pollers: Pollers) -> Self {
        self.given.slots.pollers = Some(pollers);
        self
    }

    /// The same, for flocks alone (Temporal: workflow task pollers). At least 2 unless
    /// [`cached_runs`](Self::cached_runs) is 0.
    pub fn workflow_pollers(mut self, pollers: Pollers) -> Self {
        self.given.slots.workflow_pollers = Some(pollers);
        self
    }

    /// The same, for agents alone (Temporal: activity task pollers).
    pub fn activity_pollers(mut self, pollers: Pollers) -> Self {
        self.given.slots.activity_pollers = Some(pollers);
        self
    }

    /// Takes as many tasks as the machine bears, in place of fixed numbers of slots (Temporal: resource-based
    /// tuner): up to these parts of its processors and of its memory, 0 to 1, whoever uses them. All queues are
    /// weighed together.
    pub fn targets(mut self, cpu: f64, memory: f64) -> Self {
        self.given.slots.target_cpu = Some(cpu);
        self.given.slots.target_memory = Some(memory);
        self
    }

    /// How many agents this worker begins in a second, of each queue. No limit by default.
    pub fn max_activities_per_second(mut self, rate: f64) -> Self {
        self.given.slots.max_activities_per_second = Some(rate);
        self
    }

    /// How many agents the server gives out in a second from each queue, to all its workers together. It goes by
    /// the last worker that polled: say the same number to each. No limit by default.
    pub fn max_task_queue_activities_per_second(mut self, rate: f64) -> Self {
        self.given.slots.max_task_queue_activities_per_second = Some(rate);
        self
    }

    /// How long a workflow task waits for the worker that has its run in memory, before any may take it
    /// (Temporal: sticky schedule-to-start timeout). 2 seconds by default.
    pub fn sticky_timeout(mut self, limit: Duration) -> Self {
        self.given.slots.sticky_timeout = Some(limit);
        self
    }

    /// How this worker is named in histories; its process id and host by default.
    pub fn identity(mut self, name: impl Into<String>) -> Self {
        self.given.identity = Some(name.into());
        self
    }

    /// How long agents may go on after a shutdown was asked for, before they are told that they
    /// are cancelled. 30 seconds by default.
    pub fn grace_period(mut self, limit: Duration) -> Self {
        self.given.grace = Some(limit);
        self
    }

    /// All settings in one, which take the place of those before. What is wrong with them is called as `said`.
    #[cfg(feature = "cli")]
    pub(crate) fn given(mut self, given: WorkerSection, said: Naming) -> Self {
        (self.given, self.said) = (given, said);
        self
    }

    /// Makes this worker part of a Worker Deployment: it gets runs by its build. New runs go to the
    /// deployment's current build ([`TemporalEngine::set_current_build`]); those that go on stay on
    /// theirs or follow, as `#[flock(versioning = "…")]` says. A flock that says nothing goes with
    /// the others of its queue; where all are silent, runs are pinned.
    pub fn deployment(mut self, name: impl Into<String>) -> Self {
        self.given.deployment = Some(name.into());
        self
    }

    /// The build this worker is of. By default the id that its linker gave the program, else a checksum of it.
    pub fn build_id(mut self, id: impl Into<String>) -> Self {
        self.given.build_id = Some(id.into());
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
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("asked", &self.asked)
            .field("given", &self.given)
            .finish_non_exhaustive()
    }
}
