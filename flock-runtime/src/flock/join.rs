//! Waiting for many futures in an order that replay repeats.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future::{MaybeDone, maybe_done};

/// Waits for all of `futures`, polling them in order every time, and gives the results in order.
///
/// The `join_all` of other crates polls a long list in the order of wake-ups, which a replay does
/// not repeat.
pub fn join_all<I>(futures: I) -> JoinAll<I::Item>
where
    I: IntoIterator,
    I::Item: Future,
{
    JoinAll(
        futures
            .into_iter()
            .map(|future| Box::pin(maybe_done(future)))
            .collect(),
    )
}

/// The future of [`join_all`].
#[must_use = "futures do nothing unless polled"]
pub struct JoinAll<F: Future>(Vec<Pin<Box<MaybeDone<F>>>>);

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let futures = &mut self.get_mut().0;
        let mut pending = false;
        for future in futures.iter_mut() {
            pending |= future.as_mut().poll(cx).is_pending();
        }
        if pending {
            return Poll::Pending;
        }
        let done = futures
            .iter_mut()
            .filter_map(|future| future.as_mut().take_output());
        Poll::Ready(done.collect())
    }
}

impl<F: Future> std::fmt::Debug for JoinAll<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JoinAll({} futures)", self.0.len())
    }
}
