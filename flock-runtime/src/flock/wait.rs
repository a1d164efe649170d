//! Waits for what comes from outside, with an end if need be.

use std::{fmt, pin::pin, time::Duration};

use futures_util::{
    FutureExt,
    future::{Either, FusedFuture, LocalBoxFuture, select},
};

use super::{
    FlockContext, Sleep,
    call::{Running, awaited},
};
use crate::{
    error::{Error, Result},
    value::duration::{self, IntoDuration},
};

impl<S: 'static> FlockContext<S> {
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
