//! What the runs of one execution have in common. A flock that continues as new goes on in another
//! run, and whoever waits for it, follows it or asks it to end means all of them.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use super::{
    log::{Call, Log, Position},
    run::{Run, lock},
    said::Said,
    waiting::{News, Waiting},
};
use crate::{
    engine::{RunId, RunningStep},
    error::{Result, RunError},
    flock::{
        approval::request::ApprovalRequest,
        event::{StepEvent, StepPhase, status},
    },
    telemetry::trace::TraceContext,
    value::payload::Payload,
};

pub(super) struct Execution {
    /// Its first run.
    pub(super) first: Arc<RunId>,
    /// What it is part of, in a trace.
    begun_by: Option<TraceContext>,
    state: Mutex<State>,
    /// Asked at every call, so it is not under the lock.
    cancelled: AtomicBool,
}

#[derive(Default)]
pub(super) struct State {
    waiting: Waiting,
    /// The run at work, which is among those of the engine. Runs name their execution in turn.
    current: Weak<Run>,
    /// Why it is to end at once.
    terminate: Option<String>,
    /// Agents at work, in the order of their calls.
    running: Vec<Running>,
    pub(super) log: Log,
    /// What agents say; most runs have none who do.
    said: Option<Box<Said>>,
    /// What it waits for people to answer.
    pub(super) requests: Vec<ApprovalRequest>,
    /// How often that has changed.
    pub(super) changes: u64,
    pub(super) outcome: Option<Result<Payload, RunError>>,
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

impl Execution {
    pub(super) fn new(first: Arc<RunId>, begun_by: Option<TraceContext>) -> Self {
        Self {
            first,
            begun_by,
            state: Mutex::default(),
            cancelled: AtomicBool::new(false),
        }
    }

    /// What a run is part of, in a trace: what began the execution, else its first run.
    pub(super) fn begun_by(&self, run: &RunId, is_traced: bool) -> Option<TraceContext> {
        let goes_on = is_traced && run.run_id != self.first.run_id;
        let first = || goes_on.then(|| TraceContext::of_run(&self.first.run_id));
        self.begun_by.or_else(first)
    }

    /// Changes what is known, and wakes who waits for such news.
    fn change<T>(&self, news: &[News], change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.state);
        let changed = change(&mut state);
        let woken = state.waiting.hear(news);
        drop(state);
        for waker in woken {
            waker.wake();
        }
        changed
    }

    /// Waits until `look` finds something: it looks at once, and after each news of this kind.
    pub(super) fn until<T, L>(&self, news: News, look: L) -> impl Future<Output = T>
    where
        L: FnMut(&State) -> Option<T> + Unpin,
    {
        Until {
            execution: self,
            news,
            look,
            number: None,
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
        let run = self.change(&[News::Orders], |state| state.current.upgrade());
        if let Some(run) = run {
            tracing::debug!(workflow_id = run.id.workflow_id, reason, "asked to end");
            run.cancel_held();
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Waits until it is asked to end.
    pub(super) fn cancelled(&self) -> impl Future<Output = ()> {
        self.until(News::Orders, |_| self.is_cancelled().then_some(()))
    }

    /// Ends it at once.
    pub(super) fn terminate(&self, reason: &str) {
        self.change(&[News::Orders], |state| {
            state.terminate = Some(reason.to_owned());
        });
    }

    /// Why it is to end at once, where it is.
    pub(super) fn termination(&self) -> Option<String> {
        lock(&self.state).terminate.clone()
    }

    /// Waits until it is to end at once, and says why.
    pub(super) fn terminated(&self) -> impl Future<Output = String> {
        self.until(News::Orders, |state| state.terminate.clone())
    }

    /// How it ended, once it has.
    pub(super) fn outcome(&self) -> impl Future<Output = Result<Payload, RunError>> {
        self.until(News::End, |state| state.outcome.clone())
    }

    pub(super) fn has_ended(&self) -> bool {
        lock(&self.state).outcome.is_some()
    }

    /// Ends it; gives the bytes that are kept of it from here on. Only the first end counts.
    pub(super) fn end(&self, outcome: Result<Payload, RunError>) -> usize {
        self.change(&[News::Steps, News::Requests, News::End], |state| {
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
            state.log.close();
            let said = state.said.as_ref().map_or(0, |said| said.bytes());
            result + state.log.bytes() + said
        })
    }

    /// Where the log ends, as a run begins that goes on with the work of another.
    pub(super) fn goes_on(&self, run_id: &str) -> Position {
        self.change(&[News::Steps, News::Requests], |state| {
            state.running.clear();
            state.said.iter_mut().for_each(|said| said.go_on());
            state.ask(Vec::new());
            let run_id = run_id.to_owned();
            state.log.tell(StepEvent::ContinuedAsNew { run_id });
            state.log.end()
        })
    }

    /// Notes what happened to a call.
    pub(super) fn report(&self, call: &Call, phase: StepPhase) {
        self.change(&[News::Steps], |state| {
            state.note(call, &phase);
            state
                .said
                .iter_mut()
                .for_each(|said| said.note(call, &phase));
            state.log.report(call.clone(), phase);
        });
    }

    /// Changes what is known of what agents say.
    pub(super) fn said(&self, change: impl FnOnce(&mut Said)) {
        self.change(&[News::Said], |state| {
            change(state.said.get_or_insert_default());
        });
    }

    /// Whether anybody hears what agents say.
    pub(super) fn is_heard(&self) -> bool {
        let state = lock(&self.state);
        state.said.as_ref().is_some_and(|said| said.is_heard())
    }

    /// Notes what else has happened. Once it has ended, nothing has.
    pub(super) fn tell(&self, event: StepEvent) {
        self.change(&[News::Steps], |state| {
            if state.outcome.is_none() {
                state.log.tell(event);
            }
        });
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

    /// Notes what it waits for people to answer.
    pub(super) fn ask(&self, requests: Vec<ApprovalRequest>) {
        self.change(&[News::Requests], |state| state.ask(requests));
    }
}

impl State {
    /// What agents say, where anybody does or hears them.
    pub(super) fn said(&self) -> Option<&Said> {
        self.said.as_deref()
    }

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

    fn note(&mut self, call: &Call, phase: &StepPhase) {
        // Calls are made in order, so this is in order.
        let running = &mut self.running;
        let at = running.binary_search_by_key(&call.step, |running| running.step);
        match (phase, at) {
            (StepPhase::Started, Err(at)) => running.insert(
                at,
                Running {
                    step: call.step,
                    agent: call.name(),
                    attempt: 1,
                    last_failure: None,
                },
            ),
            (StepPhase::Retrying { attempt, error, .. }, Ok(at)) => {
                running[at].attempt = attempt + 1;
                running[at].last_failure = Some(error.clone());
            }
            (
                StepPhase::Completed { .. } | StepPhase::Failed { .. } | StepPhase::Dropped,
                Ok(at),
            ) => {
                running.remove(at);
            }
            (_, _) => {}
        }
    }
}

/// Waits for what it looks for, until it is dropped.
struct Until<'e, L> {
    execution: &'e Execution,
    news: News,
    look: L,
    /// Its place among those that wait.
    number: Option<u64>,
}

impl<T, L: FnMut(&State) -> Option<T> + Unpin> Future for Until<'_, L> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.get_mut();
        let mut state = lock(&this.execution.state);
        if let Some(found) = (this.look)(&state) {
            return Poll::Ready(found);
        }
        let (number, replaced) = state.waiting.wait(this.number, this.news, cx.waker());
        drop(state);
        // It may be the last trace of what waits for this execution too.
        drop(replaced);
        this.number = Some(number);
        Poll::Pending
    }
}

impl<L> Drop for Until<'_, L> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let waker = lock(&self.execution.state).waiting.leave(number);
            drop(waker);
        }
    }
}

impl fmt::Debug for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Execution")
            .field(&self.first.run_id)
            .finish()
    }
}
