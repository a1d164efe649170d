//! The runs of a local engine: what is known of each, from its start to its end.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use futures_util::{Stream, stream};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    watch,
};

use super::{children::Children, desk::Message, limits::Limits};
use crate::{
    engine::{
        IdConflict, IdReuse, RunDescription, RunId, RunStatus, RunningStep, StartRequest,
        StepEvent, StepPhase,
    },
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
    outcome: watch::Sender<Option<Outcome>>,
    desk: Mutex<Desk>,
    pub(super) limits: Limits,
    pub(super) children: Children,
    /// What has happened in it so far, as Temporal would count events.
    events: AtomicU64,
}

/// How a run ended.
#[derive(Clone)]
enum Outcome {
    Ended(Result<Payload, RunError>),
    Continued(Arc<Run>),
}

/// Where messages to a run go.
struct Desk {
    messages: UnboundedSender<Message>,
    /// The run that goes on with its work, once there is one.
    next: Option<Arc<Run>>,
}

/// What a run has been told from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct Orders {
    pub(super) cancel: Option<String>,
    pub(super) terminate: Option<String>,
    /// The run that goes on with its work, to which orders are passed on.
    next: Option<Arc<Run>>,
}

#[derive(Default)]
struct Log {
    steps: Vec<StepEvent>,
    ended: bool,
}

impl Run {
    fn begin(
        request: &StartRequest,
        id: RunId,
        started: SystemTime,
        limits: Limits,
    ) -> (Self, UnboundedReceiver<Message>) {
        let flock = request.flock.descriptor;
        let options = &request.options;
        let mut description = RunDescription::new(id.clone(), flock.name, RunStatus::Running);
        description.task_queue = options
            .task_queue
            .clone()
            .unwrap_or_else(|| flock.task_queue().to_owned());
        description.started = Some(started);
        description.memo = request.memo();
        let built_in = request
            .built_in()
            .map(|(name, value)| (name.to_owned(), value.into()));
        description.search_attributes = built_in.collect();
        for (name, value) in &options.search_attributes {
            // Checked at the start: what has no JSON form is of no kind.
            let value = serde_json::to_value(value).unwrap_or_default();
            description.search_attributes.insert(name.clone(), value);
        }
        Self::described(description, limits)
    }

    fn described(
        description: RunDescription,
        limits: Limits,
    ) -> (Self, UnboundedReceiver<Message>) {
        let (messages, receiver) = unbounded_channel();
        let run = Self {
            id: description.id.clone(),
            description: Mutex::new(description),
            orders: watch::Sender::default(),
            log: watch::Sender::default(),
            outcome: watch::Sender::new(None),
            desk: Mutex::new(Desk {
                messages,
                next: None,
            }),
            limits,
            children: Children::default(),
            events: AtomicU64::new(0),
        };
        (run, receiver)
    }

    /// What ties it to the other runs of a conversation.
    pub(super) fn session(&self) -> Option<String> {
        let description = self.description();
        let session = description.search_attributes.get(crate::search::SESSION)?;
        session.as_str().map(str::to_owned)
    }

    /// A run that goes on with the work of this one, under the same id.
    fn successor(&self, started: SystemTime) -> (Self, UnboundedReceiver<Message>) {
        let mut description = self.describe();
        description.id = fresh(self.id.workflow_id.clone());
        description.started = Some(started);
        description.running.clear();
        Self::described(description, self.limits)
    }

    /// Hands everything over to `next`: what was sent and not looked at, what will be sent, and orders.
    fn hand_over(
        &self,
        next: &Arc<Self>,
        messages: &mut UnboundedReceiver<Message>,
        now: SystemTime,
    ) {
        {
            let mut desk = lock(&self.desk);
            while let Ok(message) = messages.try_recv() {
                // It cannot fail: `next` has not begun.
                let _ = next.send(message);
            }
            desk.next = Some(Arc::clone(next));
            self.orders.send_modify(|orders| {
                next.orders.send_replace(orders.clone());
                orders.next = Some(Arc::clone(next));
            });
            self.close(RunStatus::ContinuedAsNew, now);
        }
        self.outcome
            .send_replace(Some(Outcome::Continued(Arc::clone(next))));
        self.log.send_modify(|log| log.ended = true);
    }

    /// Puts a message where the run will find it, in order of arrival.
    pub(super) fn send(&self, message: Message) -> Result<(), RunError> {
        let desk = lock(&self.desk);
        let ended = || RunError::Ended(self.id.workflow_id.clone());
        match (&desk.next, &message) {
            (_, Message::Query { .. }) | (None, Message::Update { .. }) => {}
            (Some(next), _) => return next.send(message),
            (None, Message::Signal { .. }) if !self.is_running() => return Err(ended()),
            (None, Message::Signal { .. }) => {}
        }
        self.count();
        desk.messages.send(message).map_err(|_| ended())
    }

    /// Notes that something has happened in the run.
    pub(super) fn count(&self) {
        self.events.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.orders.borrow().cancel.is_some()
    }

    pub(super) fn cancel(&self, reason: &str) {
        let next = self.order(|orders| orders.cancel = Some(reason.to_owned()));
        match next {
            Some(next) => next.cancel(reason),
            None => self.children.cancel_held(),
        }
    }

    pub(super) fn terminate(&self, reason: &str) {
        let next = self.order(|orders| orders.terminate = Some(reason.to_owned()));
        if let Some(next) = next {
            next.terminate(reason);
        }
    }

    /// Gives an order, or names the run that is to get it instead.
    fn order(&self, give: impl FnOnce(&mut Orders)) -> Option<Arc<Self>> {
        let mut next = None;
        self.orders.send_modify(|orders| {
            next.clone_from(&orders.next);
            if next.is_none() {
                give(orders);
            }
        });
        next
    }

    pub(super) fn orders(&self) -> watch::Receiver<Orders> {
        self.orders.subscribe()
    }

    /// How it ended, or the runs that went on with its work.
    pub(super) async fn outcome(&self) -> Result<Payload, RunError> {
        let mut receiver = self.outcome.subscribe();
        loop {
            let outcome = receiver.wait_for(Option::is_some).await;
            let outcome = outcome.ok().and_then(|outcome| outcome.clone());
            match outcome {
                Some(Outcome::Ended(result)) => return result,
                Some(Outcome::Continued(next)) => receiver = next.outcome.subscribe(),
                None => return Err(RunError::Engine("the engine has ended".into())),
            }
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        match &*self.outcome.borrow() {
            Some(Outcome::Continued(next)) => next.has_ended(),
            Some(Outcome::Ended(_)) => true,
            None => false,
        }
    }

    fn next(&self) -> Option<Arc<Self>> {
        lock(&self.desk).next.clone()
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
                (StepPhase::WorkerLost { .. }, _) | (_, None) => {}
            }
        }
        self.log.send_modify(|log| log.steps.push(event));
    }

    /// The steps from the first, as they happen, until its end and that of the runs that went on with
    /// its work.
    pub(super) fn steps(self: Arc<Self>) -> impl Stream<Item = StepEvent> + Send + use<> {
        let start = (self.log.subscribe(), self, 0, 0);
        let batches = stream::unfold(
            start,
            |(mut log, mut run, mut seen, mut before)| async move {
                loop {
                    let more = log
                        .wait_for(|log| log.ended || log.steps.len() > seen)
                        .await
                        .ok()?;
                    let mut batch = more.steps.get(seen..).unwrap_or_default().to_vec();
                    let steps = more.steps.iter().map(|event| event.step).max();
                    drop(more);
                    if !batch.is_empty() {
                        seen += batch.len();
                        batch.iter_mut().for_each(|event| event.step += before);
                        return Some((batch, (log, run, seen, before)));
                    }
                    let next = run.next()?;
                    before += steps.unwrap_or_default();
                    seen = 0;
                    log = next.log.subscribe();
                    run = next;
                }
            },
        );
        futures_util::StreamExt::flat_map(batches, stream::iter)
    }

    pub(super) fn end(&self, outcome: Result<Payload, RunError>, now: SystemTime) {
        let status = match &outcome {
            Ok(_) => RunStatus::Completed,
            Err(RunError::Cancelled) => RunStatus::Cancelled,
            Err(RunError::Terminated { .. }) => RunStatus::Terminated,
            Err(RunError::TimedOut) => RunStatus::TimedOut,
            Err(_) => RunStatus::Failed,
        };
        self.close(status, now);
        self.log.send_modify(|log| log.ended = true);
        self.outcome.send_replace(Some(Outcome::Ended(outcome)));
    }

    fn close(&self, status: RunStatus, now: SystemTime) {
        let mut description = self.description();
        description.ended = Some(now);
        description.running.clear();
        description.status = status;
    }
}

fn fresh(workflow_id: String) -> RunId {
    RunId {
        workflow_id,
        run_id: format!("{:032x}", fastrand::u128(..)),
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

/// What a start comes to.
pub(super) enum Added {
    New(Arc<Run>, UnboundedReceiver<Message>),
    Existing(RunId),
}

impl Runs {
    pub(super) fn add(
        &self,
        request: &StartRequest,
        limits: Limits,
        now: SystemTime,
    ) -> Result<Added, RunError> {
        let workflow_id = request.options.workflow_id.clone().unwrap_or_else(|| {
            format!(
                "{}-{:016x}",
                request.flock.descriptor.name,
                fastrand::u64(..)
            )
        });
        let mut table = lock(&self.0);
        if let Some(run) = table.latest.get(&workflow_id) {
            let status = run.description().status;
            match (status, request.options.id_conflict, request.id_reuse()) {
                (RunStatus::Running, IdConflict::Fail, _) => {
                    return Err(RunError::AlreadyRunning(workflow_id));
                }
                (RunStatus::Running, IdConflict::UseExisting, _) => {
                    return Ok(Added::Existing(run.id.clone()));
                }
                (RunStatus::Running, IdConflict::TerminateExisting, _) => {
                    run.terminate("a start of the same workflow id took its place");
                }
                (_, _, IdReuse::RejectDuplicate)
                | (RunStatus::Completed, _, IdReuse::AllowDuplicateFailedOnly) => {
                    return Err(RunError::AlreadyUsed(workflow_id));
                }
                _ => {}
            }
        }
        let (run, messages) = Run::begin(request, fresh(workflow_id), now, limits);
        let run = Arc::new(run);
        table.insert(&run);
        Ok(Added::New(run, messages))
    }

    /// Has a new run go on with the work of `run`.
    pub(super) fn succeed(
        &self,
        run: &Run,
        messages: &mut UnboundedReceiver<Message>,
        now: SystemTime,
    ) -> (Arc<Run>, UnboundedReceiver<Message>) {
        // Under one lock: else another start could take the id in between.
        let mut table = lock(&self.0);
        let (next, next_messages) = run.successor(now);
        let next = Arc::new(next);
        run.hand_over(&next, messages, now);
        table.insert(&next);
        (next, next_messages)
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
    fn insert(&mut self, run: &Arc<Run>) {
        let id = run.id.workflow_id.clone();
        self.latest.insert(id, Arc::clone(run));
        self.all.push_back(Arc::clone(run));
        self.forget();
    }

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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
