//! One agent over many inputs.

use std::{
    fmt,
    task::{Context, Poll, ready},
};

use futures_util::FutureExt;
use serde::de::DeserializeOwned;

use super::{AgentRun, FlockContext, call::awaited};
use crate::{agent::Agent, error::Result};

/// As many calls of a `map` go on at a time when it does not say otherwise.
const CONCURRENCY: usize = 10;

impl<S: 'static> FlockContext<S> {
    /// Runs the agent `A` over `items`, ten at a time, and gives the results in the order of the items.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "summary: String")]
    /// # async fn summarizer(text: String) -> Result<String> { Ok(text) }
    /// #[flock]
    /// async fn digest(ctx: FlockContext, chapters: Vec<String>) -> Result<String> {
    ///     let summaries = ctx.map::<summarizer>(chapters).concurrency(4).await?;
    ///     Ok(summaries.into_iter().map(|chapter| chapter.summary).collect())
    /// }
    /// ```
    ///
    /// # Errors
    /// That of the first to fail: the others are cancelled, and those that wait never begin.
    /// [`settled`](Map::settled) gives every result instead.
    pub fn map<A: Agent>(&self, items: impl IntoIterator<Item: Into<A::Input>>) -> Map<A::Output> {
        let calls = items.into_iter().map(|item| self.run::<A>(item));
        let call = Window {
            slots: calls.map(Slot::Call).collect(),
            begun: 0,
            first: 0,
            concurrency: CONCURRENCY,
        };
        Map { call }
    }
}

/// Calls of an agent over many inputs: set options, then `.await` it, or its
/// [`settled`](Self::settled). Nothing happens before.
#[must_use = "agents run when this is awaited"]
pub struct Map<O> {
    call: Window<O>,
}

impl<O: DeserializeOwned> Map<O> {
    /// How many calls go on at a time: 10 by default, at least 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.call.concurrency = calls.max(1);
        self
    }

    /// Sets options of every call.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent] async fn ping(host: String) -> Result<()> { Ok(()) }
    /// #[flock]
    /// async fn reach(ctx: FlockContext, hosts: Vec<String>) -> Result<usize> {
    ///     let pings = ctx.map::<ping>(hosts).each(|call| call.retries(0)).settled().await;
    ///     Ok(pings.iter().filter(|ping| ping.is_ok()).count())
    /// }
    /// ```
    pub fn each(mut self, set: impl Fn(AgentRun<O>) -> AgentRun<O>) -> Self {
        let slots = self.call.slots.into_iter().map(|slot| match slot {
            Slot::Call(call) => Slot::Call(set(call)),
            Slot::Done(result) => Slot::Done(result),
        });
        self.call.slots = slots.collect();
        self
    }

    /// Waits for all of them, whether they fail or not: each result in the order of the items.
    pub fn settled(self) -> Settled<O> {
        Settled { call: self.call }
    }
}

/// The future of [`Map::settled`].
#[must_use = "agents run when this is awaited"]
pub struct Settled<O> {
    call: Window<O>,
}

/// Calls that are begun in order, so many at a time, and polled in order: as a replay repeats it.
struct Window<O> {
    slots: Vec<Slot<O>>,
    /// Those before it are done.
    first: usize,
    /// Those from it on wait for their turn.
    begun: usize,
    concurrency: usize,
}

#[allow(
    clippy::large_enum_variant,
    reason = "each begins as a call: a box would be one more allocation for every one"
)]
enum Slot<O> {
    Call(AgentRun<O>),
    Done(Result<O>),
}

// The outputs are handed out, never pinned.
impl<O> Unpin for Window<O> {}

impl<O: DeserializeOwned> Window<O> {
    /// Looks at what goes on, and begins more while there is room. Gives each result when all are done,
    /// or the first failure alone where that is enough.
    fn look(&mut self, cx: &mut Context<'_>, stop_at_failure: bool) -> Poll<Vec<Result<O>>> {
        if self.is_terminated() {
            return Poll::Pending;
        }
        let mut running = 0;
        for index in self.first..self.slots.len() {
            if index >= self.begun {
                if running == self.concurrency {
                    break;
                }
                self.begun = index + 1;
            }
            let slot = &mut self.slots[index];
            let Slot::Call(call) = slot else {
                continue;
            };
            match call.poll_unpin(cx) {
                Poll::Pending => running += 1,
                Poll::Ready(Err(error)) if stop_at_failure => {
                    self.concurrency = 0;
                    self.slots.clear();
                    return Poll::Ready(vec![Err(error)]);
                }
                Poll::Ready(result) => *slot = Slot::Done(result),
            }
        }
        while matches!(self.slots.get(self.first), Some(Slot::Done(_))) {
            self.first += 1;
        }
        if running > 0 {
            return Poll::Pending;
        }
        self.concurrency = 0;
        let slots = std::mem::take(&mut self.slots).into_iter();
        let results = slots.filter_map(|slot| match slot {
            Slot::Done(result) => Some(result),
            Slot::Call(_) => None,
        });
        Poll::Ready(results.collect())
    }

    /// Nothing goes on or will.
    fn is_terminated(&self) -> bool {
        self.concurrency == 0
    }
}

awaited!(Map<O: DeserializeOwned> => Result<Vec<O>>, |this, cx| {
    Poll::Ready(ready!(this.call.look(cx, true)).into_iter().collect())
});

awaited!(Settled<O: DeserializeOwned> => Vec<Result<O>>, |this, cx| this.call.look(cx, false));

impl<O> fmt::Debug for Map<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Map({} calls)", self.call.slots.len())
    }
}

impl<O> fmt::Debug for Settled<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settled({} calls)", self.call.slots.len())
    }
}
