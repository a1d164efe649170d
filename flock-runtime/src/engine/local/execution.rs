//! What the runs of one execution have in common. A flock that continues as new goes on in another
//! run, and whoever waits for it, follows it or asks it to end means all of them.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::Notify;

use super::run::{Run, lock};
use crate::{
    engine::{RunId, RunningStep},
    error::{Result, RunError},
    flock::{
        approval::request::ApprovalRequest,
        event::{AgentStep, RunEnd, StepEvent, StepPhase, status},
    },
    value::payload::Payload,
};

/// As much is kept of the steps of an execution, in bytes: of one that goes on for months, the newest.
const LOG: usize = 4 << 20;

pub(super) struct Execution {
    /// The run id of its first run.
    pub(super) first: String,
    state: Mutex<State>,
    /// Asked at every call, so it is not under the lock.
    cancelled: AtomicBool,
    ordered: Notify,
    told: Notify,
    asked: Notify,
    ended: Notify,
}

#[derive(Default)]
struct State {
    /// The run at work, which is among those of the engine. Runs name their execution in turn.
    current: Weak<Run>,
    /// Why it is to end at once.
    terminate: Option<String>,
    /// Agents at work, in the order of their calls.
    running: Vec<Running>,
    log: Log,
    /// What it waits for people to answer.
    requests: Vec<ApprovalRequest>,
    /// How often that has changed.
    changes: u64,
    outcome: Option<Result<Payload, RunError>>,
    parent: Option<Parent>,
}

/// Whose child an execution is.
pub(super) struct Parent {
    pub(super) execution: Weak<Execution>,
    /// The child as its parent knows it.
    pub(super) child: RunId,
    pub(super) flock: &'static str,
}

struct Running {
    step: u64,
    agent: &'static str,
    attempt: u32,
    last_failure: Option<String>,
}

/// A place in the log of an execution.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    events: u64,
    /// Calls before it.
    pub(super) steps: u64,
}

#[derive(Default)]
struct Log {
    /// Where it ends.
    end: Position,
    kept: VecDeque<Told>,
    bytes: usize,
}

enum Told {
    Step {
        step: u64,
        agent: &'static str,
        summary: Option<String>,
        phase: StepPhase,
    },
    Other {
        event: Box<StepEvent>,
        bytes: usize,
    },
}

impl Told {
    fn bytes(&self) -> usize {
        let more = match self {
            Self::Step { phase, summary, .. } => {
                let text = match phase {
                    StepPhase::Retrying { error, .. } | StepPhase::Failed { error } => error.len(),
                    StepPhase::Started
                    | StepPhase::Completed { .. }
                    | StepPhase::WorkerLost { .. }
                    | StepPhase::Dropped => 0,
                };
                text + summary.as_ref().map_or(0, String::len)
            }
            Self::Other { bytes, .. } => size_of::<StepEvent>() + bytes,
        };
        size_of::<Self>() + more
    }
}

impl From<StepEvent> for Told {
    fn from(event: StepEvent) -> Self {
        Self::Other {
            bytes: serde_json::to_vec(&event).map_or(0, |json| json.len()),
            event: Box::new(event),
        }
    }
}

impl Log {
    fn push(&mut self, told: Told) {
        self.end.events += 1;
        if let Told::Step { step, .. } = told {
            self.end.steps = self.end.steps.max(step);
        }
        self.bytes += told.bytes();
        self.kept.push_back(told);
        while self.bytes > LOG
            && let Some(oldest) = self.kept.pop_front()
        {
            self.bytes -= oldest.bytes();
        }
    }

    /// What is kept of it from the event `seen` on, with steps counted from `before`.
    fn since(&self, seen: u64, before: u64) -> Vec<StepEvent> {
        let new = usize::try_from(self.end.events - seen).unwrap_or(usize::MAX);
        let new = self.kept.iter().skip(self.kept.len().saturating_sub(new));
        new.map(|told| match told {
            Told::Step {
                step,
                agent,
                summary,
                phase,
            } => AgentStep::new(step - before, *agent, summary.clone(), phase.clone()).into(),
            Told::Other { event, .. } => (**event).clone(),
        })
        .collect()
    }
}

impl Execution {
    pub(super) fn new(first: String) -> Self {
        Self {
            first,
            state: Mutex::default(),
            cancelled: AtomicBool::new(false),
            ordered: Notify::new(),
            told: Notify::new(),
            asked: Notify::new(),
            ended: Notify::new(),
        }
    }

    /// Waits until `look` finds something: it looks at once, and after each notice.
    async fn until<T>(&self, notice: &Notify, mut look: impl FnMut(&State) -> Option<T>) -> T {
        loop {
            // It hears of what is told from here on.
            let noticed = notice.notified();
            if let Some(found) = look(&lock(&self.state)) {
                return found;
            }
            noticed.await;
        }
    }

    /// The run at work, or the last.
    pub(super) fn current(&self) -> Option<Arc<Run>> {
        lock(&self.state).current.upgrade()
    }

    pub(super) fn set_current(&self, run: &Arc<Run>) {
        lock(&self.state).current = Arc::downgrade(run);
    }

    /// Asks it to end, and those of its children that somebody holds.
    pub(super) fn cancel(&self, reason: &str) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.ordered.notify_waiters();
        if let Some(run) = self.current() {
            tracing::debug!(workflow_id = run.id.workflow_id, reason, "asked to end");
            run.children.cancel_held();
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Waits until it is asked to end.
    pub(super) async fn cancelled(&self) {
        let asked = |_: &State| self.is_cancelled().then_some(());
        self.until(&self.ordered, asked).await;
    }

    /// Ends it at once.
    pub(super) fn terminate(&self, reason: &str) {
        lock(&self.state).terminate = Some(reason.to_owned());
        self.ordered.notify_waiters();
    }

    /// Why it is to end at once, where it is.
    pub(super) fn termination(&self) -> Option<String> {
        lock(&self.state).terminate.clone()
    }

    /// Waits until it is to end at once, and says why.
    pub(super) async fn terminated(&self) -> String {
        let ordered = |state: &State| state.terminate.clone();
        self.until(&self.ordered, ordered).await
    }

    /// How it ended, once it has.
    pub(super) async fn outcome(&self) -> Result<Payload, RunError> {
        let ended = |state: &State| state.outcome.clone();
        self.until(&self.ended, ended).await
    }

    pub(super) fn has_ended(&self) -> bool {
        lock(&self.state).outcome.is_some()
    }

    /// Ends it; gives the bytes that are kept of it from here on. Only the first end counts.
    pub(super) fn end(&self, outcome: Result<Payload, RunError>) -> usize {
        let bytes = {
            let mut state = lock(&self.state);
            state.running = Vec::new();
            state.ask(Vec::new());
            let outcome = state.outcome.get_or_insert(outcome);
            let result = outcome.as_ref().map_or(0, |output| output.as_bytes().len());
            let status = status(outcome.as_ref().map(drop));
            // Before the parent can see it: what it does then is told after.
            if let Some(parent) = state.parent.take()
                && let Some(execution) = parent.execution.upgrade()
            {
                execution.tell(StepEvent::ChildEnded {
                    child: parent.child,
                    flock: parent.flock.to_owned(),
                    status,
                });
            }
            state.log.kept.shrink_to_fit();
            result + state.log.bytes
        };
        for notice in [&self.told, &self.asked, &self.ended] {
            notice.notify_waiters();
        }
        bytes
    }

    /// Where the log ends, as a run begins that goes on with the work of another.
    pub(super) fn goes_on(&self, run_id: &str) -> Position {
        let mut state = lock(&self.state);
        state.running.clear();
        state.ask(Vec::new());
        let run_id = run_id.to_owned();
        state.log.push(StepEvent::ContinuedAsNew { run_id }.into());
        let end = state.log.end;
        drop(state);
        self.told.notify_waiters();
        self.asked.notify_waiters();
        end
    }

    /// Notes what happened to a call.
    pub(super) fn report(
        &self,
        step: u64,
        agent: &'static str,
        summary: Option<&str>,
        phase: StepPhase,
    ) {
        {
            let mut state = lock(&self.state);
            state.note(step, agent, &phase);
            state.log.push(Told::Step {
                step,
                agent,
                summary: summary.map(str::to_owned),
                phase,
            });
        }
        self.told.notify_waiters();
    }

    /// Notes what else has happened. Once it has ended, nothing has.
    pub(super) fn tell(&self, event: StepEvent) {
        {
            let mut state = lock(&self.state);
            if state.outcome.is_some() {
                return;
            }
            state.log.push(event.into());
        }
        self.told.notify_waiters();
    }

    /// Notes whose child it is, so that its end is told there.
    pub(super) fn set_parent(&self, parent: Parent) {
        lock(&self.state).parent = Some(parent);
    }

    /// Agents at work.
    pub(super) fn running(&self) -> Vec<RunningStep> {
        let state = lock(&self.state);
        let running = state.running.iter();
        running
            .map(|step| RunningStep::new(step.agent, step.attempt, step.last_failure.clone()))
            .collect()
    }

    /// The steps from a place on, as they happen, until its end.
    pub(super) fn steps(
        self: Arc<Self>,
        from: Position,
    ) -> impl Stream<Item = StepEvent> + Send + use<> {
        let batches = stream::unfold(
            (self, Some(from.events)),
            move |(execution, seen)| async move {
                let seen = seen?;
                let news = |state: &State| {
                    let end = state.log.end.events;
                    let outcome = state.outcome.as_ref();
                    let is_news = end > seen || outcome.is_some();
                    is_news.then(|| {
                        let mut batch = state.log.since(seen, from.steps);
                        let ended = outcome.map(|outcome| RunEnd::of(outcome.as_ref()));
                        let more = ended.is_none().then_some(end);
                        batch.extend(ended.map(StepEvent::Ended));
                        (batch, more)
                    })
                };
                let (batch, more) = execution.until(&execution.told, news).await;
                Some((batch, (execution, more)))
            },
        );
        batches.flat_map(stream::iter)
    }

    /// Notes what it waits for people to answer.
    pub(super) fn ask(&self, requests: Vec<ApprovalRequest>) {
        lock(&self.state).ask(requests);
        self.asked.notify_waiters();
    }

    /// What it waits for people to answer: at once, and each time that changes, until its end.
    pub(super) fn requests(
        self: Arc<Self>,
    ) -> impl Stream<Item = Vec<ApprovalRequest>> + Send + use<> {
        stream::unfold((self, None), |(execution, seen)| async move {
            let news = |state: &State| match (seen == Some(state.changes), &state.outcome) {
                (false, _) => Some(Some((state.requests.clone(), state.changes))),
                (true, Some(_)) => Some(None),
                (true, None) => None,
            };
            let news: Option<(_, u64)> = execution.until(&execution.asked, news).await;
            let (requests, changes) = news?;
            Some((requests, (execution, Some(changes))))
        })
    }
}

impl State {
    fn ask(&mut self, requests: Vec<ApprovalRequest>) {
        // What a run drops as it ends asks nobody.
        let requests = match self.outcome {
            Some(_) => Vec::new(),
            None => requests,
        };
        if self.requests != requests {
            self.requests = requests;
            self.changes += 1;
        }
    }

    fn note(&mut self, step: u64, agent: &'static str, phase: &StepPhase) {
        // Calls are made in order, so this is in order.
        let at = self
            .running
            .binary_search_by_key(&step, |running| running.step);
        match (phase, at) {
            (StepPhase::Started, Err(at)) => self.running.insert(
                at,
                Running {
                    step,
                    agent,
                    attempt: 1,
                    last_failure: None,
                },
            ),
            (StepPhase::Retrying { attempt, error, .. }, Ok(at)) => {
                let running = &mut self.running[at];
                running.attempt = attempt + 1;
                running.last_failure = Some(error.clone());
            }
            (
                StepPhase::Completed { .. } | StepPhase::Failed { .. } | StepPhase::Dropped,
                Ok(at),
            ) => {
                self.running.remove(at);
            }
            (_, _) => {}
        }
    }
}

impl std::fmt::Debug for Execution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Execution").field(&self.first).finish()
    }
}
