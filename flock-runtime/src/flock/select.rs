//! What `join!` and `select!` are made of.

use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{
    FutureExt,
    future::{Fuse, FusedFuture},
};

/// What `join!` waits for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no call that can be waited for",
    label = "not a future",
    note = "many calls, in a `Vec` or an iterator, go into `flock::join_all(calls).await`"
)]
pub trait Call: Future {}

#[diagnostic::do_not_recommend]
impl<F: Future> Call for F {}

/// Looks at a call of `join!`, until it has a result. Whether it has none yet.
pub fn go_on<C: Call>(
    call: Pin<&mut C>,
    result: &mut Option<C::Output>,
    cx: &mut Context<'_>,
) -> bool {
    if result.is_none()
        && let Poll::Ready(given) = call.poll(cx)
    {
        *result = Some(given);
    }
    result.is_none()
}

/// Looks at an arm of `select!`; not at one that has ended.
pub fn look<F: FusedFuture>(arm: Pin<&mut F>, cx: &mut Context<'_>) -> Option<Poll<F::Output>> {
    (!arm.is_terminated()).then(|| arm.poll(cx))
}

/// How a call of an arm of `select!`, which asks each arm whether it is done, comes to know that.
#[derive(Debug)]
pub struct Arm<F>(PhantomData<fn() -> F>);

/// How the call of an arm comes to know whether it is done.
pub fn arm<F: Future>(_: &F) -> Arm<F> {
    Arm(PhantomData)
}

/// Those that know it themselves stay as they are: the next of a stream knows it of the stream.
pub trait Knows<F> {
    /// Becomes what knows it.
    fn fused(self, call: F) -> F;
}

impl<F: FusedFuture> Knows<F> for Arm<F> {
    fn fused(self, call: F) -> F {
        call
    }
}

/// All others are told. Found only where [`Knows`] does not hold, being one reference further away.
pub trait IsTold<F> {
    /// Becomes what knows it.
    fn fused(self, call: F) -> Fuse<F>;
}

impl<F: Future> IsTold<F> for &Arm<F> {
    fn fused(self, call: F) -> Fuse<F> {
        call.fuse()
    }
}

/// What an arm of `select!` may name: a call that was made before.
#[diagnostic::on_unimplemented(
    message = "`select!` cannot ask a call that is named whether it is done",
    label = "does not know whether it is done",
    note = "write the call itself in the arm; one that is to outlive the `select!`, as in a loop, is made by `let mut name = flock::fuse(call);`"
)]
pub trait Named: FusedFuture + Unpin {}

#[diagnostic::do_not_recommend]
impl<F: FusedFuture + Unpin> Named for F {}

/// Looks at an arm of `select!` that names a call.
pub fn look_at<N: Named>(call: &mut N, cx: &mut Context<'_>) -> Option<Poll<N::Output>> {
    look(Pin::new(call), cx)
}

/// A call that an arm of [`select!`](https://docs.rs/flock-agents) may name, for those that outlive one
/// `select!`, as in a loop. The calls of a context can be named as they are.
///
/// ```
/// # use flock::prelude::*;
/// # #[agent] async fn ping(site: String) -> Result<()> { drop(site); Ok(()) }
/// async fn look_after(ctx: &FlockContext, site: String) -> Result<()> {
///     loop {
///         ctx.run::<ping>(site.clone()).await?;
///         ctx.sleep("1h").await?;
///     }
/// }
///
/// #[flock]
/// async fn watch(ctx: FlockContext, site: String) -> Result<u32> {
///     let mut looking = flock::fuse(look_after(&ctx, site));
///     let mut days = 0;
///     loop {
///         flock::select! {
///             failed = looking => return failed.map(|()| days),
///             _ = ctx.sleep("1d") => days += 1,
///         }
///     }
/// }
/// ```
pub fn fuse<F: Future>(call: F) -> Fuse<Pin<Box<F>>> {
    Box::pin(call).fuse()
}
