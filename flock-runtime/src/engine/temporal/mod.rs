//! The engine on a Temporal server, by the official SDK. Nothing outside this folder names it.

mod client;
pub(crate) mod codec;
mod connect;
mod failure;
mod history;
mod meter;
pub mod replay;
mod schedules;
mod threads;
mod trace_header;
mod wire;
mod worker;
mod workflow;

/// Targets of log lines that are said again with each call to a server that is lost, which is told of once.
#[cfg(feature = "cli")]
pub(crate) const REPEATS: &[&str] = &["temporalio_client::retry"];

pub use client::TemporalEngine;
#[cfg(feature = "cli")]
pub(crate) use client::sweep::Sweep;
pub use codec::EncryptionKeys;
pub use connect::{ConnectOptions, ConnectionSetting};
pub use history::History;
pub use replay::Replayer;
pub use schedules::{
    ChangeKind, Difference, ScheduleChange, ScheduleDescription, SchedulePlan, ScheduledRun,
    Schedules,
};
#[cfg(feature = "cli")]
pub(crate) use worker::queues::unservable;
#[cfg(feature = "deploy")]
pub(crate) use worker::queues::{Runs, named_with};
pub use worker::{Build, Deployment, Worker};
