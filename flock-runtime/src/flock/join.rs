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
    JoinAll {
        futures: futures
            .into_iter()
            .map(|future| Box::pin(maybe_done(future)))
            .collect(),
        concurrency: usize::MAX,
    }
}

/// The future of [`join_all`].
#[must_use = "futures do nothing unless polled"]
pub struct JoinAll<F: Future> {
    futures: Vec<Pin<Box<MaybeDone<F>>>>,
    concurrency: usize,
}

impl<F: Future> JoinAll<F> {
    /// How many are under way at a time: all when left out, at least 1. The next begins, in order, when one is
    /// done.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[flock] async fn import(ctx: FlockContext, file: String) -> Result<usize> { Ok(file.len()) }
    /// #[flock]
    /// async fn import_all(ctx: FlockContext, files: Vec<String>) -> Result<usize> {
    ///     let imports = files.into_iter().map(|file| ctx.child::<import>(file));
    ///     let rows = flock::join_all(imports).concurrency(4).await;
    ///     rows.into_iter().sum()
    /// }
    /// ```
    pub fn concurrency(mut self, futures: usize) -> Self {
        self.concurrency = futures.max(1);
        self
    }
}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self {
            futures,
            concurrency,
        } = self.get_mut();
        let mut under_way = 0;
        for future in futures.iter_mut() {
            if under_way == *concurrency {
                break;
            }
            under_way += usize::from(future.as_mut().poll(cx).is_pending());
        }
        if under_way > 0 {
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
        write!(f, "JoinAll({} futures)", self.futures.len())
    }
}
