//! One attempt of an agent on the local engine.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    rc::Rc,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, select},
};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinHandle},
    time::{Instant, timeout_at},
};

use super::{
    backend::Calls,
    execution::Execution,
    log::Call,
    run::{Run, lock},
    said::Said,
};
use crate::{
    agent::{
        context::{self, AgentBackend, AgentContext},
        entry::AgentEntry,
        state::States,
        stream::Saying,
    },
    engine::{AgentCall, RunId, observed::Observed, program::Execute},
    error::{Error, Result, RunError},
    flock::of_agent,
    value::{payload::Payload, usage::Usage},
};

/// An attempt under way. Dropped before its end, it lets the agent see that, and end by itself; at its
/// limit it is stopped.
pub(super) struct Attempt {
    calls: Rc<Calls>,
    shared: Arc<context::Attempt<LocalAttempt>>,
    work: Work,
}

/// When an attempt is stopped, whether anybody waits for it or not, and what it fails with then.
pub(super) struct Limit {
    at: Instant,
    error: fn() -> Error,
}

/// What attempts before have left.
pub(super) struct Before {
    /// How far they came.
    pub(super) kept: Option<Payload>,
    /// What asking models has cost.
    pub(super) spent: Usage,
}

impl Limit {
    pub(super) fn new(at: Instant, error: fn() -> Error) -> Self {
        Self { at, error }
    }
}

enum Work {
    Ended(Result<Payload>),
    /// On the program's runtime, until then.
    Task(JoinHandle<Result<Payload>>, Limit),
    Taken,
}

impl Attempt {
    /// Begins the attempt of this number. Its limit is asked for where it does not end at once.
    pub(super) fn begin(
        calls: Rc<Calls>,
        call: &AgentCall,
        told: &Call,
        number: u32,
        before: Before,
        limit: impl Fn() -> Limit,
    ) -> Self {
        let parts = &calls.shared.parts;
        let agent = call.agent.descriptor;
        let observed = Observed {
            telemetry: &parts.telemetry,
            agent: call.agent,
            run: &calls.attempts.run,
            attempt: number,
            // Its workers are threads of this process.
            lost_workers: 0,
            step: Some(call.step),
            called_by: call.trace,
            queue: &calls.run.task_queue,
        };
        let backend = LocalAttempt {
            of: Arc::clone(&calls.attempts),
            told: told.clone(),
            number,
            kept: before.kept,
            progress: Mutex::new(None),
            dropped: AtomicBool::new(false),
            heard: Notify::new(),
        };
        let shared = context::Attempt::new(observed.info(), backend).after(before.spent);
        let context = AgentContext::from(Arc::clone(&shared));
        // Many agents answer without waiting. Polled here once, they cost no task and no change of
        // thread; the others go on where the program's runtime has its I/O.
        let work = catch_unwind(AssertUnwindSafe(|| {
            let _runtime = calls.handle.enter();
            of_agent(agent, || {
                let work = parts.attempts.execute(call.agent, context, &call.input);
                let left = || Some(limit().at.saturating_duration_since(Instant::now()));
                let mut work = observed.make(&call.input, left, work);
                match work.poll_unpin(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(result) => Work::Ended(result.map_err(Error::bounded)),
                    Poll::Pending => Work::Task(calls.handle.spawn(work), limit()),
                }
            })
        }));
        Self {
            calls,
            shared,
            work: work.unwrap_or_else(|panic| Work::Ended(Err(panicked(&*panic)))),
        }
    }

    /// What it has come to already, where that `will_do`.
    pub(super) fn ended(
        &mut self,
        will_do: impl FnOnce(&Result<Payload>) -> bool,
    ) -> Option<Result<Payload>> {
        match std::mem::replace(&mut self.work, Work::Taken) {
            Work::Ended(result) if will_do(&result) => Some(result),
            work => {
                self.work = work;
                None
            }
        }
    }

    /// Waits for its end.
    pub(super) async fn end(mut self) -> Result<Payload> {
        if let Work::Task(work, limit) = &mut self.work {
            let result = match timeout_at(limit.at, &mut *work).await {
                Ok(Ok(result)) => result.map_err(Error::bounded),
                Ok(Err(error)) => Err(joined(error)),
                Err(_) => {
                    work.abort();
                    Err((limit.error)())
                }
            };
            self.work = Work::Ended(result);
        }
        match std::mem::replace(&mut self.work, Work::Taken) {
            Work::Ended(result) => result,
            Work::Task(..) | Work::Taken => std::future::pending().await,
        }
    }

    /// How far it comes, with the attempts before it.
    pub(super) fn progress(&self) -> Progress {
        Progress(Arc::clone(&self.shared))
    }
}

fn joined(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => panicked(&*panic),
        Err(_) => Error::cancelled("the program's tokio runtime is shutting down"),
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    Error::panicked(panic).bounded()
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let Work::Task(work, limit) = std::mem::replace(&mut self.work, Work::Taken) else {
            return;
        };
        // It may end in its own way, as on Temporal, where its worker goes on until the limit.
        let mut work = Stopped(work);
        self.shared.backend.drop_it();
        let watch = async move {
            // However it ends: nobody is there to hear it.
            let _ = timeout_at(limit.at, &mut work.0).await;
        };
        let Calls { shared, handle, .. } = &*self.calls;
        shared.executor.beside(handle, watch);
    }
}

/// Work that is stopped when this is dropped.
struct Stopped(JoinHandle<Result<Payload>>);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What the attempts of a run have in common. They may outlive it, and keep nothing else of it.
pub(super) struct Attempts {
    pub(super) run: Arc<RunId>,
    /// Where it is asked something.
    pub(super) asked: Weak<Run>,
    /// What makes the attempts of agents.
    pub(super) made_by: Arc<dyn Execute>,
    pub(super) execution: Arc<Execution>,
    pub(super) states: Arc<States>,
}

/// What the engine does for an attempt.
struct LocalAttempt {
    of: Arc<Attempts>,
    told: Call,
    number: u32,
    kept: Option<Payload>,
    progress: Mutex<Option<Payload>>,
    /// Nobody waits for it any more.
    dropped: AtomicBool,
    heard: Notify,
}

impl LocalAttempt {
    fn drop_it(&self) {
        self.dropped.store(true, Ordering::Release);
        self.heard.notify_waiters();
    }

    fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Acquire)
    }

    async fn dropped(&self) {
        let mut heard = pin!(self.heard.notified());
        heard.as_mut().enable();
        if !self.is_dropped() {
            heard.await;
        }
    }
}

impl AgentBackend for LocalAttempt {
    fn run(&self) -> &RunId {
        &self.of.run
    }

    fn states(&self) -> &States {
        &self.of.states
    }

    fn checkpoint(&self, progress: Payload) -> BoxFuture<'_, ()> {
        *lock(&self.progress) = Some(progress);
        std::future::ready(()).boxed()
    }

    fn kept(&self) -> Option<Payload> {
        self.kept.clone()
    }

    fn is_cancelled(&self) -> bool {
        self.is_dropped() || self.of.execution.is_cancelled()
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        async move {
            let ordered = pin!(self.of.execution.cancelled());
            select(ordered, pin!(self.dropped())).await;
        }
        .boxed()
    }

    fn is_heard(&self) -> bool {
        !self.is_dropped() && self.of.execution.is_heard()
    }

    fn ask_run(&self, name: &'static str, message: Payload) -> BoxFuture<'_, Result<Payload>> {
        async move {
            let answer = match self.of.asked.upgrade() {
                Some(run) => run.query(name, message).await,
                None => Err(RunError::Ended(self.of.run.workflow_id.clone())),
            };
            answer.map_err(|error| match error {
                RunError::Refused(failure) => Error::from(failure),
                error => Error::permanent(error.to_string()),
            })
        }
        .boxed()
    }

    fn perform(
        &self,
        agent: &'static AgentEntry,
        context: AgentContext,
        input: &Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        self.of.made_by.execute(agent, context, input)
    }

    fn say(&self, saying: Saying<'_>) {
        if !self.is_dropped() {
            let said = |said: &mut Said| said.say(&self.told, self.number, &saying);
            self.of.execution.said(said);
        }
    }
}

/// How far an attempt has come, also when it is over.
pub(super) struct Progress(Arc<context::Attempt<LocalAttempt>>);

impl Progress {
    pub(super) fn get(self) -> Option<Payload> {
        let LocalAttempt { kept, progress, .. } = &self.0.backend;
        lock(progress).clone().or_else(|| kept.clone())
    }
}
