//! Stands in for the Temporal engine's interface until it is merged.
#![allow(missing_docs, unused, reason = "goes away with the merge")]
use std::{future::Future, path::PathBuf, time::Duration};

use serde::Serialize;

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
    pub(super) tls: Option<bool>,
    pub(super) tls_server_ca: Option<PathBuf>,
    pub(super) tls_server_name: Option<String>,
    pub(super) tls_client_cert: Option<PathBuf>,
    pub(super) tls_client_key: Option<PathBuf>,
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
    fn worker(&self) -> Worker;
}
impl Workers for Runtime {
    fn worker(&self) -> Worker {
        Worker
    }
}
pub(super) struct Worker;
impl Worker {
    pub(super) fn task_queue(self, queue: impl Into<String>) -> Self {
        self
    }
    pub(super) fn concurrency(self, count: usize) -> Self {
        self
    }
    pub(super) fn identity(self, name: impl Into<String>) -> Self {
        self
    }
    pub(super) fn grace_period(self, grace: Duration) -> Self {
        self
    }
    pub(super) async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), RunError> {
        Err(none())
    }
}
#[derive(Serialize)]
pub(super) struct Health {
    pub(super) queues: Vec<TaskQueueHealth>,
}
#[derive(Serialize)]
pub(super) struct TaskQueueHealth {
    pub(super) name: String,
    pub(super) workflow_pollers: usize,
}
pub(super) trait Look {
    async fn health(&self) -> Result<Health, RunError>;
}
impl Look for dyn Engine {
    async fn health(&self) -> Result<Health, RunError> {
        Err(none())
    }
}
