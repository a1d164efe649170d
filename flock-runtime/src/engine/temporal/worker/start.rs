//! From what a worker was told to SDK workers, one a queue, and their ends.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use temporalio_common::worker::{
    VersioningBehavior, WorkerDeploymentOptions, WorkerDeploymentVersion,
};
use temporalio_sdk::WorkerOptions;
use tokio::{sync::oneshot, task::JoinSet};

use super::{
    Worker, activity, build_id, foreign, listen,
    queues::{Queues, Serves},
    reach,
    serving::serve,
    tuning::{Tuners, behavior},
};
use crate::{
    agent::AgentDescriptor,
    config::QueueSettings,
    declare::{options::CallOptions, versioning::Versioning},
    engine::{
        program::Parts,
        temporal::{client::TemporalEngine, trace_header, workflow},
    },
    error::RunError,
    flock::registry::Registry,
};

const DEFAULT_GRACE: Duration = Duration::from_secs(30);
/// How often at most heartbeats of an attempt go out: those of flock are more seldom, so that this
/// holds back an agent's checkpoints alone.
const OFTENEST_BEAT: Duration = Duration::from_millis(500);
/// What agents that were told to stop get on top of the grace period.
const LAST_CALL: Duration = Duration::from_secs(5);

impl Worker {
    pub(super) async fn serve_until(self, shutdown: BoxFuture<'_, ()>) -> Result<(), RunError> {
        let Some(engine) = self.engine.clone() else {
            return Err(RunError::Engine(
                "a worker needs a Temporal server, and this runtime is on the local engine: make it with `Runtime::builder().connect(…)`".to_owned(),
            ));
        };
        let queues = self.plan(&engine)?;
        let listener = match self.listens {
            Some(address) => Some(listen::bind(address).await?),
            None => None,
        };
        engine.create_search_attributes().await?;
        let registry = &engine.parts().registry;
        tracing::info!(
            queues = ?queues.keys().collect::<Vec<_>>(),
            agents = ?registry.agents().map(|agent| agent.descriptor.name).collect::<Vec<_>>(),
            flocks = ?registry.flocks().map(|flock| flock.descriptor.name).collect::<Vec<_>>(),
            namespace = engine.namespace(),
            "worker starts"
        );

        // The runtime's shutdown ends it as well.
        let (_at_work, stop) = engine.workers().begin();
        // A caller that drops this future stops the worker too.
        let _stop_on_drop = stop.clone().drop_guard();
        // Both end with this future.
        let mut beside = JoinSet::new();
        let names: Vec<_> = queues.keys().cloned().collect();
        let door = Arc::new(listen::Door {
            engine: engine.clone(),
            queues: names,
            stop: stop.clone(),
        });
        if engine.parts().telemetry.metrics.are_kept() {
            beside.spawn(listen::watch(Arc::clone(&door)));
        }
        if let Some(listener) = listener {
            beside.spawn(listen::serve(listener, door));
        }
        beside.spawn(reach::watch(engine.clone()));
        let mut ends = Vec::new();
        let local = local_agents(engine.parts());
        let mut tuners = Tuners::default();
        for (queue, serves) in queues {
            let mut options = self.options(&engine, &queue, serves, &mut tuners)?;
            register(engine.parts(), serves, &local, &mut options)?;
            if serves.flocks {
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
        let ended = ended(ends, self.grace(&engine).saturating_add(LAST_CALL)).await;
        engine.parts().telemetry.flush().await;
        ended
    }

    /// The queues that it will serve.
    ///
    /// # Errors
    /// When what it was told contradicts itself, when it is to serve what is not there, or nothing.
    pub(crate) fn plan(&self, engine: &TemporalEngine) -> Result<Queues, RunError> {
        if let Some((_, said)) = self.given.fault(self.said) {
            return Err(RunError::Invalid(said));
        }
        let parts = engine.parts();
        let queues = self.asked.of(&parts.registry, engine.named_queues())?;
        for (queue, serves) in &queues {
            self.settings(parts, queue, *serves)?;
        }
        Ok(queues)
    }

    /// What it will serve and what of the program it leaves to others, each a line; nothing where it cannot run.
    #[cfg(feature = "cli")]
    pub(crate) fn planned(&self) -> Result<Option<(Queues, Vec<String>)>, RunError> {
        let Some(engine) = &self.engine else {
            return Ok(None);
        };
        let plan = self.plan(engine)?;
        let left = self.asked.left(engine.named_queues(), &plan);
        Ok(Some((plan, left)))
    }

    fn settings(
        &self,
        parts: &Parts,
        queue: &str,
        serves: Serves,
    ) -> Result<QueueSettings, RunError> {
        let given = (&self.given.slots, self.said);
        QueueSettings::of(queue, serves.pool, given, &parts.config).map_err(RunError::Invalid)
    }

    fn grace(&self, engine: &TemporalEngine) -> Duration {
        let file = || engine.parts().config.worker.grace;
        self.given.grace.or_else(file).unwrap_or(DEFAULT_GRACE)
    }

    fn options(
        &self,
        engine: &TemporalEngine,
        queue: &str,
        serves: Serves,
        tuners: &mut Tuners,
    ) -> Result<WorkerOptions, RunError> {
        let parts = engine.parts();
        let settings = self.settings(parts, queue, serves)?;
        let mut options = WorkerOptions::new(queue)
            .tuner(tuners.of(&settings, serves))
            .max_cached_workflows(settings.cache_size)
            .maybe_workflow_task_poller_behavior(settings.workflow_pollers.map(behavior))
            .maybe_activity_task_poller_behavior(settings.activity_pollers.map(behavior))
            .maybe_max_worker_activities_per_second(settings.max_activities_per_second)
            .maybe_max_task_queue_activities_per_second(
                settings.max_task_queue_activities_per_second,
            )
            .maybe_client_identity_override(
                (self.given.identity.clone()).or_else(|| parts.config.worker.identity.clone()),
            )
            .graceful_shutdown_period(self.grace(engine))
            .max_heartbeat_throttle_interval(OFTENEST_BEAT)
            .sticky_queue_schedule_to_start_timeout(settings.sticky_timeout)
            .deployment_options(self.build(engine, queue)?)
            .build();
        options.workflow_interceptor(trace_header::interceptor());
        Ok(options)
    }
}

/// Those that some flock runs in its own worker: a flock may have said it of its agents.
fn local_agents(parts: &Parts) -> BTreeSet<&'static str> {
    let call = CallOptions::default();
    let agents = parts.registry.agents().map(|agent| agent.descriptor);
    let is_local = |agent: &&AgentDescriptor| {
        let mut flocks = parts.registry.flocks();
        flocks.any(|flock| {
            let resolved = parts.resolve(agent, Some(flock.descriptor), &call);
            resolved.local.value
        })
    };
    agents.filter(is_local).map(|agent| agent.name).collect()
}

/// Registers what is served on a queue, of whose flocks the agents named in `local` are.
fn register(
    parts: &Parts,
    serves: Serves,
    local: &BTreeSet<&str>,
    options: &mut WorkerOptions,
) -> Result<(), RunError> {
    let registry = &parts.registry;
    for agent in registry.agents() {
        if serves.agents || (serves.flocks && local.contains(agent.descriptor.name)) {
            activity::register(agent, parts, options);
        }
    }
    if serves.flocks {
        for flock in registry.flocks() {
            let register = |factory| options.register_workflow_with_factory(factory).map(drop);
            workflow::register(flock, parts, register)
                .map_err(|error| RunError::Engine(error.to_string()))?;
        }
    }
    Ok(())
}

impl Worker {
    /// What the worker of `queue` tells the server about its build.
    fn build(
        &self,
        engine: &TemporalEngine,
        queue: &str,
    ) -> Result<WorkerDeploymentOptions, RunError> {
        let file = &engine.parts().config.worker;
        let named = self.given.build_id.as_ref().or(file.build_id.as_ref());
        let build_id = match named {
            Some(named) => named,
            None => build_id::of_this_program(),
        };
        let deployment = self.given.deployment.as_ref().or(file.deployment.as_ref());
        let Some(name) = deployment else {
            return Ok(WorkerDeploymentOptions::from_build_id(build_id.to_owned()));
        };
        let version = WorkerDeploymentVersion::builder()
            .deployment_name(name.as_str())
            .build_id(build_id)
            .build();
        let versioning = match versioning(&engine.parts().registry, queue)? {
            Versioning::Pinned => VersioningBehavior::Pinned,
            Versioning::AutoUpgrade => VersioningBehavior::AutoUpgrade,
        };
        Ok(WorkerDeploymentOptions::new(version)
            .use_worker_versioning(true)
            .default_versioning_behavior(versioning)
            .build())
    }
}

type End = oneshot::Receiver<Result<(), RunError>>;

/// How the workers of all queues ended within the limit: the first error of any, also where others are still at
/// work.
async fn ended(ends: Vec<End>, limit: Duration) -> Result<(), RunError> {
    let mut ends: FuturesUnordered<_> = ends.into_iter().collect();
    let mut first = Ok(());
    let all = async {
        while let Some(end) = ends.next().await {
            let panicked = || RunError::Engine("the worker's thread panicked".to_owned());
            let end = end.unwrap_or_else(|_| Err(panicked()));
            first = std::mem::replace(&mut first, Ok(())).and(end);
        }
    };
    if tokio::time::timeout(limit, all).await.is_err() {
        tracing::warn!("agents did not stop in time; their attempts will be made again");
    }
    first
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_error_is_told_though_others_do_not_end() {
        let (refused, first) = oneshot::channel();
        let (_at_work, second) = oneshot::channel();
        refused
            .send(Err(RunError::Invalid("no".to_owned())))
            .unwrap();
        let ended = ended(vec![second, first], Duration::from_secs(30)).await;
        assert!(matches!(ended, Err(RunError::Invalid(_))), "{ended:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_end_in_time_is_no_error() {
        let (_at_work, end) = oneshot::channel();
        assert!(ended(vec![end], Duration::from_secs(30)).await.is_ok());
    }
}
