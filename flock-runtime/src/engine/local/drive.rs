//! A run from its start to its end.

use std::{future::Future, panic::AssertUnwindSafe, pin::pin, rc::Rc, sync::Arc};

use futures_util::{
    FutureExt,
    future::{Either, LocalBoxFuture, select},
};
use tokio::{runtime::Handle, sync::mpsc::UnboundedReceiver};

use super::{
    Shared,
    backend::LocalBackend,
    desk::{self, Desk, Message},
    run::Run,
};
use crate::{
    context::{Board, FlockContext, RunInfo},
    engine::StartRequest,
    error::{Error, ErrorKind, Result, panic_message},
    flock::FlockOptions,
    payload::Payload,
    runtime::RunError,
};

/// Runs a flock from start to end, and answers queries for as long as the run is remembered.
pub(super) fn drive(
    shared: Arc<Shared>,
    run: Arc<Run>,
    mut messages: UnboundedReceiver<Message>,
    request: StartRequest,
    handle: Handle,
) -> LocalBoxFuture<'static, ()> {
    async move {
        let flock = request.flock;
        let board = Rc::new(Board::new((flock.state)()));
        let info = RunInfo {
            flock: flock.descriptor,
            workflow_id: run.id.workflow_id.clone(),
            run_id: run.id.run_id.clone(),
            task_queue: run.description().task_queue.clone(),
        };
        let backend = LocalBackend::new(Arc::clone(&shared), Arc::clone(&run), handle, &info);
        let context = FlockContext::new(info, Rc::clone(&board), backend);
        let desk = Desk::new(flock, context.clone());
        let body = caught((flock.run)(context, request.input));
        let outcome = limited(
            &run,
            flock.descriptor.options,
            desk.serve(&mut messages),
            body,
        )
        .await;
        run.end(outcome, shared.clock.now());
        let id = run.id.workflow_id.clone();
        // From here on only the table of runs keeps the run, and with it the other end of `messages`.
        drop((run, shared));
        desk::after_the_end(flock, &board, &id, messages).await;
    }
    .boxed_local()
}

/// The flock's body, with what is sent to it meanwhile, until its end or a limit.
async fn limited(
    run: &Run,
    limits: FlockOptions,
    desk: impl Future<Output = Result<Payload>>,
    body: impl Future<Output = Result<Payload>>,
) -> Result<Payload, RunError> {
    // Without continue-as-new there is one run to an execution: the shorter limit holds.
    let limit = match (limits.timeout, limits.run_timeout) {
        (Some(timeout), Some(run_timeout)) => Some(timeout.min(run_timeout)),
        (timeout, run_timeout) => timeout.or(run_timeout),
    };
    // What was sent comes before what the flock does next, as on Temporal.
    let (desk, body) = (pin!(caught(desk)), pin!(body));
    let work = select(desk, body).map(|first| first.factor_first().0);
    let work = async {
        match limit {
            Some(limit) => tokio::time::timeout(limit, work)
                .await
                .map_err(|_| RunError::TimedOut)?,
            None => work.await,
        }
        .map_err(|error| failed(error, run))
    };
    let mut orders = run.orders();
    let terminated = orders.wait_for(|orders| orders.terminate.is_some());
    match select(pin!(work), pin!(terminated)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right((orders, _)) => Err(RunError::Terminated {
            reason: orders
                .ok()
                .and_then(|orders| orders.terminate.clone())
                .unwrap_or_default(),
        }),
    }
}

/// A panic in a flock's code as an error.
async fn caught<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let result = AssertUnwindSafe(work).catch_unwind().await;
    result.unwrap_or_else(|panic| {
        let message = format!("the flock panicked: {}", panic_message(&*panic));
        Err(Error::permanent(message).named("Panic"))
    })
}

/// A flock's error as the end of its run: cancelled only if that was asked for.
fn failed(error: Error, run: &Run) -> RunError {
    if *error.kind() == ErrorKind::Cancelled && run.is_cancelled() {
        RunError::Cancelled
    } else {
        RunError::Failed(error.into_failure())
    }
}
