//! The handlers of a flock, with their types and, for engines, without.

use std::{any::Any, cell::RefCell, fmt, time::SystemTime};

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, ready},
};
use schemars::Schema;

use super::{
    FlockContext, RunState,
    backend::Scope,
    entry::FlockEntry,
    event::StepEvent,
    hosted,
    message::{Query, Signal, Update},
    of_flock,
};
use crate::{
    agent::conversation::RECALL,
    error::{Error, Result},
    text::words::words,
    value::{
        flock_type::{Field, fields, schema_of},
        payload::Payload,
    },
};

pub(crate) use crate::agreed::{ANSWER, STATUS};

/// Handles the signal `M`.
pub trait OnSignal<M: Signal>: Sized {
    /// Handles it.
    fn signal(context: FlockContext<Self>, message: M) -> LocalBoxFuture<'static, ()>;
}

/// Answers the query `M`.
pub trait OnQuery<M: Query>: Sized {
    /// Answers it.
    ///
    /// # Errors
    /// As the handler says.
    fn query(&self, message: M) -> Result<M::Output>;
}

/// Handles the update `M`.
pub trait OnUpdate<M: Update>: Sized {
    /// Refuses it, or lets it pass.
    ///
    /// # Errors
    /// As the validator says.
    fn validate(&self, _message: M) -> Result<()> {
        Ok(())
    }

    /// Handles it.
    fn update(
        context: FlockContext<Self>,
        message: M,
    ) -> LocalBoxFuture<'static, Result<M::Output>>;
}

words! {
    /// What a flock is sent.
    pub enum HandlerKind {
        /// Told, without an answer.
        Signal = "signal",
        /// Asked, without a change.
        Query = "query",
        /// Changed, with an answer.
        Update = "update",
    }
}

/// A handler without its types.
#[derive(Clone, Copy)]
pub struct Handler {
    /// What it handles.
    pub kind: HandlerKind,
    /// The name on the wire.
    pub name: &'static str,
    /// What it does, from the doc comment.
    pub description: &'static str,
    /// The fields of the message.
    pub inputs: &'static [Field],
    /// The JSON Schema of the message.
    pub input_schema: fn() -> Schema,
    /// The JSON Schema of the answer; of nothing for a signal.
    pub output_schema: fn() -> Schema,
    call: Call,
}

#[derive(Clone, Copy)]
enum Call {
    Signal(fn(FlockContext, Payload) -> Result<LocalBoxFuture<'static, ()>>),
    Query(fn(&dyn Any, Payload) -> Result<Payload>),
    Update {
        validate: fn(&dyn Any, &Payload) -> Result<()>,
        update: fn(FlockContext, Payload) -> LocalBoxFuture<'static, Result<Payload>>,
    },
}

impl Handler {
    /// The handler of the signal `M` by `S`.
    pub const fn signal<S: OnSignal<M> + 'static, M: Signal>(description: &'static str) -> Self {
        Self {
            kind: HandlerKind::Signal,
            name: M::NAME,
            description,
            inputs: fields(M::SHAPE, &[]),
            input_schema: schema_of::<M>,
            output_schema: schema_of::<()>,
            call: Call::Signal(|context, message| {
                Ok(S::signal(context.typed(), message.decode()?))
            }),
        }
    }

    /// The handler of the query `M` by `S`.
    pub const fn query<S: OnQuery<M> + 'static, M: Query>(description: &'static str) -> Self {
        Self {
            kind: HandlerKind::Query,
            name: M::NAME,
            description,
            inputs: fields(M::SHAPE, &[]),
            input_schema: schema_of::<M>,
            output_schema: schema_of::<M::Output>,
            call: Call::Query(|state, message| {
                let message = message.decode()?;
                look(state, |state: &S| Payload::encode(&state.query(message)?))
            }),
        }
    }

    /// The handler of the update `M` by `S`.
    pub const fn update<S: OnUpdate<M> + 'static, M: Update>(description: &'static str) -> Self {
        Self {
            kind: HandlerKind::Update,
            name: M::NAME,
            description,
            inputs: fields(M::SHAPE, &[]),
            input_schema: schema_of::<M>,
            output_schema: schema_of::<M::Output>,
            call: Call::Update {
                validate: |state, message| {
                    let message = message.decode()?;
                    look(state, |state: &S| state.validate(message))
                },
                update: |context, message| {
                    async move {
                        let answer = S::update(context.typed(), message.decode()?).await?;
                        Payload::encode(&answer)
                    }
                    .boxed_local()
                },
            },
        }
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handler({} `{}`)", self.kind.as_str(), self.name)
    }
}

fn look<S: 'static, R>(state: &dyn Any, look: impl FnOnce(&S) -> Result<R>) -> Result<R> {
    let Some(state) = state.downcast_ref::<RefCell<S>>() else {
        return Err(Error::permanent("the flock's state is of another type"));
    };
    match state.try_borrow() {
        Ok(state) => look(&state),
        Err(_) => Err(Error::permanent("the flock is changing its state just now")),
    }
}

/// Tells a run something. What no handler takes waits unread until the flock asks for it.
pub(crate) fn signal(
    flock: &FlockEntry,
    context: FlockContext,
    name: &str,
    message: Result<Payload>,
) -> LocalBoxFuture<'static, ()> {
    let handled = match (flock.handler(HandlerKind::Signal, name), message) {
        (Some(Call::Signal(handle)), Ok(message)) => {
            let empty = bare(message);
            let handled = handle(context.clone(), empty);
            handled.map(|work| {
                let context = context.clone();
                let work = at_work(&context, work);
                Some(
                    async move {
                        if let Err(mistake) = work.await {
                            context.run_state().mistaken(mistake);
                        }
                    }
                    .boxed_local(),
                )
            })
        }
        (_, Ok(message)) if name == hosted::PUBLISH && context.run_state().hosted().is_some() => {
            let hosted = context.run_state().hosted();
            let taken = hosted.map_or(Ok(()), |hosted| hosted.publish(&message, context.now()));
            context.backend().wake();
            taken.map(|()| None)
        }
        (_, Ok(message)) => {
            context.run_state().keep_signal(name, message);
            context.backend().wake();
            Ok(None)
        }
        (_, Err(error)) => Err(error),
    };
    match handled {
        Ok(future) => future.unwrap_or_else(|| ready(()).boxed_local()),
        Err(error) => {
            // Whoever sent it is gone; a run must not fail for what a stranger sends.
            if !context.is_replaying() {
                let info = context.info();
                tracing::warn!(
                    flock = info.flock.name,
                    workflow_id = info.workflow_id,
                    "signal `{name}` does not fit and is left out: {error}"
                );
            }
            ready(()).boxed_local()
        }
    }
}

/// A handler's work, with its begin and end noted: a run goes on as a new one only between handlers.
/// It fails where it does an agent's work itself.
fn at_work<T: 'static>(
    context: &FlockContext,
    work: LocalBoxFuture<'static, T>,
) -> LocalBoxFuture<'static, Result<T>> {
    let context = context.clone();
    context.run_state().handler_begins();
    async move {
        let result = of_flock(context.info().flock.name, work.map(Ok)).await;
        context.run_state().handler_ends();
        context.backend().wake();
        result
    }
    .boxed_local()
}

/// Asks a run something. Works after its end too.
pub(crate) fn query(
    flock: &FlockEntry,
    run_state: &RunState,
    name: &str,
    message: Result<Payload>,
) -> Result<Payload> {
    let hosted = run_state.hosted();
    let answer = || match flock.handler(HandlerKind::Query, name) {
        Some(Call::Query(answer)) => answer(run_state.state(), bare(message?)),
        _ if name == STATUS => Payload::encode(&run_state.status(flock.descriptor.name)),
        _ if name == RECALL => run_state.conversations.recall(&message?),
        _ => match (name, hosted) {
            (hosted::POLL, Some(hosted)) => hosted.now(&message?),
            (hosted::OFFSET, Some(hosted)) => hosted.offset(),
            _ => Err(unknown(flock, HandlerKind::Query, name)),
        },
    };
    // A server passes on no more than the words.
    answer().map_err(|error| Error::invalid(format_args!("query `{name}`: {}", error.bounded())))
}

/// Whether a run would take an update that comes `now`.
pub(crate) fn validate(
    flock: &FlockEntry,
    run_state: &RunState,
    name: &str,
    message: &Result<Payload>,
    now: SystemTime,
) -> Result<()> {
    let valid =
        message
            .clone()
            .and_then(|message| match flock.handler(HandlerKind::Update, name) {
                Some(Call::Update { validate, .. }) => validate(run_state.state(), &bare(message)),
                _ if name == ANSWER => run_state.approvals.validate(&message, now),
                _ => match (name, run_state.hosted()) {
                    (hosted::POLL, Some(hosted)) => hosted.validate(&message),
                    _ => Err(unknown(flock, HandlerKind::Update, name)),
                },
            });
    valid.map_err(|error| error.bounded().context(format_args!("update `{name}`")))
}

/// Where the body of a run has not begun yet: until it has, and waits for something. An update that came before its
/// worker did finds what the body's first lines have made, as one that comes later does.
pub(crate) fn begun(context: &FlockContext) -> Option<LocalBoxFuture<'static, Result<()>>> {
    if context.run_state().has_begun() {
        return None;
    }
    let context = context.clone();
    context.run_state().hold();
    let waiting = async move {
        let body = context.clone();
        let has_begun = Box::new(move || body.run_state().has_begun());
        let waited = context.backend().wait_until(Scope::Shielded, has_begun);
        let waited = waited.await;
        context.run_state().let_go();
        context.backend().wake();
        waited
    };
    Some(waiting.boxed_local())
}

/// Changes a run, once its body has begun.
pub(crate) fn update(
    flock: &'static FlockEntry,
    context: FlockContext,
    name: &str,
    message: Result<Payload>,
) -> LocalBoxFuture<'static, Result<Payload>> {
    let Some(begun) = begun(&context) else {
        return handle(flock, context, name, message);
    };
    let name = name.to_owned();
    async move {
        begun.await?;
        handle(flock, context, &name, message).await
    }
    .boxed_local()
}

fn handle(
    flock: &FlockEntry,
    context: FlockContext,
    name: &str,
    message: Result<Payload>,
) -> LocalBoxFuture<'static, Result<Payload>> {
    match (flock.handler(HandlerKind::Update, name), message) {
        (Some(Call::Update { update, .. }), Ok(message)) => {
            let work = update(context.clone(), bare(message));
            at_work(&context, work).map(Result::flatten).boxed_local()
        }
        (_, Err(error)) => ready(Err(error.context(format_args!("update `{name}`")))).boxed_local(),
        (_, Ok(message)) if name == ANSWER => {
            let answered = context
                .run_state()
                .approvals
                .answer(&message, context.now());
            if answered.is_ok()
                && let Ok(told) = StepEvent::answered(&message)
            {
                context.backend().emit(told);
            }
            context.approvals_changed();
            context.backend().wake();
            ready(answered.and_then(|()| Payload::encode(&()))).boxed_local()
        }
        (_, Ok(message)) if name == hosted::POLL && context.run_state().hosted().is_some() => {
            let work = hosted::poll(context.clone(), message).boxed_local();
            at_work(&context, work).map(Result::flatten).boxed_local()
        }
        _ => ready(Err(unknown(flock, HandlerKind::Update, name))).boxed_local(),
    }
}

/// A message of no fields may be sent as nothing at all.
fn bare(message: Payload) -> Payload {
    match message.as_bytes() {
        b"null" => Payload::from_json("{}"),
        _ => message,
    }
}

fn unknown(flock: &FlockEntry, kind: HandlerKind, name: &str) -> Error {
    let what = kind.as_str();
    let built_in = match kind {
        HandlerKind::Signal => None,
        HandlerKind::Query => Some(STATUS),
        HandlerKind::Update => Some(ANSWER),
    };
    let names: Vec<_> = flock
        .handlers
        .iter()
        .filter(|handler| handler.kind == kind)
        .map(|handler| handler.name)
        .chain(built_in)
        .map(|name| format!("`{name}`"))
        .collect();
    let there = match names.as_slice() {
        [] => format!("it takes no {what}"),
        names => format!("it has {}", names.join(", ")),
    };
    Error::not_found(format!(
        "flock `{}` has no {what} `{name}`; {there}",
        flock.descriptor.name
    ))
}

impl FlockEntry {
    fn handler(&self, kind: HandlerKind, name: &str) -> Option<Call> {
        let mut handlers = self.handlers.iter();
        let found = handlers.find(|handler| handler.kind == kind && handler.name == name);
        found.map(|handler| handler.call)
    }
}
