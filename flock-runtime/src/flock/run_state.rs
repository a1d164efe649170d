//! What a run knows of itself: its state, unread signals, and what it shows to those who ask.

use std::{
    any::Any,
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, VecDeque},
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde_json::Value;

use super::{
    UnreadSignals,
    approval::{Approvals, Closed, request::ApprovalRequest},
    budget::Budget,
    conversations::Conversations,
    entry::FlockEntry,
    hosted::Hosted,
    undo::Compensations,
};
#[cfg(feature = "temporal")]
use crate::telemetry::trace::TraceContext;
use crate::{
    error::{Error, Result},
    value::{payload::Payload, usage::Usage},
};

/// What a run knows of itself.
pub(crate) struct RunState {
    /// The flock's own state, in a `RefCell`. Made when it is first asked for, and so where a panic
    /// of its `Default` is one of the flock's code, and no engine's or worker's end.
    state: OnceCell<Rc<dyn Any>>,
    make: fn() -> Rc<dyn Any>,
    /// Signals that wait to be asked for, by name, in order of arrival.
    unread: RefCell<UnreadSignals>,
    /// Handlers at work.
    handling: Cell<usize>,
    /// Whether its body has been looked at for the first time.
    begun: Cell<bool>,
    /// Updates that wait for that.
    held: Cell<usize>,
    /// What the next run begins with, once the flock has asked to go on as a new one.
    next: RefCell<Option<Payload>>,
    /// Requests to other runs, which would be lost if this one ended before they came there.
    under_way: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    /// What undoes the work of sagas that were dropped.
    pub(super) compensations: Compensations,
    /// What the flock last said of itself.
    shown: RefCell<Option<Value>>,
    /// The way the run goes where its code changed.
    changes: RefCell<BTreeMap<String, Value>>,
    steps: RefCell<Steps>,
    /// Who began the run, in a trace.
    #[cfg(feature = "temporal")]
    begun_by: Cell<Option<TraceContext>>,
    /// How many conversations were begun, for their spans.
    talks: Cell<u64>,
    /// What asking models has cost, with that of its children and of the runs it goes on with.
    spent: Cell<Usage>,
    /// What asking models may cost, where its flock says so.
    budget: OnceCell<Rc<Budget>>,
    /// What it asks of people.
    pub(crate) approvals: Approvals,
    /// A mistake in a handler that has nobody to tell it to.
    mistake: RefCell<Option<Error>>,
    hosted: Option<Box<Hosted>>,
    /// Conversations of models that are going on.
    pub(super) conversations: Conversations,
}

/// The newest steps.
#[derive(Default)]
struct Steps {
    forgotten: usize,
    kept: VecDeque<Step>,
}

/// A step of a run, as the `status` query tells it.
#[derive(Debug, Clone, Serialize)]
struct Step {
    agent: &'static str,
    state: StepState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepState {
    Running,
    Completed,
    Failed,
    /// Nobody waits for it any more.
    Dropped,
}

/// The answer to the `status` query.
#[derive(Debug, Serialize)]
pub(crate) struct Status<'a> {
    flock: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Value>,
    steps: VecDeque<Step>,
    /// What asking models has cost.
    #[serde(skip_serializing_if = "Usage::is_none")]
    spent: Usage,
    /// The version of each change that the run goes by, or whether it goes by it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    changes: BTreeMap<String, Value>,
    /// Signals that have come and wait to be asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    waiting: BTreeMap<String, usize>,
    /// Requests that wait for a person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    approvals: Vec<ApprovalRequest>,
    /// What became of the last requests.
    #[serde(skip_serializing_if = "VecDeque::is_empty")]
    decided: VecDeque<Closed>,
}

/// As many are kept for `status`.
const STEPS: usize = 100;

impl RunState {
    /// What a run of `flock` knows.
    pub(crate) fn new(flock: &FlockEntry) -> Self {
        let make = flock.state;
        Self {
            state: OnceCell::new(),
            make,
            unread: RefCell::default(),
            handling: Cell::default(),
            begun: Cell::default(),
            held: Cell::default(),
            next: RefCell::default(),
            under_way: RefCell::default(),
            compensations: Compensations::default(),
            shown: RefCell::default(),
            changes: RefCell::default(),
            steps: RefCell::default(),
            #[cfg(feature = "temporal")]
            begun_by: Cell::default(),
            talks: Cell::default(),
            spent: Cell::default(),
            budget: OnceCell::new(),
            approvals: Approvals::default(),
            mistake: RefCell::default(),
            hosted: flock.descriptor.streams().then(Box::default),
            conversations: Conversations::default(),
        }
    }

    /// The stream that the run hosts.
    pub(crate) fn hosted(&self) -> Option<&Hosted> {
        self.hosted.as_deref()
    }

    /// Has the run fail by a mistake in a handler. Engines look at the body after each handler.
    pub(crate) fn mistaken(&self, mistake: Error) {
        self.mistake.replace(Some(mistake));
    }

    /// The run's body, until it ends or a handler makes a mistake.
    pub(super) async fn unless_mistaken<T>(
        &self,
        body: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let mut body = pin!(body);
        poll_fn(|cx| match self.mistake.take() {
            Some(mistake) => Poll::Ready(Err(mistake)),
            None => body.as_mut().poll(cx),
        })
        .await
    }

    /// # Panics
    /// Where the state's `Default` does.
    pub(crate) fn state(&self) -> &dyn Any {
        &**self.state.get_or_init(self.make)
    }

    /// The state as what it is.
    pub(super) fn typed<S: 'static>(&self) -> Option<&RefCell<S>> {
        self.state().downcast_ref()
    }

    pub(crate) fn keep_signal(&self, name: &str, message: Payload) {
        let mut unread = self.unread.borrow_mut();
        match unread.get_mut(name) {
            Some(queue) => queue.push_back(message),
            None => {
                unread.insert(name.to_owned(), VecDeque::from([message]));
            }
        }
    }

    pub(crate) fn has_signal(&self, name: &str) -> bool {
        let unread = self.unread.borrow();
        unread.get(name).is_some_and(|queue| !queue.is_empty())
    }

    pub(crate) fn take_signal(&self, name: &str) -> Option<Payload> {
        self.unread.borrow_mut().get_mut(name)?.pop_front()
    }

    /// Puts what an earlier run did not ask for in front of what has come since.
    pub(crate) fn put_before(&self, earlier: UnreadSignals) {
        let mut unread = self.unread.borrow_mut();
        for (name, mut messages) in earlier {
            let queue = unread.entry(name).or_default();
            messages.append(queue);
            *queue = messages;
        }
    }

    /// Everything that waits to be asked for, taken away.
    pub(super) fn take_unread(&self) -> UnreadSignals {
        let mut unread = self.unread.take();
        unread.retain(|_, queue| !queue.is_empty());
        unread
    }

    /// Notes that a handler has begun, or has ended.
    pub(crate) fn handler_begins(&self) {
        self.handling.set(self.handling.get() + 1);
    }

    pub(crate) fn handler_ends(&self) {
        self.handling.set(self.handling.get() - 1);
    }

    pub(super) fn is_handling(&self) -> bool {
        self.handling.get() > 0
    }

    /// Whether its body has been looked at for the first time.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun.get()
    }

    pub(super) fn begins(&self) {
        self.begun.set(true);
    }

    /// Notes that an update waits for the body's begin, or does no more.
    pub(super) fn hold(&self) {
        self.held.set(self.held.get() + 1);
    }

    pub(super) fn let_go(&self) {
        self.held.set(self.held.get() - 1);
    }

    pub(super) fn is_holding(&self) -> bool {
        self.held.get() > 0
    }

    /// Has the run's end wait for a request to another run.
    pub(crate) fn on_its_way(&self, mut request: LocalBoxFuture<'static, ()>) {
        let mut cx = Context::from_waker(Waker::noop());
        let mut under_way = self.under_way.borrow_mut();
        under_way.retain_mut(|request| request.as_mut().poll(&mut cx).is_pending());
        if request.as_mut().poll(&mut cx).is_pending() {
            under_way.push(request);
        }
    }

    pub(super) fn take_under_way(&self) -> Vec<LocalBoxFuture<'static, ()>> {
        self.under_way.take()
    }

    pub(super) fn set_next(&self, input: Payload) {
        *self.next.borrow_mut() = Some(input);
    }

    pub(super) fn take_next(&self) -> Option<Payload> {
        self.next.take()
    }

    /// Whether that is news.
    pub(super) fn show(&self, state: &Value) -> bool {
        let mut shown = self.shown.borrow_mut();
        let is_news = shown.as_ref() != Some(state);
        if is_news {
            *shown = Some(state.clone());
        }
        is_news
    }

    /// Notes which way the run goes at a change.
    pub(super) fn changed(&self, id: &str, way: Value) {
        self.changes.borrow_mut().insert(id.to_owned(), way);
    }

    /// Notes what asking models has cost.
    pub(crate) fn spend(&self, usage: Usage) {
        self.spent.set(self.spent.get() + usage);
    }

    pub(super) fn budget(&self, make: impl FnOnce() -> Rc<Budget>) -> Rc<Budget> {
        Rc::clone(self.budget.get_or_init(make))
    }

    pub(crate) fn spent(&self) -> Usage {
        self.spent.get()
    }

    /// Who began the run, in a trace.
    #[cfg(feature = "temporal")]
    pub(crate) fn begun_by(&self) -> Option<TraceContext> {
        self.begun_by.get()
    }

    /// Notes who began the run.
    #[cfg(feature = "temporal")]
    pub(crate) fn begins_by(&self, trace: Option<TraceContext>) {
        self.begun_by.set(trace);
    }

    /// Notes that a conversation begins; gives its number, the same on replay.
    pub(super) fn conversation(&self) -> u64 {
        self.talks.set(self.talks.get() + 1);
        self.talks.get()
    }

    /// Notes that an agent is called; gives the step's number.
    pub(super) fn step(&self, agent: &'static str) -> usize {
        let mut steps = self.steps.borrow_mut();
        if steps.kept.len() == STEPS {
            steps.kept.pop_front();
            steps.forgotten += 1;
        }
        steps.kept.push_back(Step {
            agent,
            state: StepState::Running,
        });
        steps.forgotten + steps.kept.len() - 1
    }

    /// Notes how a step ended.
    pub(super) fn stepped(&self, number: usize, state: StepState) {
        let mut steps = self.steps.borrow_mut();
        if let Some(index) = number.checked_sub(steps.forgotten)
            && let Some(step) = steps.kept.get_mut(index)
        {
            step.state = state;
        }
    }

    pub(crate) fn status<'a>(&self, flock: &'a str) -> Status<'a> {
        let unread = self.unread.borrow();
        let waiting = unread.iter().filter(|(_, queue)| !queue.is_empty());
        Status {
            flock,
            state: self.shown.borrow().clone(),
            steps: self.steps.borrow().kept.clone(),
            spent: self.spent.get(),
            changes: self.changes.borrow().clone(),
            waiting: waiting
                .map(|(name, queue)| (name.clone(), queue.len()))
                .collect(),
            approvals: self.approvals.waiting(),
            decided: self.approvals.closed(),
        }
    }
}
