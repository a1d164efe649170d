//! New code under running flocks: which of the code's ways a run goes.

use std::ops::RangeInclusive;

use super::FlockContext;

impl<S: 'static> FlockContext<S> {
    /// Versioning: the version of the change `id` that this run goes by, out of those the code can still
    /// do.
    ///
    /// A new run gets the highest. A run that began before the highest was written keeps, on every
    /// replay, the version it began with; one that knows nothing of `id` has the lowest. A change
    /// goes through three phases:
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent] async fn plain_mail(to: String) -> Result<()> { Ok(()) }
    /// # #[agent] async fn rich_mail(to: String) -> Result<()> { Ok(()) }
    /// # #[agent] async fn archive(to: String) -> Result<()> { Ok(()) }
    /// // 1. The second way stands beside the first, which running flocks need.
    /// #[flock]
    /// async fn greet(ctx: FlockContext, to: String) -> Result<()> {
    ///     match ctx.version("mail", 1..=2) {
    ///         1 => ctx.run::<plain_mail>(to).await?,
    ///         _ => ctx.run::<rich_mail>(to).await?,
    ///     };
    ///     Ok(())
    /// }
    ///
    /// // 2. No run of the first way is left: the range begins at the second. A third may come.
    /// #[flock(name = "greet_two")]
    /// async fn greet2(ctx: FlockContext, to: String) -> Result<()> {
    ///     let version = ctx.version("mail", 2..=3);
    ///     ctx.run::<rich_mail>(to.clone()).await?;
    ///     if version == 3 {
    ///         ctx.run::<archive>(to).await?;
    ///     }
    ///     Ok(())
    /// }
    ///
    /// // 3. Only the third is left; once no run that knows `mail` is, the call may go.
    /// #[flock(name = "greet_three")]
    /// async fn greet3(ctx: FlockContext, to: String) -> Result<()> {
    ///     ctx.version("mail", 3..=3);
    ///     ctx.run::<rich_mail>(to.clone()).await?;
    ///     ctx.run::<archive>(to).await?;
    ///     Ok(())
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// On Temporal version `n` is the patch `id-n`. On the local engine, where no run outlives its
    /// code, it is always the highest. `status` shows it.
    ///
    /// # Panics
    /// When the range is empty or begins at 0: a fault of the code, as an index out of bounds is.
    pub fn version(&self, id: &str, range: RangeInclusive<u32>) -> u32 {
        let (lowest, highest) = range.into_inner();
        assert!(
            1 <= lowest && lowest <= highest,
            "the versions of `{id}` are {lowest}..={highest}: they begin at 1 or above, and the range is not empty"
        );
        let patch = |version: u32, deprecated| {
            let patch = format!("{id}-{version}");
            self.backend().patched(&patch, deprecated)
        };
        let above = (lowest + 1..=highest).rev();
        let version = above
            .into_iter()
            .find(|version| patch(*version, false))
            .unwrap_or_else(|| {
                if lowest > 1 {
                    // Histories with this mark are read, and those that never had it.
                    patch(lowest, true);
                }
                lowest
            });
        self.run_state().changed(id, version.into());
        version
    }

    /// Patching: whether this run goes by the change `id`. A new run does, one that began before the
    /// change was written does not. The same as Temporal's patches; [`version`](Self::version) is for
    /// more than one step.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent] async fn tidy(text: String) -> Result<String> { Ok(text) }
    /// #[flock]
    /// async fn publish(ctx: FlockContext, text: String) -> Result<String> {
    ///     match ctx.patched("tidy-first") {
    ///         true => ctx.run::<tidy>(text).await,
    ///         false => Ok(text),
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    pub fn patched(&self, id: &str) -> bool {
        let patched = self.backend().patched(id, false);
        self.run_state().changed(id, patched.into());
        patched
    }

    /// Deprecates a patch: says that the other way of the change `id` is gone from the code, after
    /// [`patched`](Self::patched), for as long as runs that know of the change are kept.
    pub fn deprecate(&self, id: &str) {
        self.backend().patched(id, true);
        self.run_state().changed(id, true.into());
    }
}
