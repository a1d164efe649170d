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
    inbox::{self, Desk, Message},
    run::Run,
};
use crate::{
    engine::StartRequest,
    error::{Error, ErrorKind, Result, RunError, panic_message},
    flock::{self, Board, Ending, FlockContext, Mail, RunInfo, entry::FlockEntry},
    value::payload::Payload,
};

/// What a run begins with.
pub(super) struct Birth {
    flock: &'static FlockEntry,
    input: Payload,
    /// Signals that the run before it did not ask for.
    mail: Mail,
}

impl From<&StartRequest> for Birth {
    fn from(request: &StartRequest) -> Self {
        Self {
            flock: request.flock,
            input: request.input.clone(),
            mail: Mail::new(),
        }
    }
}

impl Shared {
    /// Has a run go its way.
    pub(super) fn begin(
        self: &Arc<Self>,
        run: Arc<Run>,
        messages: UnboundedReceiver<Message>,
        birth: Birth,
        handle: Handle,
    ) -> Result<(), RunError> {
        let under_way = UnderWay(Some((Arc::clone(self), run)));
        let begun = self
            .executor
            .spawn(move || drive(under_way, messages, birth, handle));
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
    mut under_way: UnderWay,
    mut messages: UnboundedReceiver<Message>,
    birth: Birth,
    handle: Handle,
) -> LocalBoxFuture<'static, ()> {
    async move {
        let Some((shared, run)) = under_way.0.clone() else {
            return;
        };
        let flock = birth.flock;
        let board = Rc::new(Board::new(flock.state));
        board.carry(birth.mail);
        let info = RunInfo {
            flock: flock.descriptor,
            workflow_id: run.id.workflow_id.clone(),
            run_id: run.id.run_id.clone(),
            task_queue: run.description().task_queue.clone(),
        };
        let backend =
            LocalBackend::new(Arc::clone(&shared), Arc::clone(&run), handle.clone(), &info);
        let context = FlockContext::new(info, Rc::clone(&board), backend);
        let desk = Desk::new(flock, context.clone());
        let body = caught(flock::run(flock, context, birth.input));
        let outcome = limited(&run, desk.serve(&mut messages), body).await;
        let end = match outcome {
            Ok(Ending::Output(output)) => Some(Ok(output)),
            Err(error) => Some(Err(error)),
            Ok(Ending::Next { input, mail }) => {
                let now = shared.clock.now();
                match shared.runs.succeed(&run, &mut messages, now) {
                    Some((next, next_messages)) => {
                        let birth = Birth { flock, input, mail };
                        if let Err(error) = shared.begin(next, next_messages, birth, handle) {
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
        run.children.leave();
        let id = run.id.workflow_id.clone();
        // From here on only the table of runs and handles keep the run, and with it the other end of
        // `messages`.
        drop((run, shared));
        inbox::after_the_end(flock, &board, &id, messages).await;
    }
    .boxed_local()
}

/// The flock's body, with what is sent to it meanwhile, until its end or a limit.
async fn limited(
    run: &Run,
    desk: impl Future<Output = Result<Ending>>,
    body: impl Future<Output = Result<Ending>>,
) -> Result<Ending, RunError> {
    // What was sent comes before what the flock does next, as on Temporal.
    let (desk, body) = (pin!(caught(desk)), pin!(body));
    let work = select(desk, body).map(|first| first.factor_first().0);
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
    // What the body drops from here on is no doing of its own.
    run.children.close();
    outcome
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
    if *error.kind() == ErrorKind::Cancelled && run.execution.is_cancelled() {
        RunError::Cancelled
    } else {
        RunError::Failed(error.bounded().into_failure())
    }
}
