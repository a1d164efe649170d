//! One queue, served until the worker is stopped, whatever becomes of the SDK's worker meanwhile.
//!
//! The SDK ends its worker for good when it is sent something that it cannot place: a query for a flock
//! that this program does not have is enough. That is no reason for the others of the queue to stand
//! still, so another takes its place. Agents at work in the one that ended go on and tell their
//! results; what its cache held is replayed.

use std::{
    any::Any,
    error::Error as StdError,
    panic::AssertUnwindSafe,
    pin::pin,
    thread,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use temporalio_client::tonic::Status;
use temporalio_sdk::{Worker as SdkWorker, WorkerOptions, WorkerRunError};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::reach;
use crate::{
    engine::temporal::client::TemporalEngine,
    error::{RunError, panic_message},
};

/// The wait before another worker is started; twice as long each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A worker that has run for so long is well again.
const WELL: Duration = Duration::from_secs(60);
/// An activation with all its fields may fill a screen.
const LONGEST_FAULT: usize = 300;

/// Serves one queue from a thread of its own: the SDK's worker cannot move between threads.
pub(crate) fn serve(
    engine: TemporalEngine,
    options: WorkerOptions,
    stop: CancellationToken,
) -> Result<oneshot::Receiver<Result<(), RunError>>, RunError> {
    let (send, end) = oneshot::channel();
    let thread = thread::Builder::new().name(format!("flock {}", options.task_queue));
    let work = move || {
        let stop_others = stop.clone().drop_guard();
        let result = engine
            .threads()
            .block_on(until_stopped(&engine, &options, &stop));
        drop(stop_others);
        // Nobody listens when the caller was dropped.
        let _ = send.send(result);
    };
    let spawned = thread.spawn(work);
    spawned.map_err(|error| RunError::Engine(format!("no thread for a worker: {error}")))?;
    Ok(end)
}

async fn until_stopped(
    engine: &TemporalEngine,
    options: &WorkerOptions,
    stop: &CancellationToken,
) -> Result<(), RunError> {
    let mut pause = FIRST_PAUSE;
    loop {
        let started = Instant::now();
        let fault = match poll(engine, options.clone(), stop).await {
            Ok(()) => return Ok(()),
            Err(End::Refused(error)) => return Err(error),
            Err(End::Fault(fault)) => fault,
        };
        if stop.is_cancelled() {
            return Ok(());
        }
        if started.elapsed() >= WELL {
            pause = FIRST_PAUSE;
        }
        tracing::error!(
            queue = options.task_queue,
            "the worker of task queue `{}` ended and is started again: {fault}",
            options.task_queue
        );
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// Why a worker of the SDK's ended.
enum End {
    /// The server does not want it, and would not want the next.
    Refused(RunError),
    Fault(String),
}

async fn poll(
    engine: &TemporalEngine,
    options: WorkerOptions,
    stop: &CancellationToken,
) -> Result<(), End> {
    let refused = |error: &dyn StdError| End::Refused(RunError::Engine(error.to_string()));
    let worker = SdkWorker::new(engine.sdk(), engine.worker_client().clone(), options);
    let mut worker = worker.map_err(|error| refused(&error))?;
    let shut_down = worker.shutdown_handle();
    let ended = {
        let mut run = pin!(AssertUnwindSafe(worker.run()).catch_unwind());
        tokio::select! {
            ended = &mut run => ended,
            () = stop.cancelled() => {
                shut_down();
                run.await
            }
        }
    };
    // One that ended by itself would go on to take tasks, and to lose them.
    shut_down();
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(WorkerRunError::Validation(error))) => Err(refused(&error)),
        Ok(Err(error)) => {
            let beneath = error.source().map(ToString::to_string).unwrap_or_default();
            let said = format!("{error}: {beneath}");
            match is_refusal(&error, engine) {
                true => Err(End::Refused(RunError::Engine(said))),
                false => Err(End::Fault(shortened(said))),
            }
        }
        Err(panic) => Err(End::Fault(panicked(&*panic))),
    }
}

/// Whether the server itself said no: what passes by itself the SDK has tried again. A key that it refuses may
/// be replaced in its file.
fn is_refusal(error: &WorkerRunError, engine: &TemporalEngine) -> bool {
    let mut cause: Option<&dyn StdError> = Some(error);
    while let Some(error) = cause {
        if let Some(status) = error.downcast_ref::<Status>() {
            return !reach::refuses_key(status) || engine.key_file().is_none();
        }
        cause = error.source();
    }
    false
}

fn shortened(mut said: String) -> String {
    if let Some((cut, _)) = said.char_indices().nth(LONGEST_FAULT) {
        said.truncate(cut);
        said.push('…');
    }
    said
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    shortened(format!("it panicked: {}", panic_message(panic)))
}
