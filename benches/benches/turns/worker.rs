//! The workers, each in a process of its own.

use std::path::Path;

use flock_benches::piped::{Piped, closed};
use tokio::process::Command;

use crate::{
    Result,
    contender::Contender,
    flocks::{ONE_STEP_QUEUE, QUEUE},
    starter,
};

/// Starts the worker of `contender`, this program anew or Python's, whose model is `vendor`.
pub(crate) fn start(
    contender: Contender,
    address: &str,
    python: &Path,
    vendor: &str,
) -> Result<Piped> {
    if contender.is_flock() {
        let mut command = flock_benches::worker(address)?;
        command
            .env("OPENAI_BASE_URL", vendor)
            .env("OPENAI_API_KEY", "none");
        return Piped::start(command);
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/turns/helper.py");
    let queue = contender.queue();
    let mut command = Command::new(python);
    command.args([script, address, queue, vendor, queue]);
    Piped::start(command)
}

/// Serves the flocks until the measuring process closes the pipe, by its end if nothing else.
pub(crate) async fn serve(address: &str) -> Result<()> {
    let runtime = starter::runtime(address).await?;
    let worker = runtime
        .worker()
        .task_queue(QUEUE)
        .task_queue(ONE_STEP_QUEUE);
    Ok(worker.run(closed()).await?)
}
