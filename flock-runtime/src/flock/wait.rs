//! Waits for what comes from outside, with an end if need be.

use std::{
    fmt,
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{Either, FusedFuture, LocalBoxFuture, select},
};

use super::{FlockContext, Sleep};
use crate::{
    error::{Error, Result},
    value::duration::{self, IntoDuration},
};

/// A wait of a flock: `.within(…)` limits it, `.await` waits. Dropping it leaves what comes for the
/// next one to wait.
#[must_use = "a flock waits when this is awaited"]
pub struct Wait<T> {
    context: FlockContext,
    what: String,
    future: Option<LocalBoxFuture<'static, Result<T>>>,
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
            future: Some(future),
        }
    }

    /// Waits no longer than `limit`, days if need be: an error of kind `Timeout` ends it then.
    pub fn within(mut self, limit: impl IntoDuration) -> Self {
        if let Some(work) = self.future.take() {
            let what = self.what.clone();
            let context = self.context.clone();
            let limit = limit.into_duration();
            let limited = async move {
                let limit = limit?;
                within(context.sleep(limit), limit, &what, work).await
            };
            self.future = Some(limited.boxed_local());
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

impl<T> Future for Wait<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else {
            return Poll::Pending;
        };
        let result = future.as_mut().poll(cx);
        if result.is_ready() {
            self.future = None;
        }
        result
    }
}

impl<T> FusedFuture for Wait<T> {
    fn is_terminated(&self) -> bool {
        self.future.is_none()
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wait").field(&self.what).finish()
    }
}

/// The future of [`FlockContext::cancelled`].
#[must_use = "a flock waits when this is awaited"]
pub struct Cancelled(Option<LocalBoxFuture<'static, ()>>);

impl Cancelled {
    pub(super) fn new(cancelled: LocalBoxFuture<'static, ()>) -> Self {
        Self(Some(cancelled))
    }
}

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(cancelled) = &mut self.0 else {
            return Poll::Pending;
        };
        let result = cancelled.as_mut().poll(cx);
        if result.is_ready() {
            self.0 = None;
        }
        result
    }
}

impl FusedFuture for Cancelled {
    fn is_terminated(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cancelled")
    }
}
