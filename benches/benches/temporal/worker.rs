//! The workers, each in a process of its own, so that CPU time and memory are its own.

use std::{convert::Infallible, process::Stdio};

use flock_benches::process::Process;
use temporalio_sdk::{Runtime, Worker, WorkerOptions};
use tokio::{
    io::AsyncReadExt,
    process::{Child, ChildStdin, Command},
};

use crate::{Result, by_hand, contender::Contender, server, starter};

/// A worker's process, ended when this is dropped.
pub(crate) struct WorkerProcess {
    pub(crate) process: Process,
    /// Closed, it ends the worker.
    pipe: ChildStdin,
    child: Child,
}

/// Makes this program serve instead of measure.
pub(crate) const SERVE: &str = "serve";

impl WorkerProcess {
    /// Starts this program anew as a worker for `contender`.
    pub(crate) fn start(contender: Contender, address: &str) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([SERVE, contender.queue(), address])
            .stdin(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let process = Process(child.id().ok_or("the worker has ended by itself")?);
        let pipe = child.stdin.take().ok_or("the worker has no pipe")?;
        Ok(Self {
            process,
            pipe,
            child,
        })
    }

    /// Waits for it to end, which it should not.
    pub(crate) async fn ended(&mut self) -> Result<Infallible> {
        let status = self.child.wait().await?;
        Err(format!("the worker has ended by itself: {status}").into())
    }

    /// Lets it shut down.
    pub(crate) async fn stop(mut self) -> Result<()> {
        drop(self.pipe);
        let status = self.child.wait().await?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("the worker has failed: {status}").into()),
        }
    }
}

/// Serves `contender` until the measuring process closes the pipe, by its end if nothing else.
pub(crate) async fn serve(contender: Contender, address: &str) -> Result<()> {
    let stop = async {
        // Whatever ends the pipe ends the worker.
        let _ = tokio::io::stdin().read(&mut [0]).await;
    };
    match contender {
        Contender::Flock | Contender::FlockLocal => {
            let runtime = starter::runtime(address).await?;
            let worker = runtime.worker().task_queue(contender.queue());
            worker.run(stop).await?;
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
                stop.await;
                shutdown();
            });
            ended?;
        }
    }
    Ok(())
}
