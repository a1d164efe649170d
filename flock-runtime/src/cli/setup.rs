//! What a program adds to the runtime before any command.

use std::future::Future;

use crate::{
    error::{Error, Result},
    runtime::RuntimeBuilder,
};

/// What can set up the runtime: a function from [`RuntimeBuilder`] to `Result<RuntimeBuilder>`, or
/// an `async` one.
///
/// ```
/// use flock_runtime::{Result, RuntimeBuilder};
///
/// async fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
///     Ok(builder.state(42_u64))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot set up the runtime",
    label = "not a setup function",
    note = "write `fn setup(builder: RuntimeBuilder) -> flock::Result<RuntimeBuilder>`, or its `async` twin"
)]
pub trait Setup<Kind> {
    /// Puts what the program needs into `builder`.
    fn apply(self, builder: RuntimeBuilder) -> impl Future<Output = Result<RuntimeBuilder>>;
}

/// Marks a setup by an ordinary function.
#[derive(Debug)]
pub struct Plain<E>(std::marker::PhantomData<E>);

/// Marks a setup by an `async` function.
#[derive(Debug)]
pub struct Async<F, E>(std::marker::PhantomData<(F, E)>);

#[diagnostic::do_not_recommend]
impl<S, E> Setup<Plain<E>> for S
where
    S: FnOnce(RuntimeBuilder) -> std::result::Result<RuntimeBuilder, E>,
    E: Into<Error>,
{
    async fn apply(self, builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
        self(builder).map_err(Into::into)
    }
}

#[diagnostic::do_not_recommend]
impl<S, F, E> Setup<Async<F, E>> for S
where
    S: FnOnce(RuntimeBuilder) -> F,
    F: Future<Output = std::result::Result<RuntimeBuilder, E>>,
    E: Into<Error>,
{
    async fn apply(self, builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
        self(builder).await.map_err(Into::into)
    }
}
