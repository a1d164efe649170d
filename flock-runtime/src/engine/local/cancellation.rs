//! What a cancelled run waits for no longer.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use futures_util::future::{Either, select};

use super::backend::Calls;
use crate::{
    engine::Scope,
    error::{Error, Result},
    flock::cancelled,
};

impl Calls {
    /// Whether the run has been asked to end, where that ends what is called in `scope`.
    pub(super) fn is_over(&self, scope: Scope) -> bool {
        scope == Scope::Run && self.run.execution.is_cancelled()
    }

    /// As on Temporal, a cancelled run ends what it waits for at once, and starts nothing more.
    pub(super) async fn until_cancelled<T>(
        &self,
        scope: Scope,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if self.is_over(scope) {
            return Err(cancelled());
        }
        let mut work = pin!(work);
        let work = poll_fn(|cx| match self.is_over(scope) {
            // A result that comes with the cancellation comes too late.
            true => Poll::Ready(Err(cancelled())),
            false => work.as_mut().poll(cx),
        });
        self.unless_cancelled(scope, work).await
    }

    /// `work`, unless it waits for something when the run is cancelled.
    pub(super) async fn unless_cancelled<T>(
        &self,
        scope: Scope,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if scope == Scope::Shielded {
            return work.await;
        }
        // Most work is done when it is first looked at, and needs not hear of orders.
        let mut work = pin!(work);
        if let Poll::Ready(result) = futures_util::poll!(work.as_mut()) {
            return result;
        }
        let ordered = pin!(self.run.execution.cancelled());
        match select(work, ordered).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err::<T, Error>(cancelled()),
        }
    }
}
