//! What the generated code calls. Not for people: it changes without notice.

use std::{any::TypeId, future::Future};

use futures_util::{FutureExt, future::BoxFuture};

pub use crate::{
    agent::{Agent, AgentDescriptor, AgentKind, Location, ModelOptions, StateKey},
    context::{AgentContext, FlockContext, State},
    error::{Error, Result},
    flock::{Flock, FlockDescriptor, FlockOptions},
    flock_type::{Field, FlockType, Shape, Travels},
    follow::{Output, follow},
    hand_off::{Among, End, HandOffDescriptor, HandOffRule, Next, To, WayBack},
    options::{AgentOptions, RetryOptions},
    registry::{AgentEntry, FlockEntry},
    topology,
};
pub use futures_util::{
    self,
    future::{BoxFuture as SendFuture, LocalBoxFuture as LocalFuture},
};
pub use inventory;
pub use schemars;
pub use serde;

/// The fields of a shape; those given here for a value without names.
pub const fn fields(shape: Shape, value: &'static [Field]) -> &'static [Field] {
    match shape {
        Shape::Fields(fields) => fields,
        Shape::Value => value,
    }
}

/// The key of a shared state's type.
pub fn state_key<T: 'static>() -> (TypeId, &'static str) {
    (TypeId::of::<T>(), std::any::type_name::<T>())
}

/// What can become an agent's output.
#[diagnostic::on_unimplemented(
    message = "the function gives `{Self}`, but its output is `{O}`",
    label = "does not become the output",
    note = "give the output's fields: the value itself for one, a tuple in their order for more"
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
    note = "implement `std::error::Error` for it, or return `flock::Result<_>`"
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
    /// As our own result.
    #[allow(clippy::missing_errors_doc, reason = "not for people")]
    fn outcome(self) -> Result<Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<T, E: IntoError> Outcome for std::result::Result<T, E> {
    type Value = T;

    fn outcome(self) -> Result<T> {
        self.map_err(IntoError::into_error)
    }
}

/// One attempt of a function agent.
pub fn call<O, F>(future: F) -> BoxFuture<'static, Result<O>>
where
    F: Future<Output: Outcome<Value: IntoOutput<O>>> + Send + 'static,
{
    future
        .map(|result| result.outcome().map(IntoOutput::into_output))
        .boxed()
}

/// One attempt of a struct agent.
pub fn ask<A: Agent>(
    context: AgentContext,
    input: A::Input,
) -> BoxFuture<'static, Result<A::Output>> {
    crate::model::ask::<A>(context, input).boxed()
}

/// A coded flock's body.
pub async fn orchestrate<O, F>(future: F) -> Result<O>
where
    F: Future<Output: Outcome<Value: IntoOutput<O>>>,
{
    future.await.outcome().map(IntoOutput::into_output)
}
