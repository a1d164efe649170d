//! The engine on a Temporal server, by the official SDK. Nothing outside this folder names it.

mod client;
mod connect;
mod failure;
pub mod replay;
mod schedules;
mod threads;
mod wire;
mod worker;
mod workflow;

use std::sync::Arc;

pub use client::TemporalEngine;
pub use connect::{ConnectOptions, ConnectionSetting};
pub use replay::{History, Replayer};
pub use schedules::{
    ChangeKind, Difference, ScheduleChange, ScheduleDescription, SchedulePlan, ScheduledRun,
    Schedules,
};
pub use worker::{Build, Deployment, Worker};

use futures_util::{FutureExt, future::BoxFuture};

use crate::{
    error::StartError,
    runtime::{Runtime, RuntimeBuilder},
};

impl RuntimeBuilder {
    /// A runtime on a Temporal server. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// As [`parts`](Self::parts); [`StartError::Setting`] when the Temporal configuration is wrong;
    /// [`RunError::Unreachable`](crate::RunError::Unreachable) when the server does not answer
    /// within 5 seconds.
    pub fn connect(
        self,
        options: ConnectOptions,
    ) -> BoxFuture<'static, Result<Runtime, StartError>> {
        async move {
            let parts = self.parts()?;
            let engine = TemporalEngine::connect(parts.clone(), options).await?;
            Ok(Runtime::new(parts, Arc::new(engine)))
        }
        .boxed()
    }
}
