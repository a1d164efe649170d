//! One agent over many documents, and another that puts together what came of them, a few at a time.

use super::{
    super::{FlockContext, join_all},
    boxed, so_far,
};
use crate::{agent::Agent, error::Result};

/// Calls at a time, where nothing else is said.
const CONCURRENCY: usize = 10;

/// Results that are put together at a time, where nothing else is said.
const AT_ONCE: usize = 20;

impl<S: 'static> FlockContext<S> {
    /// Runs the agent `M` over `items`, ten at a time, and has the agent `R` put the results together. Where there
    /// are more than [at once](MapReduce::at_once), twenty by default, `R` puts together parts of them, side by
    /// side, and then what came of the parts, until it is one.
    ///
    /// `reduce` makes of results of `M`, and `again` of results of `R`, what `R` takes; both keep the order of the
    /// items. Of no items, `R` is given what `reduce` makes of none.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "summary: String")]
    /// # async fn reader(page: String) -> Result<String> { Ok(page) }
    /// # #[agent(output = "text: String")]
    /// # async fn editor(texts: Vec<String>) -> Result<String> { Ok(texts.join(" ")) }
    /// #[flock]
    /// async fn digest(ctx: FlockContext, pages: Vec<String>) -> Result<String> {
    ///     let digest = ctx
    ///         .map_reduce::<reader, editor>(
    ///             pages,
    ///             |read| read.into_iter().map(|read| read.summary).collect::<Vec<_>>().into(),
    ///             |edited| edited.into_iter().map(|part| part.text).collect::<Vec<_>>().into(),
    ///         )
    ///         .concurrency(4)
    ///         .await?;
    ///     Ok(digest.text)
    /// }
    /// ```
    ///
    /// # Errors
    /// That of the first to fail: the others are cancelled. One of `R` has what `M` gave as its detail `mapped`.
    pub fn map_reduce<'a, M: Agent, R: Agent>(
        &self,
        items: impl IntoIterator<Item: Into<M::Input>>,
        reduce: impl Fn(Vec<M::Output>) -> R::Input + 'a,
        again: impl Fn(Vec<R::Output>) -> R::Input + 'a,
    ) -> MapReduce<'a, M, R> {
        MapReduce {
            context: self.plain(),
            items: items.into_iter().map(Into::into).collect(),
            reduce: Box::new(reduce),
            again: Box::new(again),
            concurrency: CONCURRENCY,
            at_once: AT_ONCE,
        }
    }
}

/// Makes of results what puts them together takes.
type Reduces<'a, O, I> = Box<dyn Fn(Vec<O>) -> I + 'a>;

/// A map and its reduction: set options, then `.await` it. Nothing happens before.
#[must_use = "agents run when this is awaited"]
pub struct MapReduce<'a, M: Agent, R: Agent> {
    context: FlockContext,
    items: Vec<M::Input>,
    reduce: Reduces<'a, M::Output, R::Input>,
    again: Reduces<'a, R::Output, R::Input>,
    concurrency: usize,
    at_once: usize,
}

impl<M: Agent, R: Agent> MapReduce<'_, M, R> {
    /// How many calls go on at a time: 10 by default, at least 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// How many results are put together at a time: 20 by default, at least 2.
    pub fn at_once(mut self, results: usize) -> Self {
        self.at_once = results.max(2);
        self
    }

    async fn reduced(self) -> Result<R::Output> {
        let mapped = self.context.map::<M>(self.items);
        let mapped = mapped.concurrency(self.concurrency).await?;
        let reducing = Reducing::<R> {
            context: self.context,
            again: self.again,
            concurrency: self.concurrency,
            at_once: self.at_once,
        };
        // Beside the parts, for whoever is told that they could not be put together.
        let told = crate::value::payload::to_value(&mapped);
        let parts: Vec<_> = parts(mapped, self.at_once)
            .into_iter()
            .map(&*self.reduce)
            .collect();
        let reduced = reducing.one(parts).await;
        reduced.map_err(|error| match &told {
            Ok(told) => so_far(error, "mapped", told),
            Err(_) => error,
        })
    }
}

struct Reducing<'a, R: Agent> {
    context: FlockContext,
    again: Reduces<'a, R::Output, R::Input>,
    concurrency: usize,
    at_once: usize,
}

impl<R: Agent> Reducing<'_, R> {
    /// Puts parts together, until they are one.
    async fn one(&self, mut inputs: Vec<R::Input>) -> Result<R::Output> {
        loop {
            let calls = inputs.into_iter().map(|input| self.context.run::<R>(input));
            let done = join_all(calls).concurrency(self.concurrency).await;
            let mut done: Vec<_> = done.into_iter().collect::<Result<_>>()?;
            match done.pop() {
                Some(last) if done.is_empty() => return Ok(last),
                last => done.extend(last),
            }
            inputs = parts(done, self.at_once)
                .into_iter()
                .map(&*self.again)
                .collect();
        }
    }
}

/// Parts of no more than so many, in order, as alike in size as can be; one where there is nothing.
fn parts<T>(all: Vec<T>, at_most: usize) -> Vec<Vec<T>> {
    let count = all.len().div_ceil(at_most).max(1);
    let (each, more) = (all.len() / count, all.len() % count);
    let mut all = all.into_iter();
    (0..count)
        .map(|at| all.by_ref().take(each + usize::from(at < more)).collect())
        .collect()
}

boxed!(MapReduce<'a, M: Agent, R: Agent> => R::Output, reduced);

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn parts_are_alike_in_size_and_in_order() {
        assert_eq!(parts(Vec::<u8>::new(), 3), [Vec::<u8>::new()]);
        assert_eq!(parts(vec![1, 2, 3], 3), [[1, 2, 3]]);
        assert_eq!(parts(vec![1, 2, 3, 4], 3), [[1, 2], [3, 4]]);
        assert_eq!(
            parts((1..=7).collect(), 3),
            [vec![1, 2, 3], vec![4, 5], vec![6, 7]]
        );
    }
}
