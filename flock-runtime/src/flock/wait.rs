//! Waits for what comes from outside, with an end if need be.

use std::{fmt, pin::pin, rc::Rc, time::Duration};

use futures_util::{
    FutureExt,
    future::{Either, FusedFuture, LocalBoxFuture, select},
};

use super::{
    FlockContext, Sleep,
    call::{Running, awaited},
    message::Signal,
};
use crate::{
    error::{Error, Result},
    value::duration::{self, IntoDuration},
};

impl<S: 'static> FlockContext<S> {
    /// Waits for the next signal of this type. Those that came earlier wait in order, and each is
    /// given once: nothing is lost or merged.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[signal]
    /// struct Approve {
    ///     by: String,
    /// }
    ///
    /// #[flock]
    /// async fn publish(ctx: FlockContext, text: String) -> Result<String> {
    ///     let approval = ctx.signal::<Approve>().within("3d").await?;
    ///     Ok(format!("{text}, approved by {}", approval.by))
    /// }
    /// ```
    ///
    /// A signal that does not fit the type is left out, with a warning in the log.
    ///
    /// # Errors
    /// `Timeout` after [`within`](Wait::within); `Cancelled` when the run is cancelled meanwhile.
    pub fn signal<M: Signal>(&self) -> Wait<M> {
        let context = self.plain();
        let next = async move {
            loop {
                let board = Rc::clone(context.board());
                let has = Box::new(move || board.has(M::NAME));
                context.backend().wait_until(context.scope(), has).await?;
                match context
                    .board()
                    .take(M::NAME)
                    .map(|message| message.decode())
                {
                    Some(Ok(message)) => return Ok(message),
                    Some(Err(error)) => context.log(format_args!(
                        "signal `{}` does not fit and is left out: {error}",
                        M::NAME
                    )),
                    // Another part of the flock was first.
                    None => {}
                }
            }
        };
        Wait::new(
            self.plain(),
            next.boxed_local(),
            format!("signal `{}`", M::NAME),
        )
    }

    /// Waits until the flock's state is as wanted. Signals and updates change it meanwhile.
    ///
    /// # Errors
    /// `Timeout` after [`within`](Wait::within); `Cancelled` when the run is cancelled meanwhile.
    pub fn wait_until(&self, mut wanted: impl FnMut(&S) -> bool + 'static) -> Wait<()> {
        let context = self.typed::<S>();
        let wanted = Box::new(move || context.state(&mut wanted));
        Wait::new(
            self.plain(),
            self.backend().wait_until(self.scope(), wanted),
            "what it waits for".to_owned(),
        )
    }

    /// Waits for `work` no longer than `limit`; then it is dropped, and what it waited for cancelled.
    /// A [`saga`](Self::saga) in it is undone.
    ///
    /// # Errors
    /// `Timeout` when the limit was first; otherwise those of `work`.
    // No `async fn`, whose type would know the limit's: one that is no duration would be told three times.
    pub fn within<'a, T: 'a>(
        &'a self,
        limit: impl IntoDuration,
        work: impl Future<Output = Result<T>> + 'a,
    ) -> LocalBoxFuture<'a, Result<T>> {
        let limit = limit.into_duration();
        Box::pin(async move {
            let limit = limit?;
            within(self.sleep(limit), limit, "it", work).await
        })
    }

    /// Waits until the run is asked to end.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled::new(self.backend().cancelled())
    }
}

/// A wait of a flock: `.within(…)` limits it, `.await` waits. Dropping it leaves what comes for the
/// next one to wait.
#[must_use = "a flock waits when this is awaited"]
pub struct Wait<T> {
    context: FlockContext,
    what: String,
    call: Running<Result<T>>,
}

impl<T: 'static> Wait<T> {
    pub(crate) fn new(
        context: FlockContext,
        future: LocalBoxFuture<'static, Result<T>>,
        what: String,
    ) -> Self {
        Self {
            context,
            what,
            call: future.fuse(),
        }
    }

    /// Waits no longer than `limit`, days if need be: an error of kind `Timeout` ends it then.
    pub fn within(mut self, limit: impl IntoDuration) -> Self {
        if !self.call.is_terminated() {
            let (context, what, work) = (self.context.clone(), self.what.clone(), self.call);
            let limit = limit.into_duration();
            let limited = async move {
                let limit = limit?;
                within(context.sleep(limit), limit, &what, work).await
            };
            self.call = limited.boxed_local().fuse();
        }
        self
    }
}

/// `work`, or an error when `timer` is first.
pub(super) async fn within<T>(
    timer: Sleep,
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    match select(pin!(work), timer).await {
        Either::Left((result, _)) => result,
        Either::Right((Ok(()), _)) => Err(Error::timeout(format!(
            "{what} did not come within {}",
            duration::display(limit)
        ))),
        Either::Right((Err(cancelled), _)) => Err(cancelled),
    }
}

awaited!(Wait<T> => Result<T>, |this, cx| this.call.poll_unpin(cx));

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wait").field(&self.what).finish()
    }
}

/// The future of [`FlockContext::cancelled`].
#[must_use = "a flock waits when this is awaited"]
pub struct Cancelled {
    call: Running<()>,
}

impl Cancelled {
    pub(super) fn new(cancelled: LocalBoxFuture<'static, ()>) -> Self {
        Self {
            call: cancelled.fuse(),
        }
    }
}

awaited!(Cancelled => (), |this, cx| this.call.poll_unpin(cx));

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cancelled")
    }
}
