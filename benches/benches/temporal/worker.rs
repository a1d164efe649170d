//! The workers, each in a process of its own, so that CPU time and memory are its own.

use flock_benches::piped::{Piped, closed};
use temporalio_sdk::{Runtime, Worker, WorkerOptions};
use tokio::process::Command;

use crate::{Result, by_hand, contender::Contender, server, starter};

/// Makes this program serve instead of measure.
pub(crate) const SERVE: &str = "serve";

/// Starts this program anew as a worker for `contender`.
pub(crate) fn start(contender: Contender, address: &str) -> Result<Piped> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([SERVE, contender.queue(), address]);
    Piped::start(command)
}

/// Serves `contender` until the measuring process closes the pipe, by its end if nothing else.
pub(crate) async fn serve(contender: Contender, address: &str) -> Result<()> {
    match contender {
        Contender::Flock | Contender::FlockLocal => {
            let runtime = starter::runtime(address).await?;
            let worker = runtime.worker().task_queue(contender.queue());
            worker.run(closed()).await?;
        }
        Contender::ByHand | Contender::ByHandLocal => {
            let runtime = Runtime::from_current_tokio(Default::default())?;
            let client = server::connect(address).await?;
            let options = WorkerOptions::new(contender.queue())
                .register_workflow::<by_hand::Research>()?
                .register_workflow::<by_hand::LocalResearch>()?
                .register_activities(by_hand::Activities)
                .build();
            let mut worker = Worker::new(&runtime, client, options)?;
            let shutdown = worker.shutdown_handle();
            let (ended, ()) = tokio::join!(worker.run(), async {
                closed().await;
                shutdown();
            });
            ended?;
        }
    }
    Ok(())
}
