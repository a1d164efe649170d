//! Replays histories against the flocks of this program, without a server.

mod error;
mod golden;
mod mismatch;
#[cfg(test)]
mod tests;
mod watch;

use std::{sync::Arc, thread, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use prost::Message as _;
use temporalio_client::WorkflowHistory;
use temporalio_common::protos::temporal::api::history::v1::History as Proto;
use temporalio_sdk::workflow_replayer::{
    WorkflowReplayError, WorkflowReplayFailure, WorkflowReplayer, WorkflowReplayerOptions,
};
use tokio::sync::oneshot;
use tracing::subscriber::NoSubscriber;

pub use super::history::{Action, History, HistoryError, HistoryStep, StepOutcome};
pub use error::ReplayError;
#[cfg(feature = "cli")]
pub(crate) use golden::files;
pub use golden::golden;
pub(crate) use mismatch::Found;
pub use mismatch::Mismatch;

use super::{wire::MAX_BYTES, workflow};
use crate::{
    engine::program::Parts,
    error::StartError,
    flock::{entry::FlockEntry, registry::Registry},
};

/// A replay works or fails within moments; one that hangs is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// Replays histories against the flocks of this program.
///
/// The flock's code runs as after a crash: what the history has is given to it, and whatever else
/// it asks for is a [`Mismatch`](crate::replay::Mismatch). No agent runs and no server is needed.
///
/// ```no_run
/// use flock::replay::{History, Replayer};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let history = History::read("tests/histories/research-42.json")?;
/// Replayer::new()?.replay(&history).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Replayer {
    parts: Parts,
}

impl Replayer {
    /// A replayer for everything that is linked in.
    ///
    /// # Errors
    /// [`StartError::Duplicate`] when two agents or two flocks share a name.
    pub fn new() -> Result<Self, StartError> {
        Ok(Self::of(Registry::collect()?))
    }

    /// A replayer for these flocks.
    pub fn of(registry: Registry) -> Self {
        Self {
            parts: Parts::bare(registry),
        }
    }

    /// Replays one history. That of a run which goes on is replayed as far as it goes.
    ///
    /// # Errors
    /// [`ReplayError::Mismatch`] when the code does something else than the history has;
    /// [`ReplayError::UnknownFlock`] when its flock is not linked in; [`ReplayError::Failed`] when
    /// the code panics.
    pub fn replay<'a>(&'a self, history: &'a History) -> BoxFuture<'a, Result<(), ReplayError>> {
        async move {
            let registry = &self.parts.registry;
            let flock = registry.flock(history.flock());
            let flock = flock.ok_or_else(|| ReplayError::UnknownFlock {
                flock: history.flock().to_owned(),
                known: registry
                    .flocks()
                    .map(|flock| flock.descriptor.name)
                    .collect(),
            })?;
            let (send, end) = oneshot::channel();
            let (mut parts, events) = (self.parts.clone(), history.events().to_vec());
            // No server took such a value: its run had a store.
            if events.iter().any(|event| event.encoded_len() > MAX_BYTES) {
                Arc::make_mut(&mut parts.config).payloads.store = Some(String::new());
            }
            let options = WorkflowReplayerOptions::new().task_queue(history.task_queue());
            let log = watch::Log::default();
            let watched = log.clone();
            // The SDK's worker stays on one thread.
            let work = move || {
                // What Temporal would log of a mismatch is in the error.
                let _quiet = tracing::subscriber::set_default(NoSubscriber::default());
                let mut options = options.build();
                options.workflow_interceptor(watched.interceptor());
                // Nobody listens when the caller was dropped.
                let _ = send.send(run(flock, &parts, options, Proto { events }));
            };
            let thread = thread::Builder::new().name("flock replay".to_owned());
            let spawned = thread.spawn(work);
            spawned.map_err(|error| ReplayError::Engine(error.to_string()))?;
            match end.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(explain(history, &log, error)),
                Err(_) => Err(ReplayError::Engine(
                    "the events do not follow from each other".to_owned(),
                )),
            }
        }
        .boxed()
    }
}

fn run(
    flock: &'static FlockEntry,
    parts: &Parts,
    mut options: WorkflowReplayerOptions,
    history: Proto,
) -> Result<(), Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::Engine(error.to_string());
    workflow::register(flock, parts, |factory| {
        options.register_workflow_with_factory(factory).map(drop)
    })
    .map_err(|error| fault(&error))?;
    let replayer = WorkflowReplayer::new(options).map_err(|error| fault(&error))?;
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| fault(&error))?;
    let replay = replayer.replay_workflow(WorkflowHistory::from(history));
    let replayed = tokio.block_on(async { tokio::time::timeout(PATIENCE, replay).await });
    match replayed {
        Ok(Ok(())) => Ok(()),
        Ok(Err(WorkflowReplayError::Replay(failure))) => Err(match failure {
            WorkflowReplayFailure::Nondeterminism { message } => Fault::Differs(message),
            WorkflowReplayFailure::WorkflowTaskFailure { message } => Fault::Fails(message),
            other => Fault::Engine(other.to_string()),
        }),
        Ok(Err(error)) => Err(fault(&error)),
        Err(_) => Err(Fault::Engine("it did not end within a minute".to_owned())),
    }
}

enum Fault {
    Differs(String),
    Fails(String),
    Engine(String),
}

fn explain(history: &History, log: &watch::Log, fault: Fault) -> ReplayError {
    let message = match fault {
        Fault::Differs(message) => words(&message).to_owned(),
        Fault::Fails(message) => {
            return ReplayError::Failed {
                flock: history.flock().to_owned(),
                message,
            };
        }
        Fault::Engine(message) => return ReplayError::Engine(message),
    };
    let steps = history.steps();
    let Found {
        step,
        event,
        history: was,
        code,
    } = Mismatch::find(&steps, &log.actions(), stopped(&message));
    ReplayError::Mismatch(Box::new(Mismatch {
        flock: history.flock().to_owned(),
        workflow_id: history.workflow_id().to_owned(),
        step,
        event,
        history: was,
        code,
        message,
    }))
}

/// Temporal's sentence out of the debugging text around it.
fn words(message: &str) -> &str {
    let Some(begin) = message.find("[TMPRL") else {
        return message;
    };
    let sentence = &message[begin..];
    sentence
        .find("\", source:")
        .map_or(sentence, |end| &sentence[..end])
}

/// The event that Temporal's message names.
fn stopped(message: &str) -> Option<i64> {
    let (_, after) = message.split_once("HistoryEvent(id: ")?;
    after.split_once(',')?.0.parse().ok()
}
