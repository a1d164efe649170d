//! A run's handlers at work: signals, queries and updates, while the flock works and after.

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

use super::inbox::{Message, Messages, Reply};
use crate::{
    error::{Error, Result, RunError, panic_message},
    flock::{FlockContext, RunState, entry::FlockEntry, event::StepEvent, handler, hosted},
    value::payload::Payload,
};

/// Takes what is sent to a run while it goes on.
pub(super) struct Handlers {
    flock: &'static FlockEntry,
    context: FlockContext,
}

impl Handlers {
    pub(super) fn new(flock: &'static FlockEntry, context: FlockContext) -> Self {
        Self { flock, context }
    }

    /// Never ends; a panic in a handler passes through.
    pub(super) async fn serve<T>(self, messages: &mut Messages) -> Result<T> {
        // Most runs have none, or none that waits.
        let mut handling: Option<FuturesUnordered<LocalBoxFuture<'static, ()>>> = None;
        loop {
            let message = match &mut handling {
                Some(handling) if !handling.is_empty() => {
                    match select(pin!(messages.next()), handling.next()).await {
                        Either::Left((message, _)) => message,
                        Either::Right(_) => continue,
                    }
                }
                _ => messages.next().await,
            };
            let Some(message) = message else {
                return pending().await;
            };
            if let Some(mut work) = self.take(message) {
                // Begun before the next message is looked at.
                let begun = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await;
                if begun.is_pending() {
                    handling.get_or_insert_default().push(work);
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
                if !hosted::is_own(&name) {
                    let told = StepEvent::Signal { name: name.clone() };
                    context.backend().emit(told);
                }
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
                answer(flock, context.run_state(), &name, message, reply);
                None
            }
            Message::Update {
                name,
                message,
                reply,
            } => {
                let Some(begun) = handler::begun(context) else {
                    return self.update(&name, message, reply);
                };
                let this = Self::new(self.flock, context.clone());
                let work = async move {
                    // Nothing ends this wait but the body.
                    let _ = begun.await;
                    if let Some(work) = this.update(&name, message, reply) {
                        work.await;
                    }
                };
                Some(work.boxed_local())
            }
        }
    }

    fn update(
        &self,
        name: &str,
        message: Payload,
        reply: Reply,
    ) -> Option<LocalBoxFuture<'static, ()>> {
        let Self { flock, context } = self;
        let message = Ok(message);
        let valid =
            caught(|| handler::validate(flock, context.run_state(), name, &message, context.now()));
        if let Err(error) = valid {
            let _ = reply.send(Err(refused(error)));
            return None;
        }
        // An answer is told as what it is, when it is taken.
        if name != handler::ANSWER && !hosted::is_own(name) {
            let told = StepEvent::Update {
                name: name.to_owned(),
            };
            context.backend().emit(told);
        }
        let update = handler::update(self.flock, context.clone(), name, message);
        let work = async move {
            let answer = update.await.map_err(refused);
            // Whoever asked may be gone.
            let _ = reply.send(answer);
        };
        Some(work.boxed_local())
    }
}

/// Answers queries about a run that has ended, until it is forgotten.
pub(super) async fn after_the_end(
    flock: &'static FlockEntry,
    run_state: &RunState,
    id: &str,
    mut messages: Messages,
) {
    while let Some(message) = messages.next().await {
        match message {
            // Whoever sent it hears that it came too late.
            Message::Signal { .. } => {}
            Message::Query {
                name,
                message,
                reply,
            } => answer(flock, run_state, &name, message, reply),
            Message::Update { reply, .. } => {
                let _ = reply.send(Err(RunError::Ended(id.to_owned())));
            }
        }
    }
}

fn answer(flock: &FlockEntry, run_state: &RunState, name: &str, message: Payload, reply: Reply) {
    let answer = caught(|| handler::query(flock, run_state, name, Ok(message)));
    let _ = reply.send(answer.map_err(refused));
}

fn refused(error: Error) -> RunError {
    RunError::Refused(error.into_failure())
}

/// As on Temporal, a panic where nothing may change refuses the message and leaves the run alone.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let message = format!("the handler panicked: {}", panic_message(&*panic));
        Err(Error::permanent(message).with_type("Panic"))
    })
}
