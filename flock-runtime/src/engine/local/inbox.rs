//! What is sent to a run: taken in order of arrival, while the flock works and after.

use std::{
    future::{pending, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use futures_util::{
    FutureExt, StreamExt,
    future::{Either, LocalBoxFuture, select},
    stream::FuturesUnordered,
};
use tokio::sync::{mpsc::UnboundedReceiver, oneshot};

use crate::{
    error::{Error, Result, RunError, panic_message},
    flock::{Board, FlockContext, entry::FlockEntry, event::StepEvent, handler},
    value::payload::Payload,
};

/// Something sent to a run.
pub(super) enum Message {
    Signal {
        name: String,
        message: Payload,
        /// Told once the flock will see it; dropped when the run ends first.
        taken: oneshot::Sender<()>,
    },
    Query {
        name: String,
        message: Payload,
        reply: Reply,
    },
    Update {
        name: String,
        message: Payload,
        reply: Reply,
    },
}

impl Message {
    /// A signal, and what is told once the flock will see it.
    pub(super) fn signal(name: &str, message: Payload) -> (Self, oneshot::Receiver<()>) {
        let (taken, told) = oneshot::channel();
        let name = name.to_owned();
        let signal = Self::Signal {
            name,
            message,
            taken,
        };
        (signal, told)
    }
}

pub(super) type Reply = oneshot::Sender<Result<Payload, RunError>>;

/// Takes what is sent to a run while it goes on.
pub(super) struct Desk {
    flock: &'static FlockEntry,
    context: FlockContext,
}

impl Desk {
    pub(super) fn new(flock: &'static FlockEntry, context: FlockContext) -> Self {
        Self { flock, context }
    }

    /// Never ends; a panic in a handler passes through.
    pub(super) async fn serve<T>(self, messages: &mut UnboundedReceiver<Message>) -> Result<T> {
        let mut handling = FuturesUnordered::<LocalBoxFuture<'static, ()>>::new();
        loop {
            let message = if handling.is_empty() {
                messages.recv().await
            } else {
                match select(pin!(messages.recv()), handling.next()).await {
                    Either::Left((message, _)) => message,
                    Either::Right(_) => continue,
                }
            };
            let Some(message) = message else {
                return pending().await;
            };
            if let Some(mut work) = self.take(message) {
                // Begun before the next message is looked at.
                let begun = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await;
                if begun.is_pending() {
                    handling.push(work);
                }
            }
        }
    }

    fn take(&self, message: Message) -> Option<LocalBoxFuture<'static, ()>> {
        let Self { flock, context } = self;
        match message {
            Message::Signal {
                name,
                message,
                taken,
            } => {
                let told = StepEvent::Signal { name: name.clone() };
                context.backend().tell(told);
                let work = handler::signal(flock, context.clone(), &name, Ok(message));
                // The flock is looked at after this: it has not ended. Whoever told it may be gone.
                let _ = taken.send(());
                Some(work)
            }
            Message::Query {
                name,
                message,
                reply,
            } => {
                answer(flock, context.board(), &name, message, reply);
                None
            }
            Message::Update {
                name,
                message,
                reply,
            } => {
                let message = Ok(message);
                let valid = caught(|| {
                    handler::validate(flock, context.board(), &name, &message, context.now())
                });
                if let Err(error) = valid {
                    let _ = reply.send(Err(refused(error)));
                    return None;
                }
                // An answer is told as what it is, when it is taken.
                if name != handler::ANSWER {
                    let told = StepEvent::Update { name: name.clone() };
                    context.backend().tell(told);
                }
                let update = handler::update(flock, context.clone(), &name, message);
                Some(
                    async move {
                        let answer = update.await.map_err(refused);
                        // Whoever asked may be gone.
                        let _ = reply.send(answer);
                    }
                    .boxed_local(),
                )
            }
        }
    }
}

/// Answers queries about a run that has ended, until it is forgotten.
pub(super) async fn after_the_end(
    flock: &'static FlockEntry,
    board: &Board,
    id: &str,
    mut messages: UnboundedReceiver<Message>,
) {
    while let Some(message) = messages.recv().await {
        match message {
            // Whoever sent it hears that it came too late.
            Message::Signal { .. } => {}
            Message::Query {
                name,
                message,
                reply,
            } => answer(flock, board, &name, message, reply),
            Message::Update { reply, .. } => {
                let _ = reply.send(Err(RunError::Ended(id.to_owned())));
            }
        }
    }
}

fn answer(flock: &FlockEntry, board: &Board, name: &str, message: Payload, reply: Reply) {
    let answer = caught(|| handler::query(flock, board, name, Ok(message)));
    let _ = reply.send(answer.map_err(refused));
}

fn refused(error: Error) -> RunError {
    RunError::Refused(error.into_failure())
}

/// As on Temporal, a panic where nothing may change refuses the message and leaves the run alone.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let message = format!("the handler panicked: {}", panic_message(&*panic));
        Err(Error::permanent(message).named("Panic"))
    })
}
