//! Any agent as an activity, by one adapter for all: see `registering`.
//!
//! The SDK's work is done on threads of its own (`threads`), and so are heartbeats; the agent runs on
//! the tokio runtime of whoever runs the worker. One that blocks its thread keeps no beat from going out.

mod seen;

use std::{
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
use tokio::{
    runtime::Handle,
    task::JoinSet,
    time::{MissedTickBehavior, interval_at, timeout},
};
use tracing::Instrument;

use self::seen::ServerAttempt;
use super::{
    attempts::{Bounds, Call},
    blocking, foreign,
    lost_workers::{Count, Details},
    registering,
    streaming::Streaming,
};
use crate::{
    agent::{AgentDescriptor, context, entry::AgentEntry},
    engine::{
        observed::Observed,
        program::Parts,
        temporal::{
            codec::Fault,
            failure::{self, Retry},
            trace_header,
            wire::{self, Wire},
            workflow::claims::{self, Given},
        },
    },
    error::{Error, ErrorKind, Result},
    value::{payload::Payload, run::RunId},
};

/// How seldom a heartbeat may go out, and so how late an agent may hear that it is cancelled.
const LONGEST_PERIOD: Duration = Duration::from_secs(3);
/// So long a checkpoint may take to come into a store.
const CHECKPOINT: Duration = Duration::from_secs(30);

/// Registers `agent` with a worker. Its attempts run on the tokio runtime that is there now.
pub(crate) fn register(agent: &'static AgentEntry, parts: &Parts, options: &mut WorkerOptions) {
    registering::named(agent.descriptor.name, || {
        options.register_activities(AgentWorker {
            agent,
            parts: parts.clone(),
            tokio: Handle::current(),
        });
    });
}

/// What all attempts of an agent on a worker share.
pub(crate) struct AgentWorker {
    agent: &'static AgentEntry,
    parts: Parts,
    tokio: Handle,
}

impl ActivityImplementer for AgentWorker {
    fn register_all(self: Arc<Self>, definitions: &mut ActivityDefinitions) {
        definitions.register_activity::<AgentActivity>(self);
    }
}

/// An agent's activity.
pub(crate) struct AgentActivity;

impl ActivityDefinition for AgentActivity {
    type Input = Call;
    type Output = Given;

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
        call: Call,
    ) -> BoxFuture<'static, Result<Given, ActivityError>> {
        async move {
            let Some(worker) = worker else {
                let error = Error::permanent("the agent was not registered by flock's own worker");
                return Err(failure::of_attempt(error, Retry::ByPolicy));
            };
            if let Some(result) = call.claim.and_then(claims::hand_out) {
                return Ok(result);
            }
            let kept = context.heartbeat_details().raw();
            let kept = kept.iter().find_map(Fault::of).map(Fault::into_error);
            let unreadable = [call.input.as_ref().err(), kept.as_ref()];
            let unreadable = unreadable.into_iter().flatten();
            if let Some(error) = { unreadable }.find(|error| error.is_undecodable()) {
                let flock = context.info().workflow_type.as_deref().unwrap_or_default();
                let is_ours = worker.parts.registry.flock(flock).is_some();
                let agent = worker.agent.descriptor.name;
                return Err(foreign::unreadable(agent, error, is_ours));
            }
            let (is_local, is_claimed) = (context.info().is_local, call.claim.is_some());
            let attempt = Attempt::new(context, &call, worker.agent.descriptor.name);
            let end = match kept {
                None => attempt.make(&worker, call.input).await,
                // To begin anew would be to do again what is done.
                Some(damaged) => {
                    let error = damaged.context("what an attempt before has kept cannot be read");
                    End::Told(Err(error))
                }
            };
            if let Some(publisher) = attempt.0.streaming.publisher() {
                publisher.end(matches!(end, End::Told(Ok(_)))).await;
            }
            let result = attempt.report(worker.agent.descriptor, end).await?;
            Ok(match (is_local, is_claimed) {
                (true, false) => claims::keep(result),
                (true, true) => Given::HandedOut(result),
                (false, _) => Given::Whole(result),
            })
        }
        .boxed()
    }
}

/// How an attempt ended.
enum End {
    Told(Result<Wire>),
    /// The server has given it up already, and refuses to hear of it.
    TooLate,
    /// The tokio runtime of the agents is no more, and the process about to end.
    Gone,
}

/// One attempt under way.
struct Attempt(Arc<Inner>);

struct Inner {
    context: ActivityContext,
    bounds: Option<Bounds>,
    step: Option<u64>,
    count: Count,
    /// What an attempt before has kept.
    kept: Option<Payload>,
    /// What each heartbeat tells, lest it erases what one before has told.
    details: Mutex<Details>,
    /// The progress that the server has: newer one may be on its way to a store.
    told: Mutex<Option<Payload>>,
    started: Instant,
    streaming: Streaming,
}

impl Attempt {
    fn new(context: ActivityContext, call: &Call, agent: &'static str) -> Self {
        let (bounds, step) = (call.bounds, call.step);
        let streaming = Streaming::of(&context, call, agent);
        let details = Details::read(context.heartbeat_details().raw());
        // A local activity's attempts are counted in its worker, and lost with it.
        let bounds = bounds.filter(|_| !context.info().is_local);
        let number = context.info().attempt;
        let count = match bounds {
            Some(_) => Count::new(number, details.record),
            None => Count::of_server(number),
        };
        Self(Arc::new(Inner {
            context,
            bounds,
            step,
            count,
            kept: details.progress.clone(),
            told: Mutex::new(details.progress.clone()),
            details: Mutex::new(Details {
                progress: details.progress,
                record: bounds.map(|_| count.record()),
                said: None,
                spent: details.spent,
            }),
            started: Instant::now(),
            streaming,
        }))
    }

    fn info(&self) -> &ActivityInfo {
        self.0.context.info()
    }

    /// Has the agent work, with heartbeats while it lasts.
    async fn make(&self, worker: &AgentWorker, input: Result<Payload>) -> End {
        let AgentWorker {
            agent,
            parts,
            tokio,
        } = worker;
        let name = agent.descriptor.name;
        let (info, count) = (self.info(), self.0.count);
        if let Some(Err(error)) = self.0.bounds.map(|bounds| bounds.lost(count.lost)) {
            return End::Told(Err(error));
        }
        let input = match input {
            Ok(input) => input,
            Err(error) => return End::Told(Err(error.context("its input does not fit"))),
        };
        tracing::debug!(
            agent = name,
            attempt = count.attempt,
            lost_workers = count.lost,
            workflow_id = info.workflow_id,
            "{} starts",
            agent.descriptor.noun()
        );
        let run = RunId {
            workflow_id: info.workflow_id.clone().unwrap_or_default(),
            run_id: info.workflow_run_id.clone().unwrap_or_default(),
        };
        let observed = Observed {
            telemetry: &parts.telemetry,
            agent,
            run: &run,
            attempt: count.attempt,
            lost_workers: count.lost,
            step: self.0.step,
            called_by: trace_header::read(self.0.context.headers()),
            queue: &info.task_queue,
        };
        let most = wire::most(&parts.config);
        let context = context::Attempt::new(
            observed.info(),
            ServerAttempt {
                inner: Arc::clone(&self.0),
                run: run.clone(),
                states: Arc::clone(&parts.states),
                most,
            },
        )
        .after(self.0.details().spent);
        // Dropped with this future, both stop the tasks in them.
        let (mut heartbeats, mut work) = (JoinSet::new(), JoinSet::new());
        if let Some(beating) = self.heartbeats() {
            heartbeats.spawn(beating);
        }
        let inner = Arc::clone(&self.0);
        if inner.streaming.publisher().is_some() {
            heartbeats.spawn(async move {
                if let Some(publisher) = inner.streaming.publisher() {
                    publisher.run().await;
                }
            });
        }
        let execute = agent.execute;
        // What its input's type does as it is read is the attempt's own, a panic too.
        let read = input.clone();
        let attempt = async move { execute(context.into(), &read).await }.boxed();
        let attempt = observed.make(&input, || self.limit(), attempt);
        let watched = blocking::watched(attempt, agent.descriptor, self.heartbeat());
        work.spawn_on(watched.in_current_span(), tokio);
        let output = match self.limit() {
            Some(limit) => timeout(limit, work.join_next()).await,
            None => Ok(work.join_next().await),
        };
        End::Told(match output {
            Ok(Some(Ok(output))) => output.and_then(|output| {
                Wire::new(output, most).map_err(|error| error.context("its result"))
            }),
            Ok(Some(Err(ended))) if ended.is_panic() => Err(Error::panicked(&*ended.into_panic())),
            Ok(_) => return End::Gone,
            Err(_) if self.is_given_up() => return End::TooLate,
            Err(_) => Err(Error::attempt_timeout()),
        })
    }

    fn heartbeat(&self) -> Option<Duration> {
        let info = self.info();
        let heartbeat = info.heartbeat_timeout.filter(|_| !info.is_local);
        heartbeat.filter(|heartbeat| !heartbeat.is_zero())
    }

    /// Sends one every third of the agent's `heartbeat`. A later attempt does so at once, to tell those who
    /// ask what has become of the ones before.
    fn heartbeats(&self) -> Option<impl Future<Output = ()> + Send + 'static> {
        let period = (self.heartbeat()? / 3).min(LONGEST_PERIOD);
        let period = Some(period).filter(|period| !period.is_zero())?;
        let first = match self.0.count.number {
            1 => period,
            _ => Duration::ZERO,
        };
        let inner = Arc::clone(&self.0);
        Some(async move {
            let mut ticks = interval_at(tokio::time::Instant::now() + first, period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = inner.streaming.has_news() => ticks.reset(),
                }
                inner.send_heartbeat(period / 2).await;
            }
        })
    }

    /// How long the attempt may take: by the agent's own limit, and by the server's.
    fn limit(&self) -> Option<Duration> {
        let own = self.0.bounds.map(|bounds| bounds.timeout());
        [own, self.servers_limit()].into_iter().flatten().min()
    }

    fn servers_limit(&self) -> Option<Duration> {
        let info = self.info();
        info.deadline?.duration_since(info.started_time?).ok()
    }

    /// Whether the server has ended it, and told the flock.
    fn is_given_up(&self) -> bool {
        let over = |limit| self.0.started.elapsed() >= limit;
        !self.info().is_local && self.servers_limit().is_some_and(over)
    }

    async fn report(
        &self,
        descriptor: &'static AgentDescriptor,
        end: End,
    ) -> Result<Wire, ActivityError> {
        let (agent, noun) = (descriptor.name, descriptor.noun());
        let Inner { count, context, .. } = &*self.0;
        let (attempt, lost_workers) = (count.attempt, count.lost);
        let (workflow_id, took) = (&self.info().workflow_id, self.0.started.elapsed());
        let run_id = &self.info().workflow_run_id;
        let traced = || trace_header::read(context.headers()).map(|trace| trace.id());
        let error = match end {
            End::Told(Ok(output)) => {
                tracing::info!(
                    agent,
                    attempt,
                    workflow_id,
                    run_id,
                    trace_id = traced(),
                    ?took,
                    "{noun} completed"
                );
                return Ok(output);
            }
            End::Told(Err(error))
                if *error.kind() == ErrorKind::Cancelled && context.is_cancelled() =>
            {
                tracing::debug!(agent, attempt, workflow_id, ?took, "{noun} cancelled");
                return Err(ActivityError::cancelled());
            }
            End::Told(Err(error)) => error,
            End::TooLate => Error::attempt_timeout(),
            End::Gone => return Err(ActivityError::WillCompleteAsync),
        };
        tracing::warn!(
            agent,
            attempt,
            lost_workers,
            workflow_id,
            run_id,
            trace_id = traced(),
            ?took,
            error = %error,
            "{noun} failed"
        );
        if self.is_given_up() {
            return Err(ActivityError::WillCompleteAsync);
        }
        let retry = match self.0.bounds {
            _ if descriptor.effects.is_write() && error.leaves_open() => Retry::Never,
            None => Retry::ByPolicy,
            Some(bounds) if bounds.is_last(attempt) => Retry::Never,
            Some(_) => {
                let policy = self.info().retry_policy.as_ref();
                count.wait(policy).map_or(Retry::ByPolicy, Retry::After)
            }
        };
        self.0.failed(&error).await;
        Err(failure::of_attempt(descriptor.failed(error), retry))
    }
}

impl Inner {
    fn details(&self) -> MutexGuard<'_, Details> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one with what is to be told. Where a store does not take that in time, the attempt is heard of all the
    /// same.
    async fn send_heartbeat(&self, patience: Duration) {
        let told = || self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let details = Details {
            said: self.streaming.newest(),
            ..self.details().clone()
        };
        let progress = details.progress.clone();
        let sent = self.context.record_heartbeat(details.clone());
        match timeout(patience, sent).await {
            Ok(Ok(())) => {
                *told() = progress;
                return;
            }
            Ok(Err(error)) => tracing::warn!(%error, "a checkpoint could not be sent"),
            Err(_) => tracing::debug!("a checkpoint is on its way"),
        }
        let progress = told().clone();
        let before = Details {
            progress,
            ..details
        };
        if let Err(error) = self.context.record_heartbeat(before).await {
            tracing::warn!(%error, "a heartbeat could not be sent");
        }
    }

    /// Notes that the attempt fails by itself: the SDK sends the last details with the failure.
    async fn failed(&self, error: &Error) {
        // Nobody is to hear what has come to nothing.
        self.streaming.end();
        let counted = match &mut *self.details() {
            Details {
                record: Some(record),
                spent,
                ..
            } => {
                record.failures = self.count.attempt;
                *spent = error.spent_after(*spent);
                true
            }
            Details { record: None, .. } => false,
        };
        if counted {
            self.send_heartbeat(CHECKPOINT).await;
        }
    }
}
