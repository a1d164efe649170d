//! The flags that say how a worker serves: of `worker` and of `dev`.

use std::{net::SocketAddr, num::NonZeroUsize, time::Duration};

use clap::{Args, builder::NonEmptyStringValueParser};

use crate::{
    cli::{exit::Fault, program::Program},
    config::{Pollers, SlotsSection, WorkerSection},
    engine::temporal::Worker,
    runtime::Runtime,
    value::duration,
};

/// How a worker serves: the same for `worker` and `dev`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// A queue to serve, with all that this program has; may be repeated. All that are named in the program
    /// when left out
    #[arg(long = "task-queue", value_name = "QUEUE", value_parser = NonEmptyStringValueParser::new(), help_heading = SERVED)]
    task_queues: Vec<String>,

    /// Of the queues that the program names, these alone: by name, or by pool (high, standard, background,
    /// scheduled)
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), help_heading = SERVED)]
    queues: Vec<String>,

    /// Run agents alone; flocks, with their `local` agents, are another worker's
    #[arg(long, help_heading = SERVED)]
    only_agents: bool,

    /// Run flocks alone, with their `local` agents; other agents are another worker's
    #[arg(long, conflicts_with = "only_agents", help_heading = SERVED)]
    only_flocks: bool,

    /// How many agents of each queue may be at work at a time, and as many `local` ones [default: 100]
    #[arg(long, env = "TEMPORAL_MAX_CONCURRENCY", value_name = "COUNT", help_heading = SLOTS)]
    concurrency: Option<NonZeroUsize>,

    /// How many workflow tasks (steps of flocks) may be worked on at a time from each queue [default:
    /// 100]
    #[arg(long, value_name = "COUNT", help_heading = SLOTS)]
    workflow_slots: Option<NonZeroUsize>,

    /// How many agents of each queue, apart from `local` ones [default: as `--concurrency`]
    #[arg(long, value_name = "COUNT", help_heading = SLOTS)]
    activity_slots: Option<NonZeroUsize>,

    /// How many `local` agents of each queue [default: as `--concurrency`]
    #[arg(long, value_name = "COUNT", help_heading = SLOTS)]
    local_activity_slots: Option<NonZeroUsize>,

    /// In place of numbers of slots: take tasks until so much of the processors is in use, 0 to 1
    #[arg(long, value_name = "PART", help_heading = SLOTS)]
    target_cpu: Option<f64>,

    /// The same for memory; 0.8 where one of the two is left out
    #[arg(long, value_name = "PART", help_heading = SLOTS)]
    target_memory: Option<f64>,

    /// How many runs stay in memory between their tasks, from each queue; 0 replays each from its
    /// history every time [default: 1000]
    #[arg(long, value_name = "COUNT", help_heading = SLOTS)]
    cache_size: Option<usize>,

    /// How long a task waits for the worker that has its run in memory [default: 2s]
    #[arg(long, value_parser = duration::parse, value_name = "DURATION", help_heading = SLOTS)]
    sticky_timeout: Option<Duration>,

    /// How many polls are open at a time, for flocks and as many for agents: a number, or `1..50` as the
    /// server scales them [default: 5; of a pool 1..5]
    #[arg(long, value_name = "POLLERS", help_heading = POLLING)]
    pollers: Option<Pollers>,

    /// The same for flocks alone
    #[arg(long, value_name = "POLLERS", help_heading = POLLING)]
    workflow_pollers: Option<Pollers>,

    /// The same for agents alone
    #[arg(long, value_name = "POLLERS", help_heading = POLLING)]
    activity_pollers: Option<Pollers>,

    /// How many agents this worker begins in a second, from each queue [default: no limit]
    #[arg(long, value_name = "RATE", help_heading = POLLING)]
    max_activities_per_second: Option<f64>,

    /// How many the server gives out in a second, from each queue, to all its workers together [default: no
    /// limit]
    #[arg(long, value_name = "RATE", help_heading = POLLING)]
    max_task_queue_activities_per_second: Option<f64>,

    /// The name this worker shows in Temporal [default: process id and host]
    #[arg(long, value_name = "NAME", help_heading = ITSELF)]
    identity: Option<String>,

    /// The Worker Deployment this worker is part of: it then serves the runs of its build
    #[arg(
        long,
        env = "TEMPORAL_DEPLOYMENT_NAME",
        value_name = "NAME",
        help_heading = ITSELF
    )]
    deployment: Option<String>,

    /// The build of this worker [default: the id that its linker gave the program, or a checksum]
    #[arg(
        long,
        env = "TEMPORAL_WORKER_BUILD_ID",
        value_name = "ID",
        help_heading = ITSELF
    )]
    build_id: Option<String>,

    /// Answer by HTTP here: `/metrics` for Prometheus, `/healthz` and `/readyz` for probes. Such as
    /// 127.0.0.1:9464; with port 0 a free one, which the log tells
    #[arg(long, env = "FLOCK_METRICS_LISTEN", value_name = "ADDR", help_heading = ITSELF)]
    metrics_listen: Option<SocketAddr>,

    /// How long agents at work may go on after SIGINT or SIGTERM [default: 30s]
    #[arg(long, value_parser = duration::parse, value_name = "DURATION", help_heading = ITSELF)]
    grace: Option<Duration>,
}

const SERVED: &str = "What is served";
const SLOTS: &str = "How much at a time";
const POLLING: &str = "Polls and rates";
const ITSELF: &str = "The worker itself";

impl ServeArgs {
    /// The program, which keeps metrics where they are asked for, by a flag or by `[serve]`.
    pub(crate) fn kept_by(&mut self, mut program: Program) -> Result<Program, Fault> {
        let configured = program.builder.configuration()?.serve.metrics_listen;
        self.metrics_listen = self.metrics_listen.or(configured);
        if self.metrics_listen.is_some() {
            program.builder = program.builder.metrics();
        }
        Ok(program)
    }

    /// Finds flags that do not go together, before anything is started for them.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        match self.section().fault(flag) {
            Some((_, said)) => Err(Fault::usage(said)),
            None => Ok(()),
        }
    }

    /// The worker to be.
    pub(crate) fn worker(&self, runtime: &Runtime) -> Worker {
        let mut worker = runtime.worker().given(self.section(), flag);
        for queue in &self.task_queues {
            worker = worker.task_queue(queue);
        }
        worker = worker.queues(&self.queues);
        if self.only_agents {
            worker = worker.only_agents();
        }
        if self.only_flocks {
            worker = worker.only_flocks();
        }
        match self.metrics_listen {
            Some(address) => worker.listen(address),
            None => worker,
        }
    }

    fn section(&self) -> WorkerSection {
        let slots = SlotsSection {
            concurrency: self.concurrency,
            workflow_slots: self.workflow_slots,
            activity_slots: self.activity_slots,
            local_activity_slots: self.local_activity_slots,
            cache_size: self.cache_size,
            pollers: self.pollers,
            workflow_pollers: self.workflow_pollers,
            activity_pollers: self.activity_pollers,
            target_cpu: self.target_cpu,
            target_memory: self.target_memory,
            max_activities_per_second: self.max_activities_per_second,
            max_task_queue_activities_per_second: self.max_task_queue_activities_per_second,
            sticky_timeout: self.sticky_timeout,
        };
        WorkerSection {
            grace: self.grace,
            identity: self.identity.clone(),
            deployment: self.deployment.clone(),
            build_id: self.build_id.clone(),
            slots,
        }
    }
}

/// How a key is said on the command line.
fn flag(key: &str) -> String {
    format!("`--{}`", key.replace('_', "-"))
}
