//! One attempt of an agent on the local engine.

use std::{
    any::Any,
    future::pending,
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, select},
};
use tokio::{
    runtime::Handle,
    sync::Notify,
    task::{JoinError, JoinHandle},
    time::{Instant, timeout_at},
};

use super::{Shared, execution::Execution};
use crate::{
    agent::context::{AgentBackend, AgentContext, AttemptInfo},
    engine::AgentCall,
    error::{Error, Result},
    flock::of_agent,
    value::payload::Payload,
};

pub(super) struct Attempt<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) execution: &'a Arc<Execution>,
    pub(super) handle: &'a Handle,
    pub(super) progress: &'a Progress,
    pub(super) fate: Arc<Fate>,
    /// When it is stopped, whether anybody waits for it or not.
    pub(super) limit: Instant,
}

/// How far the attempts of a call have come.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<Mutex<Option<Payload>>>);

impl Progress {
    fn lock(&self) -> MutexGuard<'_, Option<Payload>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// Runs the agent once. Dropped early, it lets the agent see that, and end by itself; at its limit
    /// it is stopped.
    pub(super) async fn run(self, call: &AgentCall, info: AttemptInfo) -> Result<Payload> {
        let parts = &self.shared.parts;
        let backend = LocalAttempt {
            execution: Arc::clone(self.execution),
            fate: Arc::clone(&self.fate),
            kept: self.progress.lock().clone(),
            progress: self.progress.clone(),
        };
        let context = AgentContext::new(info, backend, Arc::clone(&parts.states));
        let input = call.input.clone();
        let name = call.agent.descriptor.name;
        let work = of_agent(name, || parts.attempts.execute(call.agent, context, input));
        let mut work = AssertUnwindSafe(work).catch_unwind().boxed();
        // Many agents answer without waiting. Polled here once, they cost no task and no change of
        // thread; the others go on where the program's runtime has its I/O.
        let first = {
            let _runtime = self.handle.enter();
            of_agent(name, || {
                work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            })
        };
        let result = match first {
            Poll::Ready(result) => Ok(result),
            Poll::Pending => {
                let mut task = Task {
                    work: Some(self.handle.spawn(work)),
                    fate: self.fate,
                    limit: self.limit,
                    handle: self.handle,
                    shared: self.shared,
                };
                task.end().await
            }
        };
        let result = match result {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(Error::panicked(&*panic)),
            Err(error) => Err(joined(error)),
        };
        result.map_err(Error::bounded)
    }
}

fn joined(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => Error::panicked(&*panic),
        Err(_) => Error::cancelled("the program's tokio runtime is shutting down"),
    }
}

/// What becomes of an attempt that nobody waits for any more.
#[derive(Default)]
pub(super) struct Fate {
    timed_out: AtomicBool,
    dropped: AtomicBool,
    told: Notify,
}

impl Fate {
    /// Its time is over: it is to be stopped.
    pub(super) fn time_out(&self) {
        self.timed_out.store(true, Ordering::Release);
    }

    fn drop_it(&self) {
        self.dropped.store(true, Ordering::Release);
        self.told.notify_waiters();
    }

    fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Acquire)
    }

    async fn dropped(&self) {
        let mut told = pin!(self.told.notified());
        told.as_mut().enable();
        if !self.is_dropped() {
            told.await;
        }
    }
}

type Work = JoinHandle<Result<Result<Payload>, Box<dyn Any + Send>>>;

/// An attempt at work on the program's runtime.
struct Task<'a> {
    work: Option<Work>,
    fate: Arc<Fate>,
    limit: Instant,
    handle: &'a Handle,
    shared: &'a Shared,
}

impl Task<'_> {
    async fn end(&mut self) -> Result<Result<Result<Payload>, Box<dyn Any + Send>>, JoinError> {
        let result = match &mut self.work {
            Some(work) => work.await,
            None => pending().await,
        };
        self.work = None;
        result
    }
}

impl Drop for Task<'_> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else {
            return;
        };
        let mut work = Stopped(work);
        if self.fate.timed_out.load(Ordering::Acquire) {
            return;
        }
        // It may end in its own way, as on Temporal, where its worker goes on until the limit.
        self.fate.drop_it();
        let limit = self.limit;
        let watch = async move {
            // However it ends: nobody is there to hear it.
            let _ = timeout_at(limit, &mut work.0).await;
        };
        self.shared.executor.beside(self.handle, watch);
    }
}

/// Work that is stopped when this is dropped.
struct Stopped(Work);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct LocalAttempt {
    fate: Arc<Fate>,
    execution: Arc<Execution>,
    kept: Option<Payload>,
    progress: Progress,
}

impl AgentBackend for LocalAttempt {
    fn checkpoint(&self, progress: Payload) -> BoxFuture<'_, ()> {
        *self.progress.lock() = Some(progress);
        std::future::ready(()).boxed()
    }

    fn kept(&self) -> Option<Payload> {
        self.kept.clone()
    }

    fn is_cancelled(&self) -> bool {
        self.fate.is_dropped() || self.execution.is_cancelled()
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        async move {
            let ordered = pin!(self.execution.cancelled());
            select(ordered, pin!(self.fate.dropped())).await;
        }
        .boxed()
    }
}
