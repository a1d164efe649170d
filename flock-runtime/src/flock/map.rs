//! One agent over many inputs.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future::FusedFuture;
use serde::de::DeserializeOwned;

use super::{AgentRun, FlockContext};
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
        Map(Window {
            slots: calls.map(Slot::Call).collect(),
            begun: 0,
            first: 0,
            concurrency: CONCURRENCY,
        })
    }
}

/// Calls of an agent over many inputs: set options, then `.await` it, or its
/// [`settled`](Self::settled). Nothing happens before.
#[must_use = "agents run when this is awaited"]
pub struct Map<O>(Window<O>);

impl<O: DeserializeOwned> Map<O> {
    /// How many calls go on at a time: 10 by default, at least 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.0.concurrency = calls.max(1);
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
        let slots = self.0.slots.into_iter().map(|slot| match slot {
            Slot::Call(call) => Slot::Call(set(call)),
            Slot::Done(result) => Slot::Done(result),
        });
        self.0.slots = slots.collect();
        self
    }

    /// Waits for all of them, whether they fail or not: each result in the order of the items.
    pub fn settled(self) -> Settled<O> {
        Settled(self.0)
    }
}

/// The future of [`Map::settled`].
#[must_use = "agents run when this is awaited"]
pub struct Settled<O>(Window<O>);

/// Calls that are begun in order, so many at a time, and polled in order: as a replay repeats it.
struct Window<O> {
    slots: Vec<Slot<O>>,
    /// Those before it are done.
    first: usize,
    /// Those from it on wait for their turn.
    begun: usize,
    concurrency: usize,
}

enum Slot<O> {
    Call(AgentRun<O>),
    Done(Result<O>),
}

// The outputs are handed out, never pinned.
impl<O> Unpin for Window<O> {}

impl<O: DeserializeOwned> Window<O> {
    /// Polls what goes on, and begins more while there is room. Ready when all are done, or when one
    /// has failed and that is enough.
    fn poll(&mut self, cx: &mut Context<'_>, stop_at_failure: bool) -> Poll<Result<()>> {
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
            match Pin::new(call).poll(cx) {
                Poll::Pending => running += 1,
                Poll::Ready(Err(error)) if stop_at_failure => return Poll::Ready(Err(error)),
                Poll::Ready(result) => *slot = Slot::Done(result),
            }
        }
        while matches!(self.slots.get(self.first), Some(Slot::Done(_))) {
            self.first += 1;
        }
        match running {
            0 => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    }

    fn results(&mut self) -> impl Iterator<Item = Result<O>> {
        let slots = std::mem::take(&mut self.slots);
        slots.into_iter().filter_map(|slot| match slot {
            Slot::Done(result) => Some(result),
            Slot::Call(_) => None,
        })
    }

    /// Nothing goes on or will.
    fn is_over(&self) -> bool {
        self.concurrency == 0
    }

    fn end(&mut self) {
        self.concurrency = 0;
        self.slots.clear();
    }
}

impl<O: DeserializeOwned> Future for Map<O> {
    type Output = Result<Vec<O>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0.is_over() {
            return Poll::Pending;
        }
        let done = std::task::ready!(self.0.poll(cx, true));
        let results = done.and_then(|()| self.0.results().collect());
        self.0.end();
        Poll::Ready(results)
    }
}

impl<O: DeserializeOwned> Future for Settled<O> {
    type Output = Vec<Result<O>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0.is_over() {
            return Poll::Pending;
        }
        let _ = std::task::ready!(self.0.poll(cx, false));
        let results = self.0.results().collect();
        self.0.end();
        Poll::Ready(results)
    }
}

impl<O: DeserializeOwned> FusedFuture for Map<O> {
    fn is_terminated(&self) -> bool {
        self.0.is_over()
    }
}

impl<O: DeserializeOwned> FusedFuture for Settled<O> {
    fn is_terminated(&self) -> bool {
        self.0.is_over()
    }
}

impl<O> fmt::Debug for Map<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Map({} calls)", self.0.slots.len())
    }
}

impl<O> fmt::Debug for Settled<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settled({} calls)", self.0.slots.len())
    }
}
