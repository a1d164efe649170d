//! A run of a local engine: what is known of it, from its start to its end.

use std::{
    fmt::{self, Write},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use tokio::sync::oneshot;

use super::{
    children::Children,
    execution::Execution,
    inbox::{Inbox, Message, Messages, Put, Reply},
    limits::Limits,
    log::Position,
    metadata::Metadata,
};
use crate::{
    engine::{RunDescription, RunId, RunStatus, StartRequest},
    error::{Result, RunError},
    flock::{entry::FlockEntry, event::status},
    value::payload::Payload,
};

pub(super) struct Run {
    pub(super) id: Arc<RunId>,
    /// Its place among the runs of the engine, in the order of their starts.
    pub(super) number: u64,
    pub(super) flock: &'static FlockEntry,
    pub(super) task_queue: String,
    pub(super) execution: Arc<Execution>,
    /// What had happened in the execution before it.
    pub(super) before: Position,
    pub(super) limits: Limits,
    started: SystemTime,
    state: Mutex<State>,
    /// What has happened in it so far besides its calls of agents, as Temporal would count events.
    events: AtomicU64,
}

/// What changes of a run. Where two are locked, a parent's is first.
struct State {
    status: RunStatus,
    ended: Option<SystemTime>,
    metadata: Metadata,
    inbox: Inbox,
    children: Children,
}

impl State {
    fn new(metadata: Metadata) -> Self {
        Self {
            status: RunStatus::Running,
            ended: None,
            metadata,
            inbox: Inbox::default(),
            children: Children::default(),
        }
    }
}

impl Run {
    pub(super) fn begin(
        mut request: StartRequest,
        id: RunId,
        number: u64,
        started: SystemTime,
        limits: Limits,
    ) -> (Arc<Self>, Messages) {
        let flock = request.flock;
        let task_queue = request.options.task_queue.take();
        let id = Arc::new(id);
        Self {
            number,
            flock,
            task_queue: task_queue.unwrap_or_else(|| flock.descriptor.task_queue().to_owned()),
            execution: Arc::new(Execution::new(Arc::clone(&id), request.options.trace())),
            id,
            before: Position::default(),
            limits,
            started,
            state: Mutex::new(State::new(request.into())),
            events: AtomicU64::new(0),
        }
        .shared()
    }

    /// A run that goes on with the work of this one, under the same id.
    pub(super) fn successor(&self, number: u64, started: SystemTime) -> (Arc<Self>, Messages) {
        let id = fresh(self.id.workflow_id.clone());
        let execution = Arc::clone(&self.execution);
        let metadata = lock(&self.state).metadata.clone();
        Self {
            number,
            flock: self.flock,
            task_queue: self.task_queue.clone(),
            before: execution.goes_on(&id.run_id),
            execution,
            id: Arc::new(id),
            limits: self.limits,
            started,
            state: Mutex::new(State::new(metadata)),
            events: AtomicU64::new(0),
        }
        .shared()
    }

    fn shared(self) -> (Arc<Self>, Messages) {
        let run = Arc::new(self);
        run.execution.set_current(&run);
        let messages = Messages::of(&run);
        (run, messages)
    }

    /// Puts a question to the run.
    pub(super) async fn query(&self, name: &str, message: Payload) -> Result<Payload, RunError> {
        let name = name.to_owned();
        self.ask(|reply| Message::Query {
            name,
            message,
            reply,
        })
        .await
    }

    /// Sends what is answered.
    pub(super) async fn ask(
        &self,
        message: impl FnOnce(Reply) -> Message,
    ) -> Result<Payload, RunError> {
        let (reply, answer) = oneshot::channel();
        self.send(message(reply))?;
        // No answer: the run ended while its handler was at work.
        let ended = |_| RunError::Ended(self.id.workflow_id.clone());
        answer.await.map_err(ended)?
    }

    /// Puts a message where the run will find it, in order of arrival.
    pub(super) fn send(&self, message: Message) -> Result<(), RunError> {
        let ended = || RunError::Ended(self.id.workflow_id.clone());
        let put = self.inbox(|inbox| inbox.put(message));
        match put {
            Put::Here(waker) => {
                self.count();
                if let Some(waker) = waker {
                    waker.wake();
                }
                Ok(())
            }
            Put::Next(message) => {
                let next = self.execution.current().ok_or_else(ended)?;
                next.send(message)
            }
            Put::Refused => Err(ended()),
        }
    }

    /// Hands over to `next` what was sent and not looked at, and what will be sent.
    pub(super) fn hand_over(&self, next: &Self, now: SystemTime) {
        let mut state = lock(&self.state);
        let handed = state.inbox.hand_over(&mut lock(&next.state).inbox);
        next.events.fetch_add(handed, Ordering::Relaxed);
        state.close(RunStatus::ContinuedAsNew, now);
    }

    /// Ends it; gives the bytes that are kept of it from here on.
    pub(super) fn end(&self, outcome: Result<Payload, RunError>, now: SystemTime) -> usize {
        {
            let mut state = lock(&self.state);
            state.inbox.end();
            state.close(status(outcome.as_ref().map(drop)), now);
        }
        self.execution.end(outcome)
    }

    /// Notes that something has happened in the run.
    pub(super) fn count(&self) {
        self.events.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    pub(super) fn status(&self) -> RunStatus {
        lock(&self.state).status
    }

    pub(super) fn describe(&self) -> RunDescription {
        let id = RunId::clone(&self.id);
        let mut state = lock(&self.state);
        let mut description = RunDescription::new(id, self.flock.descriptor.name, state.status);
        description.task_queue.clone_from(&self.task_queue);
        description.started = Some(self.started);
        description.ended = state.ended;
        state.metadata.describe(&mut description);
        drop(state);
        if description.status == RunStatus::Running {
            description.running = self.execution.running();
        }
        description
    }

    pub(super) fn metadata<T>(&self, look: impl FnOnce(&mut Metadata) -> T) -> T {
        look(&mut lock(&self.state).metadata)
    }

    pub(super) fn inbox<T>(&self, look: impl FnOnce(&mut Inbox) -> T) -> T {
        look(&mut lock(&self.state).inbox)
    }

    pub(super) fn children<T>(&self, look: impl FnOnce(&mut Children) -> T) -> T {
        look(&mut lock(&self.state).children)
    }
}

impl State {
    fn close(&mut self, status: RunStatus, now: SystemTime) {
        self.ended = Some(now);
        self.status = status;
    }
}

/// Forgotten, and so nobody asks it anything any more.
impl Drop for Run {
    fn drop(&mut self) {
        if let Some(waker) = self.inbox(Inbox::waker) {
            waker.wake();
        }
    }
}

pub(super) fn fresh(workflow_id: String) -> RunId {
    let mut run_id = String::with_capacity(32);
    // Writing to a string cannot fail.
    let _ = write!(run_id, "{:032x}", fastrand::u128(..));
    RunId {
        workflow_id,
        run_id,
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Run").field(&self.id).finish()
    }
}
