//! Waiting for several calls in an order that replay repeats, and errors from text.

/// Runs calls side by side and gives a tuple of their results.
///
/// They are polled in the order in which they are written, so that a replay does the same. The calls come
/// without `?` and `.await`, which go to the results; many of them, in a `Vec`, go into
/// [`join_all`](crate::join_all).
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
    ($($calls:tt)*) => {
        $crate::__private::join! { ($crate) $($calls)* }
    };
}

/// Waits for the first of several calls; the others are dropped, and so cancelled.
///
/// Where several are ready, the one written first wins, so that a replay chooses the same.
///
/// ```
/// # use flock::prelude::*;
/// # #[agent(output = "findings: String")]
/// # async fn researcher(topic: String) -> Result<String> { Ok(topic) }
/// async fn both_ways(ctx: &FlockContext, topic: String) -> Result<String> {
///     let first = ctx.run::<researcher>(topic.clone()).await?;
///     Ok(ctx.run::<researcher>(first.findings).await?.findings)
/// }
///
/// #[flock]
/// async fn look_up(ctx: FlockContext, topic: String) -> Result<String> {
///     flock::select! {
///         found = both_ways(&ctx, topic) => found,
///         _ = ctx.sleep("1h") => flock::bail!("nothing was found in an hour"),
///     }
/// }
/// ```
///
/// An arm takes the call itself, without `.await`: a method of the context, an `async fn`, or a block. It
/// may name a call that was made before, as in a loop: those of the context as they are, others by
/// [`fuse`](crate::fuse). `complete => …` is for when every arm has ended before.
#[macro_export]
macro_rules! select {
    ($($arms:tt)*) => {
        $crate::__private::select! { ($crate) $($arms)* }
    };
}

/// An [`Error`](crate::Error) from text, written as for `format!`. It is transient, as any error is
/// that says nothing else: the agent is tried again.
///
/// The kind may come first, by the name of the function that makes it: `invalid`, `denied`,
/// `not_found`, `permanent`, `timeout`.
///
/// ```
/// # use flock::prelude::*;
/// fn number(text: &str) -> Result<u32> {
///     text.parse().map_err(|_| flock::err!(invalid, "`{text}` is no number"))
/// }
///
/// assert_eq!(number("x").unwrap_err().to_string(), "`x` is no number");
/// assert_eq!(flock::err!("no answer").kind(), &ErrorKind::Transient);
/// ```
#[macro_export]
macro_rules! err {
    ($message:literal $($rest:tt)*) => {
        $crate::Error::transient(::core::format_args!($message $($rest)*))
    };
    ($kind:ident, $message:literal $($rest:tt)*) => {
        $crate::Error::$kind(::core::format_args!($message $($rest)*))
    };
    ($message:expr $(,)?) => {
        $crate::Error::transient($message)
    };
}

/// Returns an error from text: `return Err(flock::err!(…))`.
///
/// ```
/// # use flock::prelude::*;
/// #[agent(output = "half: u32")]
/// async fn halve(number: u32) -> Result<u32> {
///     if number % 2 == 1 {
///         flock::bail!(invalid, "{number} is odd");
///     }
///     Ok(number / 2)
/// }
/// ```
#[macro_export]
macro_rules! bail {
    ($($error:tt)*) => {
        return ::core::result::Result::Err($crate::err!($($error)*))
    };
}
