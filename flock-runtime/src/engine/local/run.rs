//! The runs of a local engine: what is known of each, from its start to its end.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use futures_util::{Stream, stream};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    watch,
};

use super::desk::Message;
use crate::{
    engine::{RunDescription, RunId, RunStatus, RunningStep, StartRequest, StepEvent, StepPhase},
    error::Result,
    payload::Payload,
    runtime::RunError,
};

/// Ended runs that are kept, so that a long-lived program does not grow.
const KEPT: usize = 1_000;

pub(super) struct Run {
    pub(super) id: RunId,
    description: Mutex<RunDescription>,
    orders: watch::Sender<Orders>,
    log: watch::Sender<Log>,
    outcome: watch::Sender<Option<Result<Payload, RunError>>>,
    desk: UnboundedSender<Message>,
}

/// What a run has been told from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct Orders {
    pub(super) cancel: Option<String>,
    pub(super) terminate: Option<String>,
}

#[derive(Default)]
struct Log {
    steps: Vec<StepEvent>,
    ended: bool,
}

impl Run {
    fn new(
        request: &StartRequest,
        id: RunId,
        started: SystemTime,
        desk: UnboundedSender<Message>,
    ) -> Self {
        let flock = request.flock.descriptor;
        let options = &request.options;
        let mut description = RunDescription::new(id.clone(), flock.name, RunStatus::Running);
        description.task_queue = options
            .task_queue
            .clone()
            .unwrap_or_else(|| flock.task_queue().to_owned());
        description.started = Some(started);
        description.memo.clone_from(&options.memo);
        Self {
            id,
            description: Mutex::new(description),
            orders: watch::Sender::default(),
            log: watch::Sender::default(),
            outcome: watch::Sender::new(None),
            desk,
        }
    }

    /// Puts a message where the run will find it, in order of arrival.
    pub(super) fn send(&self, message: Message) -> Result<(), RunError> {
        let sent = self.desk.send(message);
        sent.map_err(|_| RunError::Ended(self.id.workflow_id.clone()))
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.orders.borrow().cancel.is_some()
    }

    pub(super) fn cancel(&self, reason: &str) {
        self.orders
            .send_modify(|orders| orders.cancel = Some(reason.to_owned()));
    }

    pub(super) fn terminate(&self, reason: &str) {
        self.orders
            .send_modify(|orders| orders.terminate = Some(reason.to_owned()));
    }

    pub(super) fn orders(&self) -> watch::Receiver<Orders> {
        self.orders.subscribe()
    }

    pub(super) async fn outcome(&self) -> Result<Payload, RunError> {
        let mut outcome = self.outcome.subscribe();
        match outcome.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(outcome)) => outcome.clone(),
            _ => Err(RunError::Engine("the engine has ended".into())),
        }
    }

    pub(super) fn describe(&self) -> RunDescription {
        self.description().clone()
    }

    pub(super) fn is_running(&self) -> bool {
        self.description().status == RunStatus::Running
    }

    pub(super) fn description(&self) -> MutexGuard<'_, RunDescription> {
        lock(&self.description)
    }

    pub(super) fn report(&self, event: StepEvent) {
        {
            let running = &mut self.description().running;
            let at = running.iter().position(|step| step.agent == event.agent);
            match (&event.phase, at) {
                (StepPhase::Started, _) => {
                    running.push(RunningStep::new(event.agent.as_str(), 1, None));
                }
                (StepPhase::Retrying { attempt, error, .. }, Some(at)) => {
                    running[at].attempt = attempt + 1;
                    running[at].last_failure = Some(error.clone());
                }
                (StepPhase::Completed { .. } | StepPhase::Failed { .. }, Some(at)) => {
                    running.remove(at);
                }
                (_, None) => {}
            }
        }
        self.log.send_modify(|log| log.steps.push(event));
    }

    /// The steps from the first, as they happen, until the run's end.
    pub(super) fn steps(&self) -> impl Stream<Item = StepEvent> + Send + use<> {
        let log = self.log.subscribe();
        let batches = stream::unfold((log, 0), |(mut log, seen)| async move {
            let more = log
                .wait_for(|log| log.ended || log.steps.len() > seen)
                .await
                .ok()?;
            let batch = more.steps.get(seen..).unwrap_or_default().to_vec();
            drop(more);
            let seen = seen + batch.len();
            (!batch.is_empty()).then_some((batch, (log, seen)))
        });
        futures_util::StreamExt::flat_map(batches, stream::iter)
    }

    pub(super) fn end(&self, outcome: Result<Payload, RunError>, now: SystemTime) {
        {
            let mut description = self.description();
            description.ended = Some(now);
            description.running.clear();
            description.status = match &outcome {
                Ok(_) => RunStatus::Completed,
                Err(RunError::Cancelled) => RunStatus::Cancelled,
                Err(RunError::Terminated { .. }) => RunStatus::Terminated,
                Err(RunError::TimedOut) => RunStatus::TimedOut,
                Err(_) => RunStatus::Failed,
            };
        }
        self.log.send_modify(|log| log.ended = true);
        self.outcome.send_replace(Some(outcome));
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Run").field(&self.id).finish()
    }
}

/// The runs of an engine.
#[derive(Debug, Default)]
pub(super) struct Runs(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    latest: HashMap<String, Arc<Run>>,
    /// Oldest first.
    all: VecDeque<Arc<Run>>,
}

impl Runs {
    pub(super) fn add(
        &self,
        request: &StartRequest,
        now: SystemTime,
    ) -> Result<(Arc<Run>, UnboundedReceiver<Message>), RunError> {
        let workflow_id = request.options.workflow_id.clone().unwrap_or_else(|| {
            format!(
                "{}-{:016x}",
                request.flock.descriptor.name,
                fastrand::u64(..)
            )
        });
        let mut table = lock(&self.0);
        if let Some(run) = table.latest.get(&workflow_id)
            && run.is_running()
        {
            return Err(RunError::AlreadyRunning(workflow_id));
        }
        let id = RunId {
            workflow_id: workflow_id.clone(),
            run_id: format!("{:032x}", fastrand::u128(..)),
        };
        let (desk, messages) = unbounded_channel();
        let run = Arc::new(Run::new(request, id, now, desk));
        table.latest.insert(workflow_id, Arc::clone(&run));
        table.all.push_back(Arc::clone(&run));
        table.forget();
        Ok((run, messages))
    }

    pub(super) fn find(&self, id: &RunId) -> Option<Arc<Run>> {
        let table = lock(&self.0);
        let latest = table.latest.get(&id.workflow_id)?;
        if id.run_id.is_empty() || id.run_id == latest.id.run_id {
            return Some(Arc::clone(latest));
        }
        table.all.iter().find(|run| run.id == *id).cloned()
    }

    pub(super) fn newest(&self, limit: usize) -> Vec<RunDescription> {
        let table = lock(&self.0);
        table
            .all
            .iter()
            .rev()
            .take(limit)
            .map(|run| run.describe())
            .collect()
    }
}

impl Table {
    /// Drops the oldest run while too many are kept, unless it is going on still.
    fn forget(&mut self) {
        while self.all.len() > KEPT && self.all.front().is_some_and(|run| !run.is_running()) {
            if let Some(run) = self.all.pop_front()
                && let Some(latest) = self.latest.get(&run.id.workflow_id)
                && latest.id == run.id
            {
                self.latest.remove(&run.id.workflow_id);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
