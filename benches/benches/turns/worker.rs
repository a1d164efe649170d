//! The workers, each in a process of its own.

use std::{path::Path, process::Stdio};

use flock_benches::process::Process;
use tokio::{
    io::AsyncReadExt,
    process::{Child, ChildStdin, Command},
};

use crate::{
    Result,
    contender::Contender,
    flocks::{ONE_STEP_QUEUE, QUEUE},
    starter,
};

/// A worker's process, ended when this is dropped.
pub(crate) struct WorkerProcess {
    pub(crate) process: Process,
    /// Closed, it ends the worker.
    pipe: ChildStdin,
    child: Child,
}

/// Makes this program serve instead of measure.
pub(crate) const SERVE: &str = "--serve";

impl WorkerProcess {
    pub(crate) fn start(
        contender: Contender,
        address: &str,
        python: &Path,
        vendor: &str,
    ) -> Result<Self> {
        let mut command = match contender.is_flock() {
            true => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args([SERVE, address]);
                command
                    .env("OPENAI_BASE_URL", vendor)
                    .env("OPENAI_API_KEY", "none");
                command
            }
            false => {
                let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/turns/helper.py");
                let queue = contender.queue();
                let mut command = Command::new(python);
                command.args([script, address, queue, vendor, queue]);
                command
            }
        };
        let command = command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.kill_on_drop(true).spawn()?;
        let process = Process(child.id().ok_or("the worker has ended by itself")?);
        let pipe = child.stdin.take().ok_or("the worker has no pipe")?;
        Ok(Self {
            process,
            pipe,
            child,
        })
    }

    /// Waits for it to end, which it should not.
    pub(crate) async fn ended(&mut self) -> Result<std::convert::Infallible> {
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

/// Serves the flocks until the measuring process closes the pipe, by its end if nothing else.
pub(crate) async fn serve(address: &str) -> Result<()> {
    let stop = async {
        // Whatever ends the pipe ends the worker.
        let _ = tokio::io::stdin().read(&mut [0]).await;
    };
    let runtime = starter::runtime(address).await?;
    let worker = runtime
        .worker()
        .task_queue(QUEUE)
        .task_queue(ONE_STEP_QUEUE);
    Ok(worker.run(stop).await?)
}
