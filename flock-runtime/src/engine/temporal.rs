//! The engine on a Temporal server, by the official SDK. Nothing outside this folder names it.

mod activity;
mod attempts;
mod backend;
mod blocking;
mod children;
mod claims;
mod client;
mod closed;
mod connect;
mod deployment;
mod describe;
mod failure;
mod faults;
mod foreign;
mod history;
mod list;
mod messages;
mod next;
mod options;
mod pollers;
mod queues;
mod registering;
mod replay;
mod room;
mod schedules;
mod search;
mod serving;
mod shown;
mod starting;
mod threads;
mod tidings;
mod unserved;
mod wire;
mod worker;
mod workers;
mod workflow;

use std::sync::Arc;

pub use client::TemporalEngine;
pub use connect::{ConnectOptions, ConnectionSetting};
pub use deployment::{Build, Deployment};
pub use replay::{History, Replayer};
pub use schedules::{
    ChangeKind, Difference, ScheduleChange, ScheduleDescription, SchedulePlan, ScheduledRun,
    Schedules,
};
pub use worker::Worker;

use futures_util::{FutureExt, future::BoxFuture};

use crate::runtime::{Runtime, RuntimeBuilder, StartError};

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
