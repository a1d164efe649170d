//! What the generated code calls. Not for people: it changes without notice.

use std::{
    any::{Any, TypeId},
    cell::RefCell,
    future::Future,
    ops::Deref,
    rc::Rc,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, LocalBoxFuture},
};

pub use crate::{
    __carried as carried, __needs_mcp as needs_mcp, __nested as nested,
    agent::{
        Agent, AgentDescriptor, AgentKind, Location, ModelAgent, ModelOptions, StateKey, Turn,
        context::AgentContext,
        entry::AgentEntry,
        hand_off::{Among, End, HandOffDescriptor, HandOffRule, Next, To, WayBack},
        state::State,
        template::template,
        tool::{Tool, ToolEntry, tools, tools_of_activity},
        topology,
    },
    declare::{
        budget::{BudgetOptions, OnExceeded},
        effect::{Effect, EffectOptions, ToolOptions},
        id_policy::IdReuse,
        looped::Loop,
        options::{AgentOptions, RetryOptions},
        pool::Pool,
        reasoning::Reasoning,
        schedule::{self, Overlap, ScheduleOptions},
        search::{SearchAttribute, SearchKind},
        versioning::Versioning,
    },
    error::{Error, Result},
    flock::{
        Flock, FlockContext, FlockDescriptor, FlockOptions, InAttempt,
        declared::{Output, follow},
        entry::{FlockEntry, SignalEntry},
        handler::{Handler, OnQuery, OnSignal, OnUpdate},
        message::{Query, Signal, Update},
        select::{IsTold, Knows, arm, go_on, look, look_at},
    },
    value::{
        carry::{Carry, Nests},
        flock_type::{Asked, Field, FlockType, Required, Shape, Travels, fields},
        payload::Payload,
    },
};
pub use futures_util::{
    self,
    future::{BoxFuture as SendFuture, LocalBoxFuture as LocalFuture},
};
pub use inventory;
pub use schemars;
pub use serde;

/// What the crate's `main` gives, where it is the one that was generated.
#[diagnostic::on_unimplemented(
    message = "`flock::main!()` is the whole `main` function: within another it does nothing",
    label = "this `main` is never called",
    note = "write `flock::main!();` outside of all functions, in place of `fn main() {{ … }}`"
)]
pub trait Start<Here> {}

#[diagnostic::do_not_recommend]
impl<T> Start<T> for T {}

// With one impl alone, the compiler would take its word for what `Here` is.
#[diagnostic::do_not_recommend]
impl<T> Start<(T,)> for T {}

/// Asks that the crate's `main` is the one of `here`.
pub const fn starts<T: Start<Here>, Here>(_main: &impl Fn() -> T, _here: &impl Fn() -> Here) {}

/// Where an item is written. Not by `Location`'s own name: where the library is not found, rustc would offer
/// another.
pub const fn here(file: &'static str, line: u32, module: &'static str) -> Location {
    Location::new(file, line, module)
}

/// What an agent takes, asked through the agent: a type that is no [`FlockType`] is reported where
/// the agent names it, and not here again.
pub const fn input_shape<A: Agent>() -> Shape {
    <A::Input as FlockType>::SHAPE
}

/// What an agent gives, as [`input_shape`].
pub const fn output_shape<A: Agent>() -> Shape {
    <A::Output as FlockType>::WRITTEN
}

/// The key of a shared state's type.
pub fn state_key<T: 'static>() -> (TypeId, &'static str) {
    (TypeId::of::<T>(), std::any::type_name::<T>())
}

/// What can be a routing function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a routing function for `{O}`",
    label = "not a `fn(&{O}) -> Next`",
    note = "write `fn route(output: &{O}) -> Next`"
)]
pub trait Route<O, Kind> {
    /// Chooses who is next.
    fn choose(self, output: &O) -> Next;
}

/// Marks a routing function of the output.
#[derive(Debug)]
pub struct OfOutput;

/// Marks a routing function of what the output dereferences to: of `&str` where it is a `String`.
#[derive(Debug)]
pub struct OfTarget;

#[diagnostic::do_not_recommend]
impl<O, F: FnOnce(&O) -> Next> Route<O, OfOutput> for F {
    fn choose(self, output: &O) -> Next {
        self(output)
    }
}

#[diagnostic::do_not_recommend]
impl<O: Deref, F: FnOnce(&O::Target) -> Next> Route<O, OfTarget> for F {
    fn choose(self, output: &O) -> Next {
        self(output)
    }
}

/// Who is next, as a routing function chooses.
///
/// The output comes first: what the function is compared with is then known.
pub fn route<O, Kind>(output: &O, function: impl Route<O, Kind>) -> Next {
    function.choose(output)
}

/// What can become an agent's output.
#[diagnostic::on_unimplemented(
    message = "the function gives `{Self}`, but its output is `{O}`",
    label = "does not become the output",
    note = "give a `{O}`, or what `output` says it holds: for one field its value, for more a tuple in their order"
)]
pub trait IntoOutput<O> {
    /// Becomes the output.
    fn into_output(self) -> O;
}

#[diagnostic::do_not_recommend]
impl<T: Into<O>, O> IntoOutput<O> for T {
    fn into_output(self) -> O {
        self.into()
    }
}

/// What can be an agent's or a flock's error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an agent error",
    label = "cannot become a `flock::Error`",
    note = "write `-> flock::Result<…>`: with `?`, every ordinary error becomes a `flock::Error`, and of a text `flock::Error::permanent(text)` makes one",
    note = "or, if `{Self}` is a type of your own, implement `std::error::Error` for it, and let it be `Send` and `Sync`"
)]
pub trait IntoError {
    /// Becomes the error.
    fn into_error(self) -> Error;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Error>> IntoError for E {
    fn into_error(self) -> Error {
        self.into()
    }
}

/// What an agent's or a flock's function must return.
#[diagnostic::on_unimplemented(
    message = "an agent or flock must return `Result<_>`, not `{Self}`",
    label = "not a `Result`",
    note = "return `flock::Result<{Self}>`"
)]
pub trait Outcome {
    /// What it gives.
    type Value;
    /// How it fails. Bounded where it is used, for an error that names the type.
    type Error;
    /// As a plain result.
    #[allow(clippy::missing_errors_doc, reason = "not for people")]
    fn outcome(self) -> Result<Self::Value, Self::Error>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Outcome for std::result::Result<T, E> {
    type Value = T;
    type Error = E;

    fn outcome(self) -> Self {
        self
    }
}

fn settle<O>(outcome: impl Outcome<Value: IntoOutput<O>, Error: IntoError>) -> Result<O> {
    match outcome.outcome() {
        Ok(value) => Ok(value.into_output()),
        Err(error) => Err(error.into_error()),
    }
}

/// One attempt of a function agent.
pub fn call<O, F>(future: F) -> BoxFuture<'static, Result<O>>
where
    F: Future<Output: Outcome<Value: IntoOutput<O>, Error: IntoError>> + Send + 'static,
{
    async move { settle(future.await) }.boxed()
}

/// One attempt of a struct agent.
pub fn ask<A: Agent>(
    context: AgentContext,
    input: A::Input,
) -> BoxFuture<'static, Result<A::Output>> {
    crate::model::ask::<A>(context, &input)
}

/// One attempt of a struct agent as engines make it.
pub fn turn<A: Agent>(
    context: AgentContext,
    given: &Payload,
) -> BoxFuture<'static, Result<Payload>> {
    crate::model::turn::<A>(context, given)
}

/// A coded flock's body. Boxed here: of a future that is not, rustc asks the same once more, and at the
/// whole attribute.
pub fn orchestrate<O: 'static, F>(future: F) -> LocalBoxFuture<'static, Result<O>>
where
    F: Future<Output: Outcome<Value: IntoOutput<O>, Error: IntoError>> + 'static,
{
    async move { settle(future.await) }.boxed_local()
}

/// What a handler answers.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn answer<O>(outcome: impl Outcome<Value: IntoOutput<O>, Error: IntoError>) -> Result<O> {
    settle(outcome)
}

/// What a handler answered at once.
pub fn answered<O: 'static>(
    outcome: impl Outcome<Value: IntoOutput<O>, Error: IntoError>,
) -> LocalBoxFuture<'static, Result<O>> {
    std::future::ready(settle(outcome)).boxed_local()
}

/// A handler that is done at once.
pub fn done() -> LocalBoxFuture<'static, ()> {
    std::future::ready(()).boxed_local()
}

/// The context of a flock with state, as its method takes it.
pub fn stateful<S>(context: FlockContext) -> FlockContext<S> {
    context.typed()
}

/// A flock's state, of whatever type.
pub type AnyState = Rc<dyn Any>;

/// What can be a flock's state.
#[diagnostic::on_unimplemented(
    message = "the state of flock `{Self}` has no beginning",
    label = "no `Default`",
    note = "put `#[derive(Default)]` on it: every run begins with that"
)]
pub trait Begin: Sized {
    /// The state of a new run.
    fn begin() -> Self;
}

#[diagnostic::do_not_recommend]
impl<S: Default> Begin for S {
    fn begin() -> Self {
        Self::default()
    }
}

/// The state of a new run.
pub fn fresh<S: Begin + 'static>() -> AnyState {
    Rc::new(RefCell::new(S::begin()))
}
