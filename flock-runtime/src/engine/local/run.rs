//! A run of a local engine: what is known of it, from its start to its end.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    children::Children,
    execution::{Execution, Position},
    inbox::Message,
    limits::Limits,
};
use crate::{
    engine::{RunDescription, RunId, RunStatus, StartRequest},
    error::{Result, RunError},
    flock::event::status,
    value::payload::Payload,
};

pub(super) struct Run {
    pub(super) id: RunId,
    /// Its place among the runs of the engine, in the order of their starts.
    pub(super) number: u64,
    pub(super) execution: Arc<Execution>,
    /// What had happened in the execution before it.
    pub(super) before: Position,
    description: Mutex<RunDescription>,
    desk: Mutex<Desk>,
    pub(super) limits: Limits,
    pub(super) children: Children,
    /// What has happened in it so far, as Temporal would count events.
    events: AtomicU64,
}

/// Where messages to a run go.
struct Desk {
    messages: UnboundedSender<Message>,
    taken: Taken,
}

/// Who takes what is sent to a run.
#[derive(Clone, Copy)]
enum Taken {
    Here,
    /// The run that goes on with its work.
    Next,
    Nobody,
}

impl Run {
    pub(super) fn begin(
        request: &StartRequest,
        id: RunId,
        number: u64,
        started: SystemTime,
        limits: Limits,
    ) -> (Arc<Self>, UnboundedReceiver<Message>) {
        let flock = request.flock.descriptor;
        let options = &request.options;
        let execution = Arc::new(Execution::new(id.run_id.clone()));
        let mut description = RunDescription::new(id, flock.name, RunStatus::Running);
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
        Self::described(description, number, execution, Position::default(), limits)
    }

    /// A run that goes on with the work of this one, under the same id.
    pub(super) fn successor(
        &self,
        number: u64,
        started: SystemTime,
    ) -> (Arc<Self>, UnboundedReceiver<Message>) {
        let mut description = self.description().clone();
        description.id = fresh(self.id.workflow_id.clone());
        description.started = Some(started);
        let execution = Arc::clone(&self.execution);
        let before = execution.goes_on(&description.id.run_id);
        Self::described(description, number, execution, before, self.limits)
    }

    fn described(
        description: RunDescription,
        number: u64,
        execution: Arc<Execution>,
        before: Position,
        limits: Limits,
    ) -> (Arc<Self>, UnboundedReceiver<Message>) {
        let (messages, receiver) = unbounded_channel();
        let run = Arc::new(Self {
            id: description.id.clone(),
            number,
            execution,
            before,
            description: Mutex::new(description),
            desk: Mutex::new(Desk {
                messages,
                taken: Taken::Here,
            }),
            limits,
            children: Children::default(),
            events: AtomicU64::new(0),
        });
        run.execution.set_current(&run);
        (run, receiver)
    }

    /// What ties it to the other runs of a conversation.
    pub(super) fn session(&self) -> Option<String> {
        let description = self.description();
        let session = description
            .search_attributes
            .get(crate::flock::search::SESSION)?;
        session.as_str().map(str::to_owned)
    }

    /// Hands over to `next` what was sent and not looked at, and what will be sent.
    pub(super) fn hand_over(
        &self,
        next: &Self,
        messages: &mut UnboundedReceiver<Message>,
        now: SystemTime,
    ) {
        let mut desk = lock(&self.desk);
        while let Ok(message) = messages.try_recv() {
            // It cannot fail: `next` has not begun.
            let _ = next.send(message);
        }
        desk.taken = Taken::Next;
        self.close(RunStatus::ContinuedAsNew, now);
    }

    /// Puts a message where the run will find it, in order of arrival.
    pub(super) fn send(&self, message: Message) -> Result<(), RunError> {
        let desk = lock(&self.desk);
        let ended = || RunError::Ended(self.id.workflow_id.clone());
        match (desk.taken, &message) {
            // Each run answers for itself, after its end too.
            (_, Message::Query { .. }) | (Taken::Here, _) => {}
            (Taken::Nobody, _) => return Err(ended()),
            (Taken::Next, _) => {
                drop(desk);
                let next = self.execution.current().ok_or_else(ended)?;
                return next.send(message);
            }
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

    pub(super) fn describe(&self) -> RunDescription {
        let mut description = self.description().clone();
        if description.status == RunStatus::Running {
            description.running = self.execution.running();
        }
        description
    }

    pub(super) fn description(&self) -> MutexGuard<'_, RunDescription> {
        lock(&self.description)
    }

    /// Ends it; gives the bytes that are kept of it from here on.
    pub(super) fn end(&self, outcome: Result<Payload, RunError>, now: SystemTime) -> usize {
        let status = status(outcome.as_ref().map(drop));
        lock(&self.desk).taken = Taken::Nobody;
        self.close(status, now);
        self.execution.end(outcome)
    }

    fn close(&self, status: RunStatus, now: SystemTime) {
        let mut description = self.description();
        description.ended = Some(now);
        description.status = status;
    }
}

pub(super) fn fresh(workflow_id: String) -> RunId {
    RunId {
        workflow_id,
        run_id: format!("{:032x}", fastrand::u128(..)),
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Run").field(&self.id).finish()
    }
}
