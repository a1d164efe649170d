//! What a program adds to the runtime before any command.

use futures_util::future::{FutureExt, LocalBoxFuture, ready};

use crate::{
    error::{Error, Result},
    runtime::RuntimeBuilder,
};

/// What can set up the runtime: a function from [`RuntimeBuilder`] to `Result<RuntimeBuilder>`, or
/// an `async` one.
///
/// ```
/// use flock::{Result, RuntimeBuilder};
///
/// async fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
///     Ok(builder.state(42_u64))
/// }
/// # let _ = setup;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot set up the runtime",
    label = "not a setup function",
    note = "write `fn setup(builder: RuntimeBuilder) -> flock::Result<RuntimeBuilder>`, or its `async` twin"
)]
pub trait Setup<Kind> {
    /// Puts what the program needs into `builder`. Boxed, so that what comes after need not be
    /// compiled for each setup.
    fn apply(self, builder: RuntimeBuilder) -> LocalBoxFuture<'static, Result<RuntimeBuilder>>;
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
    fn apply(self, builder: RuntimeBuilder) -> LocalBoxFuture<'static, Result<RuntimeBuilder>> {
        ready(self(builder).map_err(Into::into)).boxed_local()
    }
}

#[diagnostic::do_not_recommend]
impl<S, F, E> Setup<Async<F, E>> for S
where
    S: FnOnce(RuntimeBuilder) -> F,
    F: Future<Output = std::result::Result<RuntimeBuilder, E>> + 'static,
    E: Into<Error>,
{
    fn apply(self, builder: RuntimeBuilder) -> LocalBoxFuture<'static, Result<RuntimeBuilder>> {
        let given = self(builder);
        async move { given.await.map_err(Into::into) }.boxed_local()
    }
}
