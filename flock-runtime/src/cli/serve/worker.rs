//! `worker`: serve this program's flocks and agents.

use std::{net::SocketAddr, num::NonZeroUsize, time::Duration};

use clap::{Args, builder::NonEmptyStringValueParser};

use super::beside;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::Program,
        render::show,
        runs::outcome,
        server::{Connection, Server},
    },
    runtime::Runtime,
    value::duration,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} worker
  {bin} worker --task-queue gpu --concurrency 4
  {bin} worker --deployment shop --build-id v2
  TEMPORAL_ADDRESS=temporal.example.com:7233 {bin} worker --log-format json

With `--deployment` new runs come once `deployments set-current` names its build.

Without `--task-queue` it serves every queue that its flocks, its agents and flock.toml name.
SIGINT or SIGTERM lets agents at work finish, for as long as `--grace` says, and the exit code is 0; a
second one ends it at once, with 130 or 143.")]
pub(crate) struct Worker {
    #[command(flatten)]
    serve: ServeArgs,

    #[command(flatten)]
    connection: Connection,
}

/// How a worker serves: the same for `worker` and `dev`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// A queue to serve; may be repeated. All that are named in the program when left out
    #[arg(long = "task-queue", value_name = "QUEUE", value_parser = NonEmptyStringValueParser::new())]
    task_queues: Vec<String>,

    /// How many agents of each queue may be at work at a time, and as many `local` ones [default: 100]
    #[arg(long, env = "TEMPORAL_MAX_CONCURRENCY", value_name = "COUNT")]
    concurrency: Option<NonZeroUsize>,

    /// How many workflow tasks (steps of flocks) may be worked on at a time from each queue [default:
    /// 100]
    #[arg(long, value_name = "COUNT")]
    workflow_slots: Option<NonZeroUsize>,

    /// How many runs stay in memory between their tasks, from each queue; 0 replays each from its
    /// history every time [default: 1000]
    #[arg(long, value_name = "COUNT")]
    cache_size: Option<usize>,

    /// The name this worker shows in Temporal [default: process id and host]
    #[arg(long, value_name = "NAME")]
    identity: Option<String>,

    /// The Worker Deployment this worker is part of: it then serves the runs of its build
    #[arg(long, env = "TEMPORAL_DEPLOYMENT_NAME", value_name = "NAME")]
    deployment: Option<String>,

    /// The build of this worker [default: a checksum of the program]
    #[arg(long, env = "TEMPORAL_WORKER_BUILD_ID", value_name = "ID")]
    build_id: Option<String>,

    /// Answer by HTTP here: `/metrics` for Prometheus, `/healthz` and `/readyz` for probes. Such as
    /// 127.0.0.1:9464; with port 0 a free one, which the log tells
    #[arg(long, env = "FLOCK_METRICS_LISTEN", value_name = "ADDR")]
    metrics_listen: Option<SocketAddr>,

    /// How long agents at work may go on after SIGINT or SIGTERM
    #[arg(long, default_value = "30s", value_parser = duration::parse, value_name = "DURATION")]
    grace: Duration,
}

impl Worker {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        self.serve.check()?;
        let program = self.serve.kept_by(program);
        let server = Server::connect(program, self.connection).await?;
        serve(&server.runtime, self.serve).await
    }
}

impl ServeArgs {
    /// The program, which keeps metrics where they are asked for.
    pub(crate) fn kept_by(&self, mut program: Program) -> Program {
        if self.metrics_listen.is_some() {
            program.builder = program.builder.metrics();
        }
        program
    }

    /// Finds flags that do not go together, before anything is started for them.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let one_slot = self.workflow_slots.is_some_and(|slots| slots.get() < 2);
        if one_slot && self.cache_size != Some(0) {
            return Err(Fault::usage(
                "`--workflow-slots` takes at least 2 for a worker that keeps runs in memory; 1 goes with `--cache-size 0`",
            ));
        }
        Ok(())
    }
}

/// Serves until a signal; a second one ends it at once.
pub(crate) async fn serve(runtime: &Runtime, args: ServeArgs) -> Result<Exit, Fault> {
    let mut worker = runtime.worker().grace_period(args.grace);
    for queue in &args.task_queues {
        worker = worker.task_queue(queue);
    }
    if let Some(count) = args.concurrency {
        worker = worker.concurrency(count.get());
    }
    if let Some(slots) = args.workflow_slots {
        worker = worker.workflow_slots(slots.get());
    }
    if let Some(runs) = args.cache_size {
        worker = worker.cached_runs(runs);
    }
    if let Some(name) = args.identity {
        worker = worker.identity(name);
    }
    if let Some(name) = &args.deployment {
        worker = worker.deployment(name);
    }
    if let Some(id) = &args.build_id {
        worker = worker.build_id(id);
    }
    if let Some(address) = args.metrics_listen {
        worker = worker.listen(address);
    }
    let queues = match args.task_queues.is_empty() {
        true => beside::task_queues(runtime).await?,
        false => args.task_queues,
    };
    let registry = runtime.registry();
    let flocks: Vec<_> = registry
        .flocks()
        .map(|flock| flock.descriptor.name)
        .collect();
    let agents: Vec<_> = registry
        .agents()
        .map(|agent| agent.descriptor.name)
        .collect();
    show::note(&format!(
        "serving flocks:  {}\n        agents:  {}\n        queues:  {}",
        flocks.join(", "),
        agents.join(", "),
        queues.join(", "),
    ));
    let named = beside::task_queues(runtime).await?;
    let others: Vec<_> = named
        .into_iter()
        .filter(|name| !queues.contains(name))
        .collect();
    if !others.is_empty() {
        show::note(&format!(
            "    not served:  {}: what runs there waits for another worker",
            others.join(", ")
        ));
    }
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    // Whoever reads a note may send the next signal: it has to be listened for by then.
    let (first, second) = (outcome::interrupted(), outcome::interrupted());
    let signals = async {
        first.await;
        show::note("stopping: agents at work may finish; once more ends at once");
        drop(stop);
        second.await
    };
    let shutdown = async {
        // Dropping the sender is the message.
        let _ = stopped.await;
    };
    tokio::select! {
        ended = worker.run(shutdown) => {
            ended?;
            Ok(Exit::Done)
        }
        signal = signals => Err(Fault::new(signal.exit(), format!("{signal}: ended at once"))),
    }
}
