//! The engine on a Temporal server, by the official SDK. Nothing outside this folder names it.

mod activity;
mod backend;
mod children;
mod client;
mod connect;
mod deployment;
mod describe;
mod failure;
mod history;
mod messages;
mod next;
mod options;
mod queues;
mod search;
mod wire;
mod worker;
mod workflow;

use std::sync::Arc;

pub use client::TemporalEngine;
pub use connect::ConnectOptions;
pub use deployment::{Build, Deployment};
pub use worker::Worker;

use temporalio_sdk::{WorkerOptions, WorkflowRegistrationError};

use crate::{
    agent::Agent,
    flock::Flock,
    runtime::{Parts, Runtime, RuntimeBuilder, StartError},
};

/// How an agent's activity is registered with a worker.
#[derive(Clone, Copy)]
pub struct AgentRegistration(fn(&mut WorkerOptions, &Parts));

impl AgentRegistration {
    /// The registration of `A`.
    pub(crate) const fn of<A: Agent>() -> Self {
        Self(activity::register::<A>)
    }
}

/// How a flock's workflow is registered with a worker.
#[derive(Clone, Copy)]
pub struct FlockRegistration(
    fn(&mut WorkerOptions, &Parts) -> Result<(), WorkflowRegistrationError>,
);

impl FlockRegistration {
    /// The registration of `F`.
    pub(crate) const fn of<F: Flock>() -> Self {
        Self(workflow::register::<F>)
    }
}

impl RuntimeBuilder {
    /// A runtime on a Temporal server. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// As [`parts`](Self::parts); [`StartError::Setting`] when the Temporal configuration is wrong;
    /// [`RunError::Unreachable`](crate::RunError::Unreachable) when the server does not answer
    /// within 5 seconds.
    pub async fn connect(self, options: ConnectOptions) -> Result<Runtime, StartError> {
        let parts = self.parts()?;
        let engine = TemporalEngine::connect(parts.clone(), options).await?;
        Ok(Runtime::new(parts, Arc::new(engine)))
    }
}
