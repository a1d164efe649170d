//! A subscription at work: the facts that wait for it, and which of them it would be run with next.

use std::{any::Any, collections::VecDeque};

use futures_util::future::LocalBoxFuture;

use super::{
    super::FlockContext,
    fact::{Kind, Posted, Told, Value},
};
use crate::error::{Error, Result};

/// Whether facts will do, in the order of the types that are subscribed to.
pub(super) type Holds = Box<dyn Fn(&[&dyn Any]) -> bool>;

/// Runs with facts, and gives one value.
pub(super) type Work =
    Box<dyn Fn(&FlockContext, &[Value]) -> LocalBoxFuture<'static, Result<Value>>>;

/// Makes facts of a value that was given.
pub(super) type Publish = Box<dyn Fn(&dyn Any) -> Vec<Told>>;

/// Makes a fact of what failed with which facts.
pub(super) type Mend = Box<dyn Fn(&[Value], Error) -> Told>;

/// What is published of a value that was given.
pub(super) struct Publishes {
    pub(super) kind: Kind,
    pub(super) facts: Publish,
}

/// What is published in the place of what an error leaves out.
pub(super) struct Mends {
    pub(super) kind: Kind,
    pub(super) fact: Mend,
}

/// How many facts it takes at a time.
#[derive(Clone, Copy)]
pub(super) enum Gathers {
    /// One of each of its types.
    Each,
    /// So many of its type.
    Batch(usize),
}

pub(super) struct Subscription {
    /// What is run.
    pub(super) agent: &'static str,
    /// Which of those that run it, from 1.
    pub(super) number: usize,
    pub(super) takes: Vec<Kind>,
    pub(super) gathers: Gathers,
    pub(super) holds: Vec<Holds>,
    pub(super) work: Work,
    pub(super) output: Kind,
    /// In place of the output, where there are any.
    pub(super) publishes: Vec<Publishes>,
    pub(super) mends: Option<Mends>,
    pub(super) concurrency: usize,
    pub(super) at_most: u32,
    /// The facts that it has not used, by their places on the board.
    pub(super) waits: VecDeque<usize>,
    /// No facts belong together, until another comes.
    dry: bool,
    pub(super) running: usize,
    pub(super) ran: u32,
}

impl Subscription {
    pub(super) fn new(
        agent: &'static str,
        takes: Vec<Kind>,
        gathers: Gathers,
        holds: Vec<Holds>,
        work: Work,
        output: Kind,
    ) -> Self {
        Self {
            agent,
            number: 1,
            takes,
            gathers,
            holds,
            work,
            output,
            publishes: Vec::new(),
            mends: None,
            concurrency: usize::MAX,
            at_most: u32::MAX,
            waits: VecDeque::new(),
            dry: true,
            running: 0,
            ran: 0,
        }
    }

    /// What it is known by in the next run.
    pub(super) fn key(&self) -> String {
        match self.number {
            1 => self.agent.to_owned(),
            number => format!("{}#{number}", self.agent),
        }
    }

    /// The types of what it publishes.
    pub(super) fn gives(&self) -> impl Iterator<Item = Kind> {
        let own = self.publishes.is_empty().then_some(self.output);
        let mends = self.mends.iter().map(|mends| mends.kind);
        let publishes = self.publishes.iter().map(|publishes| publishes.kind);
        own.into_iter().chain(publishes).chain(mends)
    }

    /// Has a fact wait for it, if it takes such.
    pub(super) fn offer(&mut self, at: usize, told: &Told) {
        if !self.takes.contains(&told.kind) {
            return;
        }
        // Of one alone it is known at once whether it will do.
        let alone = self.takes.len() == 1;
        if !alone || self.will_do(&[&*told.value]) {
            self.wait(at);
        }
    }

    pub(super) fn wait(&mut self, at: usize) {
        self.waits.push_back(at);
        self.dry = false;
    }

    fn will_do(&self, facts: &[&dyn Any]) -> bool {
        self.holds.iter().all(|holds| holds(facts))
    }

    /// Whether it may be run once more now.
    fn has_room(&self) -> bool {
        self.running < self.concurrency && self.ran < self.at_most
    }

    /// The facts that it would be run with next, by their places on the board.
    pub(super) fn next(&mut self, facts: &[Posted]) -> Option<Vec<usize>> {
        if self.dry || !self.has_room() {
            return None;
        }
        let found = match self.gathers {
            Gathers::Batch(size) => {
                let is_full = self.waits.len() >= size;
                is_full.then(|| self.waits.iter().take(size).copied().collect())
            }
            Gathers::Each => self.together(facts, &mut Vec::new()),
        };
        self.dry = found.is_none();
        found
    }

    /// The first facts, one of each type, that belong together: those in `chosen` and others.
    fn together(&self, facts: &[Posted], chosen: &mut Vec<usize>) -> Option<Vec<usize>> {
        let Some(kind) = self.takes.get(chosen.len()) else {
            let values: Vec<_> = chosen.iter().map(|at| &*facts[*at].value).collect();
            return (values.len() == 1 || self.will_do(&values)).then(|| chosen.clone());
        };
        for at in &self.waits {
            if facts[*at].kind != *kind || chosen.contains(at) {
                continue;
            }
            chosen.push(*at);
            if let Some(found) = self.together(facts, chosen) {
                return Some(found);
            }
            chosen.pop();
            // All that are alike will do as well as this one.
            if self.holds.is_empty() {
                return None;
            }
        }
        None
    }

    /// What has come of a batch that is not full.
    pub(super) fn rest(&self) -> Option<Vec<usize>> {
        let is_batch = matches!(self.gathers, Gathers::Batch(_));
        let has_rest = is_batch && !self.waits.is_empty() && self.has_room();
        has_rest.then(|| self.waits.iter().copied().collect())
    }

    /// Begins a run with these facts, which are used then.
    pub(super) fn begin(
        &mut self,
        context: &FlockContext,
        facts: &[Posted],
        used: &[usize],
    ) -> LocalBoxFuture<'static, Result<Value>> {
        self.waits.retain(|at| !used.contains(at));
        self.running += 1;
        self.ran += 1;
        (self.work)(context, &values(facts, used))
    }

    /// What is published of what a run came to.
    pub(super) fn end(&self, result: Result<Value>, used: &[Value]) -> Result<Vec<Told>> {
        let value = match (result, &self.mends) {
            (Ok(value), _) => value,
            (Err(error), Some(mends)) => return Ok(vec![(mends.fact)(used, error)]),
            (Err(error), None) => return Err(error),
        };
        if self.publishes.is_empty() {
            let kind = self.output;
            return Ok(vec![Told { kind, value }]);
        }
        let facts = self.publishes.iter();
        Ok(facts
            .flat_map(|publishes| (publishes.facts)(&*value))
            .collect())
    }
}

pub(super) fn values(facts: &[Posted], at: &[usize]) -> Vec<Value> {
    let values = at.iter().map(|at| &facts[*at].value);
    values.map(Value::clone).collect()
}
