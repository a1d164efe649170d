//! Stands in for the Temporal engine's interface until it is merged.
#![allow(missing_docs, unused, reason = "goes away with the merge")]
use std::{future::Future, path::PathBuf, time::Duration};

use crate::{
    engine::Engine,
    runtime::{RunError, Runtime, RuntimeBuilder, StartError},
};

#[derive(Default, Debug)]
pub(super) struct ConnectOptions {
    pub(super) address: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) config_file: Option<PathBuf>,
    pub(super) api_key: Option<String>,
    pub(super) identity: Option<String>,
}
fn none() -> RunError {
    RunError::Unreachable {
        address: "localhost:7233".into(),
        message: "no engine yet".into(),
    }
}
pub(super) trait Connect {
    async fn connect(self, options: ConnectOptions) -> Result<Runtime, StartError>;
}
impl Connect for RuntimeBuilder {
    async fn connect(self, options: ConnectOptions) -> Result<Runtime, StartError> {
        Err(none().into())
    }
}
pub(super) trait Workers {
    fn worker(&self) -> WorkerBuilder;
}
impl Workers for Runtime {
    fn worker(&self) -> WorkerBuilder {
        WorkerBuilder
    }
}
pub(super) struct WorkerBuilder;
impl WorkerBuilder {
    pub(super) fn task_queue(self, queue: impl Into<String>) -> Self {
        self
    }
    pub(super) fn concurrency(self, count: usize) -> Self {
        self
    }
    pub(super) fn identity(self, name: impl Into<String>) -> Self {
        self
    }
    pub(super) fn grace(self, grace: Duration) -> Self {
        self
    }
    pub(super) fn build(self) -> Result<Worker, StartError> {
        Err(none().into())
    }
}
pub(super) struct Worker;
impl Worker {
    pub(super) fn task_queues(&self) -> Vec<String> {
        Vec::new()
    }
    pub(super) async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), RunError> {
        Err(none())
    }
}
pub(super) trait Look {
    async fn health(&self) -> Result<String, RunError>;
    async fn has_pollers(&self, queue: &str) -> Result<bool, RunError>;
}
impl Look for dyn Engine {
    async fn health(&self) -> Result<String, RunError> {
        Err(none())
    }
    async fn has_pollers(&self, queue: &str) -> Result<bool, RunError> {
        Err(none())
    }
}
