//! One attempt of an agent on the local engine.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    runtime::Handle,
    sync::watch,
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
}

impl Attempt<'_> {
    /// Runs the agent once. Dropped early, by a time limit, it stops the agent; a cancelled run
    /// drops it too, but lets the agent see that and end by itself.
    pub(super) async fn run(self, call: &AgentCall, info: AttemptInfo) -> Result<Payload> {
        let backend = LocalAttempt(self.orders.clone());
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
                let _guard = StopUnlessCancelled {
                    task: task.abort_handle(),
                    orders: self.orders,
                };
                task.await
            }
        };
        match result {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(Error::panicked(&*panic)),
            Err(error) => Err(joined(error)),
        }
    }
}

fn joined(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => Error::panicked(&*panic),
        Err(_) => Error::cancelled("the program's tokio runtime is shutting down"),
    }
}

struct StopUnlessCancelled {
    task: AbortHandle,
    orders: watch::Receiver<Orders>,
}

impl Drop for StopUnlessCancelled {
    fn drop(&mut self) {
        if self.orders.borrow().cancel.is_none() {
            self.task.abort();
        }
    }
}

struct LocalAttempt(watch::Receiver<Orders>);

impl AgentBackend for LocalAttempt {
    fn heartbeat(&self, _details: Payload) -> BoxFuture<'_, ()> {
        // In one process nobody else needs to be told.
        std::future::ready(()).boxed()
    }

    fn is_cancelled(&self) -> bool {
        self.0.borrow().cancel.is_some()
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        let mut orders = self.0.clone();
        async move {
            if orders
                .wait_for(|orders| orders.cancel.is_some())
                .await
                .is_err()
            {
                // The run is gone without having been cancelled.
                std::future::pending().await
            }
        }
        .boxed()
    }
}
