//! The tokio runtime of the SDK and of the connection.
//!
//! What is polled, sent and beaten to the server is no business of the program's own runtime: agents
//! that block all of its threads would keep their workers' heartbeats from going out, and would be run
//! again elsewhere while they are at work.

use std::thread::available_parallelism;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::RunError;

/// More would have nothing to do: no thread of these ever waits for an agent.
const MOST: usize = 4;

/// Threads that end when nobody uses them any more.
pub(super) struct Threads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Threads {
    pub(super) fn new() -> Result<Self, RunError> {
        let cores = available_parallelism().map_or(1, usize::from);
        let runtime = Builder::new_multi_thread()
            .worker_threads(cores.min(MOST))
            .thread_name("flock temporal")
            .enable_all()
            .build()
            .map_err(|error| RunError::Engine(format!("no threads for Temporal: {error}")))?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Not in place: tokio forbids waiting for a runtime's end inside another.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
