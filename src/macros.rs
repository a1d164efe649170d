//! Waiting for several futures in an order that replay repeats.

/// Runs futures side by side and gives a tuple of their results.
///
/// They are polled in the order in which they are written, so that a replay does the same.
///
/// ```
/// # futures_block_on(async {
/// let (a, b) = flock::join!(async { 1 }, async { 2 });
/// assert_eq!((a, b), (1, 2));
/// # });
/// # fn futures_block_on(future: impl Future) {
/// #     tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future);
/// # }
/// ```
#[macro_export]
macro_rules! join {
    ($($futures:tt)*) => {
        $crate::__private::futures_util::join!($($futures)*)
    };
}

/// Waits for the first of several futures.
///
/// Where several are ready, the one written first wins, so that a replay chooses the same. The
/// futures must be fused; those of [`FlockContext::run`](crate::FlockContext::run) are, others
/// become it with `.fuse()`.
#[macro_export]
macro_rules! select {
    ($($arms:tt)*) => {
        $crate::__private::futures_util::select_biased!($($arms)*)
    };
}
