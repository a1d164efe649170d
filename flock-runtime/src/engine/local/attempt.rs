//! One attempt of an agent on the local engine.

use std::{
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
    sync::{Notify, watch},
    task::{AbortHandle, JoinError},
};

use super::run::Orders;
use crate::{
    context::{AgentBackend, AgentContext, AttemptInfo},
    engine::AgentCall,
    error::{Error, Result},
    payload::Payload,
    runtime::Parts,
};

pub(super) struct Attempt<'a> {
    pub(super) parts: &'a Parts,
    pub(super) orders: watch::Receiver<Orders>,
    pub(super) handle: &'a Handle,
    pub(super) progress: &'a Progress,
    pub(super) fate: Arc<Fate>,
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
    /// Runs the agent once. Dropped early, it lets the agent see that, and end by itself; one whose
    /// time is over is stopped.
    pub(super) async fn run(self, call: &AgentCall, info: AttemptInfo) -> Result<Payload> {
        let backend = LocalAttempt {
            orders: self.orders,
            fate: Arc::clone(&self.fate),
            kept: self.progress.lock().clone(),
            progress: self.progress.clone(),
        };
        let context = AgentContext::new(
            info,
            backend,
            Arc::clone(&self.parts.states),
            Arc::clone(&self.parts.models),
        );
        let work = self
            .parts
            .doubles
            .execute(call.agent, context, call.input.clone());
        let mut work = AssertUnwindSafe(work).catch_unwind().boxed();
        // Many agents answer without waiting. Polled here once, they cost no task and no change of
        // thread; the others go on where the program's runtime has its I/O.
        let first = {
            let _runtime = self.handle.enter();
            work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        };
        let result = match first {
            Poll::Ready(result) => Ok(result),
            Poll::Pending => {
                let task = self.handle.spawn(work);
                let _guard = Guard {
                    task: task.abort_handle(),
                    fate: self.fate,
                };
                task.await
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

struct Guard {
    task: AbortHandle,
    fate: Arc<Fate>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.fate.timed_out.load(Ordering::Acquire) {
            self.task.abort();
        } else {
            self.fate.dropped.store(true, Ordering::Release);
            self.fate.told.notify_waiters();
        }
    }
}

struct LocalAttempt {
    fate: Arc<Fate>,
    orders: watch::Receiver<Orders>,
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
        self.fate.is_dropped() || self.orders.borrow().cancel.is_some()
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        let mut orders = self.orders.clone();
        async move {
            let ordered = async {
                let ordered = orders.wait_for(|orders| orders.cancel.is_some()).await;
                let gone = ordered.map(drop).is_err();
                if gone {
                    // The run is gone without having been cancelled.
                    std::future::pending::<()>().await;
                }
            };
            select(pin!(ordered), pin!(self.fate.dropped())).await;
        }
        .boxed()
    }
}
