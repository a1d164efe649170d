//! A run from its start to its end.

use std::{future::Future, panic::AssertUnwindSafe, pin::pin, rc::Rc, sync::Arc};

use futures_util::{
    FutureExt,
    future::{Either, LocalBoxFuture, select},
};
use tokio::runtime::Handle;

use super::{
    Shared,
    backend::LocalBackend,
    handlers::{self, Handlers},
    inbox::Messages,
    run::Run,
};
use crate::{
    engine::{RunId, StartRequest},
    error::{Error, ErrorKind, Result, RunError, panic_message},
    flock::{self, Ending, FlockContext, RunInfo, RunState, UnreadSignals, entry::FlockEntry},
    value::payload::Payload,
};

/// What a run begins with.
pub(super) struct RunInput {
    flock: &'static FlockEntry,
    input: Payload,
    /// Signals that the run before it did not ask for.
    unread: UnreadSignals,
    /// The stream that it hosted.
    stream: Option<Payload>,
}

impl RunInput {
    /// What a start begins with, and what else it said.
    pub(super) fn of(mut request: StartRequest) -> (Self, StartRequest) {
        let input = std::mem::replace(&mut request.input, Payload::from_json(""));
        let run_input = Self {
            flock: request.flock,
            input,
            unread: UnreadSignals::new(),
            stream: None,
        };
        (run_input, request)
    }
}

impl Shared {
    /// Has a run go its way.
    pub(super) fn begin(
        self: &Arc<Self>,
        run: Arc<Run>,
        messages: Messages,
        run_input: RunInput,
        handle: Handle,
    ) -> Result<(), RunError> {
        let under_way = UnderWay(Some((Arc::clone(self), run)));
        let begun = self
            .executor
            .spawn(move || drive(under_way, messages, run_input, handle));
        begun.map_err(|error| RunError::Engine(format!("cannot start a thread: {error}")))
    }

    fn end(&self, run: &Run, outcome: Result<Payload, RunError>) {
        let bytes = run.end(outcome, self.clock.now());
        self.runs.end(run, bytes);
    }
}

/// A run on its way. Should it be dropped before its end, whoever waits for it hears of that.
struct UnderWay(Option<(Arc<Shared>, Arc<Run>)>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some((shared, run)) = self.0.take() {
            let gone = "the local engine has ended, and its runs with it";
            shared.end(&run, Err(RunError::Engine(gone.into())));
        }
    }
}

/// Runs a flock from start to end, and answers queries for as long as the run is remembered.
fn drive(
    under_way: UnderWay,
    mut messages: Messages,
    run_input: RunInput,
    handle: Handle,
) -> LocalBoxFuture<'static, ()> {
    let flock = run_input.flock;
    async move {
        // In a box of its own: what is large ends with the run.
        let run = work(under_way, &mut messages, run_input, handle).boxed_local();
        if let Some((id, run_state)) = run.await {
            handlers::after_the_end(flock, &run_state, &id.workflow_id, messages).await;
        }
    }
    .boxed_local()
}

/// Runs a flock to its end; gives what answers queries from then on.
async fn work(
    mut under_way: UnderWay,
    messages: &mut Messages,
    run_input: RunInput,
    handle: Handle,
) -> Option<(Arc<RunId>, Rc<RunState>)> {
    let (shared, run) = under_way.0.clone()?;
    let flock = run_input.flock;
    let run_state = Rc::new(RunState::new(flock));
    run_state.put_before(run_input.unread);
    if let (Some(hosted), Some(stream)) = (run_state.hosted(), &run_input.stream) {
        // What this engine has written it reads.
        let _ = hosted.take_over(stream);
    }
    let info = RunInfo {
        flock: flock.descriptor,
        workflow_id: run.id.workflow_id.clone(),
        run_id: run.id.run_id.clone(),
        task_queue: run.task_queue.clone(),
    };
    let backend = LocalBackend::new(Arc::clone(&shared), Arc::clone(&run), handle.clone(), &info);
    let context = FlockContext::new(info, Rc::clone(&run_state), backend);
    let handlers = Handlers::new(flock, context.clone());
    // Boxed, so that it is not moved from one future into the next.
    let body = caught(flock::run(flock, context, run_input.input)).boxed_local();
    let outcome = limited(&run, handlers.serve(messages), body).await;
    let end = match outcome {
        Ok(Ending::Output(output)) => Some(Ok(output)),
        Err(error) => Some(Err(error)),
        Ok(Ending::Next {
            input,
            unread,
            stream,
        }) => {
            let now = shared.clock.now();
            match shared.runs.succeed(&run, now) {
                Some((next, next_messages)) => {
                    let run_input = RunInput {
                        flock,
                        input,
                        unread,
                        stream,
                    };
                    if let Err(error) = shared.begin(next, next_messages, run_input, handle) {
                        let workflow_id = &run.id.workflow_id;
                        tracing::error!(workflow_id, %error, "the next run");
                    }
                    None
                }
                None => Some(Err(RunError::Terminated {
                    reason: run.execution.termination().unwrap_or_default(),
                })),
            }
        }
    };
    if let Some(end) = end {
        shared.end(&run, end);
    }
    drop(under_way.0.take());
    run.leave_children();
    // From here on only the table of runs and handles keep the run.
    Some((Arc::clone(&run.id), run_state))
}

/// The flock's body, with what is sent to it meanwhile, until its end or a limit.
async fn limited(
    run: &Run,
    handlers: impl Future<Output = Result<Ending>>,
    mut body: LocalBoxFuture<'_, Result<Ending>>,
) -> Result<Ending, RunError> {
    // What was sent comes before what the flock does next, as on Temporal.
    let handlers = pin!(caught(handlers));
    let work = select(handlers, body.as_mut()).map(|first| first.factor_first().0);
    let work = async {
        match run.limits.deadline() {
            Some(deadline) => tokio::time::timeout_at(deadline, work)
                .await
                .map_err(|_| RunError::TimedOut)?,
            None => work.await,
        }
        .map_err(|error| failed(error, run))
    };
    let terminated = run.execution.terminated();
    let outcome = match select(pin!(work), pin!(terminated)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right((reason, _)) => Err(RunError::Terminated { reason }),
    };
    run.close();
    outcome
}

/// A panic in a flock's code as an error.
async fn caught<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let result = AssertUnwindSafe(work).catch_unwind().await;
    result.unwrap_or_else(|panic| {
        let message = format!("the flock panicked: {}", panic_message(&*panic));
        Err(Error::permanent(message).with_type("Panic"))
    })
}

/// A flock's error as the end of its run: cancelled only if that was asked for.
fn failed(error: Error, run: &Run) -> RunError {
    if *error.kind() == ErrorKind::Cancelled && run.execution.is_cancelled() {
        RunError::Cancelled
    } else {
        RunError::Failed(error.bounded().into_failure())
    }
}
