//! `worker`: serve this program's flocks and agents.

use clap::Args;

use super::flags::ServeArgs;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::Program,
        render::show,
        runs::outcome,
        server::{Connection, Server},
    },
    engine,
    runtime::Runtime,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} worker
  {bin} worker --task-queue gpu --concurrency 4
  {bin} worker --queues high,gpu
  {bin} worker --only-agents --target-cpu 0.8
  {bin} worker --deployment shop --build-id v2
  TEMPORAL_ADDRESS=temporal.example.com:7233 {bin} worker --log-format json

With `--deployment` new runs come once `deployments set-current` names its build.

Without `--task-queue` and `--queues` it serves every queue that its flocks, its agents and flock.toml name.
Flags hold for each of its queues; [worker] of flock.toml says the same for every worker of the program, and
[queues.NAME] for one queue or pool.
SIGINT or SIGTERM lets agents at work finish, for as long as `--grace` says, and the exit code is 0; a
second one ends it at once, with 130 or 143.")]
pub(crate) struct Worker {
    #[command(flatten)]
    serve: ServeArgs,

    #[command(flatten)]
    connection: Connection,
}

impl Worker {
    pub(crate) async fn execute(mut self, program: Program) -> Result<Exit, Fault> {
        self.serve.check()?;
        let program = self.serve.kept_by(program)?;
        let server = Server::connect(program, self.connection).await?;
        serve(&server.runtime, self.serve).await
    }
}

/// Serves until a signal; a second one ends it at once.
pub(crate) async fn serve(runtime: &Runtime, args: ServeArgs) -> Result<Exit, Fault> {
    let worker = args.worker(runtime);
    tell(runtime, &worker)?;
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

/// What this worker serves, and what of the program it leaves to others.
fn tell(runtime: &Runtime, worker: &engine::temporal::Worker) -> Result<(), Fault> {
    let Some((plan, left)) = worker.planned()? else {
        // Told when it is run.
        return Ok(());
    };
    let registry = runtime.registry();
    let mut told = Vec::new();
    if plan.values().any(|queue| queue.flocks) {
        let names = registry.flocks().map(|flock| flock.descriptor.name);
        told.push(("flocks", Vec::from_iter(names)));
    }
    if plan.values().any(|queue| queue.agents) {
        let names = registry.agents().map(|agent| agent.descriptor.name);
        told.push(("agents", Vec::from_iter(names)));
    }
    told.push(("queues", plan.keys().map(String::as_str).collect()));
    let lines: Vec<_> = told
        .iter()
        .map(|(what, names)| format!("{what}:  {}", names.join(", ")))
        .collect();
    show::note(&format!("serving {}", lines.join("\n        ")));
    for left in left {
        show::note(&format!("    not served:  {left}"));
    }
    Ok(())
}
