//! A board at work: what has come is published, what can run is begun, in an order that a replay repeats.

use std::task::{Context, Poll};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{
    super::{FlockContext, message::Signal},
    Blackboard,
    fact::{Fact, Kind, Told, Value},
    subscription::values,
};
use crate::error::{ErrorKind, Result};

/// A run of an agent, under way.
pub(super) struct Firing {
    subscription: usize,
    facts: Vec<Value>,
    result: LocalBoxFuture<'static, Result<Value>>,
}

/// Signals that become facts.
pub(super) struct Source {
    pub(super) kind: Kind,
    context: FlockContext,
    next: fn(&FlockContext) -> LocalBoxFuture<'static, Result<Told>>,
    waiting: LocalBoxFuture<'static, Result<Told>>,
}

impl Source {
    pub(super) fn of<M: Signal + Fact>(context: &FlockContext) -> Self {
        let next = |context: &FlockContext| {
            let signal = context.signal::<M>();
            async move { signal.await.map(Told::new) }.boxed_local()
        };
        Self {
            kind: Kind::of::<M>(),
            context: context.clone(),
            waiting: next(context),
            next,
        }
    }

    fn heard(&mut self, cx: &mut Context<'_>) -> Poll<Result<Told>> {
        let told = self.waiting.poll_unpin(cx);
        if told.is_ready() {
            self.waiting = (self.next)(&self.context);
        }
        told
    }
}

impl Blackboard {
    /// Goes on until there is a fact of the wanted type, or until no agent can run where none is.
    pub(super) fn turn(
        &mut self,
        cx: &mut Context<'_>,
        wanted: Option<Kind>,
    ) -> Poll<Result<Option<Value>>> {
        let turned = self.look(cx, wanted);
        if let Poll::Ready(Err(_)) = turned {
            self.drop_all();
        }
        turned
    }

    fn look(&mut self, cx: &mut Context<'_>, wanted: Option<Kind>) -> Poll<Result<Option<Value>>> {
        loop {
            let ends = self.renewal.is_some() && self.context.should_continue_as_new();
            if !ends {
                self.hear(cx)?;
            }
            self.end(cx)?;
            if let Some(value) = wanted.and_then(|wanted| self.give(wanted)) {
                return Poll::Ready(Ok(Some(value)));
            }
            if let Some(renewal) = self.renewal.as_ref().filter(|_| ends) {
                return match self.running.is_empty() {
                    true => Poll::Ready(Err(self.carried().map_or_else(|error| error, renewal))),
                    false => Poll::Pending,
                };
            }
            if self.begin()? {
                continue;
            }
            return match wanted {
                _ if !self.running.is_empty() => Poll::Pending,
                None => Poll::Ready(Ok(None)),
                Some(_) if !self.sources.is_empty() => Poll::Pending,
                Some(wanted) => Poll::Ready(Err(self.nothing_left(wanted))),
            };
        }
    }

    /// Publishes the signals that have come.
    fn hear(&mut self, cx: &mut Context<'_>) -> Result<()> {
        for at in 0..self.sources.len() {
            while let Poll::Ready(told) = self.sources[at].heard(cx) {
                self.since = 0;
                self.post(told?);
            }
        }
        Ok(())
    }

    /// Publishes what those gave who are done.
    fn end(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let mut at = 0;
        while let Some(firing) = self.running.get_mut(at) {
            let Poll::Ready(result) = firing.result.poll_unpin(cx) else {
                at += 1;
                continue;
            };
            let firing = self.running.remove(at);
            let subscription = &mut self.subscriptions[firing.subscription];
            subscription.running -= 1;
            let told = match result {
                // Nobody is to go on then.
                Err(error) if *error.kind() == ErrorKind::Cancelled => return Err(error),
                result => subscription.end(result, &firing.facts)?,
            };
            told.into_iter().for_each(|told| self.post(told));
        }
        Ok(())
    }

    /// The first fact of the type that has not been given, which it is now.
    fn give(&mut self, wanted: Kind) -> Option<Value> {
        let mut facts = self.facts.iter_mut();
        let posted = facts.find(|posted| posted.kind == wanted && !posted.given)?;
        posted.given = true;
        Some(Value::clone(&posted.value))
    }

    /// Begins all that can run and have room. Whether there was any.
    fn begin(&mut self) -> Result<bool> {
        let before = self.running.len();
        while self.running.len() < self.concurrency
            && let Some((at, used)) = self.next()
        {
            self.begin_one(at, used)?;
        }
        if self.running.is_empty() {
            for (at, used) in self.rests() {
                if self.running.len() < self.concurrency {
                    self.begin_one(at, used)?;
                }
            }
        }
        Ok(self.running.len() > before)
    }

    /// Whose facts came first, all of them, is next.
    fn next(&mut self) -> Option<(usize, Vec<usize>)> {
        let facts = &self.facts;
        let subscriptions = self.subscriptions.iter_mut().enumerate();
        let next = subscriptions.filter_map(|(at, subscription)| {
            let used = subscription.next(facts)?;
            Some((used.iter().copied().max(), at, used))
        });
        let (_, at, used) = next.min_by_key(|(newest, at, _)| (*newest, *at))?;
        Some((at, used))
    }

    /// Batches that are not full, and that none of the others would add to.
    fn rests(&self) -> Vec<(usize, Vec<usize>)> {
        let rest = |at: usize| Some((at, self.subscriptions[at].rest()?));
        let mut rests: Vec<_> = (0..self.subscriptions.len()).filter_map(rest).collect();
        let waits_for_another = |at: usize| {
            let others = rests.iter().filter(|(other, _)| *other != at);
            let gives = others.flat_map(|(other, _)| self.subscriptions[*other].gives());
            let reached = self.reached(gives.collect(), Some(at));
            reached.contains(&self.subscriptions[at].takes[0])
        };
        let ready = rests.iter().filter(|(at, _)| !waits_for_another(*at));
        let ready: Vec<_> = ready.cloned().collect();
        if ready.is_empty() {
            // Each would add to another: one has to begin.
            rests.truncate(1);
            return rests;
        }
        ready
    }

    fn begin_one(&mut self, at: usize, used: Vec<usize>) -> Result<()> {
        if self.since >= self.at_most {
            return Err(self.too_many());
        }
        self.since += 1;
        let facts = values(&self.facts, &used);
        let subscription = &mut self.subscriptions[at];
        let result = subscription.begin(&self.context, &self.facts, &used);
        self.running.push(Firing {
            subscription: at,
            facts,
            result,
        });
        Ok(())
    }

    fn drop_all(&mut self) {
        for firing in self.running.drain(..) {
            self.subscriptions[firing.subscription].running -= 1;
        }
    }
}
