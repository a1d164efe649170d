//! What a flock can do on the local engine: run agents with their retries, wait, look at the clock.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    future::{Future, poll_fn, ready},
    pin::pin,
    rc::Rc,
    sync::Arc,
    task::Poll,
    time::{Duration, SystemTime},
};

use futures_util::{
    FutureExt,
    future::{Either, LocalBoxFuture, select},
};
use serde_json::Value;
use tokio::{
    runtime::Handle,
    time::{Instant, sleep, timeout_at},
};

use super::{
    Shared,
    attempt::{Attempt, Fate, Progress},
    run::Run,
    waiters::{Waiter, Waiters},
};
use crate::{
    agent::context::AttemptInfo,
    config::resolve::ResolvedOptions,
    declare::{
        options::CallOptions,
        search::{SearchAttribute, SearchValue},
    },
    engine::{AgentCall, FlockBackend, Scope},
    error::{Error, ErrorKind, Result},
    flock::{
        ENTRY, FlockDescriptor, RunInfo,
        approval::request::ApprovalRequest,
        cancelled,
        child_call::{ChildCall, StartedChild},
        event::{StepEvent, StepPhase},
    },
    value::payload::Payload,
};

/// After so many calls a flock lets others have their turn.
const YIELD: u64 = 64;

pub(super) struct LocalBackend {
    calls: Rc<Calls>,
    flock: &'static FlockDescriptor,
    steps: Cell<u64>,
    random: RefCell<fastrand::Rng>,
    /// Options of calls that set none, by agent: the same every time.
    resolved: RefCell<HashMap<&'static str, Rc<ResolvedOptions>>>,
    waiters: Rc<Waiters>,
}

/// What every call of a run needs.
pub(super) struct Calls {
    pub(super) shared: Arc<Shared>,
    pub(super) run: Arc<Run>,
    pub(super) handle: Handle,
}

impl LocalBackend {
    pub(super) fn new(shared: Arc<Shared>, run: Arc<Run>, handle: Handle, info: &RunInfo) -> Self {
        Self {
            calls: Rc::new(Calls {
                shared,
                run,
                handle,
            }),
            flock: info.flock,
            steps: Cell::new(0),
            random: RefCell::new(fastrand::Rng::new()),
            resolved: RefCell::default(),
            waiters: Rc::default(),
        }
    }

    fn resolve(&self, call: &AgentCall) -> Result<Rc<ResolvedOptions>> {
        let agent = call.agent.descriptor;
        let sets_none = call.options == CallOptions::default();
        if sets_none && let Some(options) = self.resolved.borrow().get(agent.name) {
            return Ok(Rc::clone(options));
        }
        let parts = &self.calls.shared.parts;
        parts.registry.linked(self.flock, agent)?;
        let options = Rc::new(parts.resolve(agent, Some(self.flock), &call.options));
        if sets_none {
            let mut resolved = self.resolved.borrow_mut();
            resolved.insert(agent.name, Rc::clone(&options));
        }
        Ok(options)
    }
}

impl FlockBackend for LocalBackend {
    fn run_agent(&self, call: AgentCall) -> LocalBoxFuture<'static, Result<Payload>> {
        let made = self.steps.get() + 1;
        self.steps.set(made);
        self.calls.run.count();
        let options = match self.resolve(&call) {
            Ok(options) => options,
            Err(error) => return ready(Err(error)).boxed_local(),
        };
        let calls = Rc::clone(&self.calls);
        async move {
            // Agents that never wait would otherwise keep the thread from other flocks.
            if made.is_multiple_of(YIELD) {
                tokio::task::yield_now().await;
            }
            let mut step = Step::begin(&calls, made, &call, options.summary.as_deref());
            let started = Instant::now();
            let result = calls
                .until_cancelled(call.scope, calls.attempts(&call, &options, &step))
                .await;
            step.end(match &result {
                Ok(_) => StepPhase::Completed {
                    took: started.elapsed(),
                },
                Err(error) => StepPhase::Failed {
                    error: error.message().to_owned(),
                },
            });
            result.map_err(|error| error.in_agent(call.agent.descriptor.name))
        }
        .boxed_local()
    }

    fn sleep(&self, scope: Scope, duration: Duration) -> LocalBoxFuture<'static, Result<()>> {
        // No wait at all: as on Temporal, not even a cancelled run minds it.
        if duration.is_zero() {
            return ready(Ok(())).boxed_local();
        }
        self.calls.run.count();
        let calls = Rc::clone(&self.calls);
        async move { calls.until_cancelled(scope, sleep(duration).map(Ok)).await }.boxed_local()
    }

    fn wait_until(
        &self,
        scope: Scope,
        mut condition: Box<dyn FnMut() -> bool>,
    ) -> LocalBoxFuture<'static, Result<()>> {
        let calls = Rc::clone(&self.calls);
        let waiter = Waiter::new(Rc::clone(&self.waiters));
        let met = poll_fn(move |cx| {
            if condition() {
                return Poll::Ready(Ok(()));
            }
            waiter.wait(cx.waker());
            Poll::Pending
        });
        // What is there already is not lost to a cancellation.
        async move { calls.unless_cancelled(scope, met).await }.boxed_local()
    }

    fn wake(&self) {
        self.waiters.wake();
    }

    fn start_child(&self, call: ChildCall) -> LocalBoxFuture<'static, Result<StartedChild>> {
        self.calls.run.count();
        ready(self.calls.start_child(call)).boxed_local()
    }

    fn signal_external(
        &self,
        scope: Scope,
        workflow_id: String,
        name: &'static str,
        message: Payload,
    ) -> LocalBoxFuture<'static, Result<()>> {
        self.calls.run.count();
        let calls = Rc::clone(&self.calls);
        async move {
            let sent = calls.signal_external(&workflow_id, name, message);
            calls.until_cancelled(scope, sent).await
        }
        .boxed_local()
    }

    fn cancel_external(
        &self,
        workflow_id: String,
        reason: String,
    ) -> LocalBoxFuture<'static, Result<()>> {
        self.calls.run.count();
        ready(self.calls.cancel_external(&workflow_id, &reason)).boxed_local()
    }

    fn should_continue_as_new(&self) -> bool {
        let limit = self.calls.shared.parts.run_steps;
        self.calls.run.events() >= limit
    }

    fn cancelled(&self) -> LocalBoxFuture<'static, ()> {
        let execution = Arc::clone(&self.calls.run.execution);
        async move { execution.cancelled().await }.boxed_local()
    }

    fn is_cancelled(&self) -> bool {
        self.calls.run.execution.is_cancelled()
    }

    fn approvals_changed(&self, requests: Vec<ApprovalRequest>) {
        self.calls.run.execution.ask(requests);
    }

    fn tell(&self, event: StepEvent) {
        // What is dropped with the whole run tells nothing of the flock.
        if !self.calls.run.children.are_closed() {
            self.calls.run.execution.tell(event);
        }
    }

    fn now(&self) -> SystemTime {
        self.calls.shared.clock.now()
    }

    fn random(&self) -> u64 {
        self.random.borrow_mut().u64(..)
    }

    fn is_replaying(&self) -> bool {
        false
    }

    fn patched(&self, _: &str, _: bool) -> bool {
        // No run outlives the code it began with.
        true
    }

    fn memo(&self, key: &str) -> Result<Option<Payload>> {
        let description = self.calls.run.description();
        description.memo.get(key).map(Payload::encode).transpose()
    }

    fn set_memo(&self, key: &str, value: Option<Payload>) -> Result<()> {
        let value = value.map(|value| value.decode()).transpose()?;
        put(&mut self.calls.run.description().memo, key, value);
        Ok(())
    }

    fn memo_bytes(&self, besides: &str) -> usize {
        bytes(&self.calls.run.description().memo, besides)
    }

    fn search_bytes(&self, besides: &str) -> usize {
        bytes(&self.calls.run.description().search_attributes, besides)
    }

    fn set_search_attribute(
        &self,
        attribute: &'static SearchAttribute,
        value: Option<SearchValue>,
    ) -> Result<()> {
        let value = value.map(serde_json::to_value).transpose()?;
        let attributes = &mut self.calls.run.description().search_attributes;
        put(attributes, attribute.name, value);
        Ok(())
    }
}

fn bytes(kept: &BTreeMap<String, Value>, besides: &str) -> usize {
    let others = kept.iter().filter(|(key, _)| *key != besides);
    others
        .map(|(key, value)| key.len() + value.to_string().len() + ENTRY)
        .sum()
}

fn put(kept: &mut BTreeMap<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => kept.insert(key.to_owned(), value),
        None => kept.remove(key),
    };
}

impl Calls {
    /// As on Temporal, a cancelled run ends what it waits for at once, and starts nothing more.
    async fn until_cancelled<T>(
        &self,
        scope: Scope,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if scope == Scope::Run && self.run.execution.is_cancelled() {
            return Err(cancelled());
        }
        let mut work = pin!(work);
        let work = poll_fn(|cx| match scope {
            // A result that comes with the cancellation comes too late.
            Scope::Run if self.run.execution.is_cancelled() => Poll::Ready(Err(cancelled())),
            _ => work.as_mut().poll(cx),
        });
        self.unless_cancelled(scope, work).await
    }

    /// `work`, unless it waits for something when the run is cancelled.
    async fn unless_cancelled<T>(
        &self,
        scope: Scope,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if scope == Scope::Shielded {
            return work.await;
        }
        // Most work is done when it is first looked at, and needs not hear of orders.
        let mut work = pin!(work);
        if let Poll::Ready(result) = futures_util::poll!(work.as_mut()) {
            return result;
        }
        let ordered = pin!(self.run.execution.cancelled());
        match select(work, ordered).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err(cancelled()),
        }
    }

    /// Attempt after attempt, until one succeeds or none is left.
    async fn attempts(
        &self,
        call: &AgentCall,
        options: &ResolvedOptions,
        step: &Step<'_>,
    ) -> Result<Payload> {
        let limit = options.schedule_to_close.value;
        let deadline = limit.map(after);
        let progress = Progress::default();
        let mut attempt = 1;
        loop {
            let result = self
                .attempt(call, options, attempt, deadline, &progress)
                .await;
            let error = match result {
                Ok(output) => return Ok(output),
                Err(error) => error,
            };
            let last = attempt == options.max_attempts.value;
            if last || options.ends_at(&error) {
                return Err(error);
            }
            attempt = attempt.saturating_add(1);
            let wait = match error.kind() {
                ErrorKind::RateLimited {
                    retry_after: Some(wait),
                } => *wait,
                _ => options.wait_before(attempt),
            };
            // As on Temporal: no use waiting for an attempt that would begin after the deadline.
            if deadline.is_some_and(|deadline| after(wait) >= deadline) {
                return Err(error);
            }
            step.report(StepPhase::Retrying {
                attempt: attempt - 1,
                error: error.message().to_owned(),
                wait: Some(wait),
            });
            sleep(wait).await;
        }
    }

    async fn attempt(
        &self,
        call: &AgentCall,
        options: &ResolvedOptions,
        number: u32,
        deadline: Option<Instant>,
        progress: &Progress,
    ) -> Result<Payload> {
        let limit = after(options.timeout.value);
        let info = AttemptInfo {
            agent: call.agent.descriptor.name,
            attempt: number,
            // Its workers are threads of this process.
            lost_workers: 0,
            workflow_id: self.run.id.workflow_id.clone(),
            run_id: self.run.id.run_id.clone(),
        };
        let (limit, over) = match deadline {
            Some(deadline) if deadline < limit => (deadline, Error::deadline as fn() -> Error),
            _ => (limit, Error::attempt_timeout as fn() -> Error),
        };
        let fate = Arc::<Fate>::default();
        let attempt = Attempt {
            shared: &self.shared,
            execution: &self.run.execution,
            handle: &self.handle,
            progress,
            fate: Arc::clone(&fate),
            limit,
        };
        let mut work = pin!(attempt.run(call, info));
        timeout_at(limit, &mut work).await.unwrap_or_else(|_| {
            fate.time_out();
            Err(over())
        })
    }
}

/// The end of a time that begins now. One that is too long to be counted is as good as one of thirty
/// years.
fn after(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now + THIRTY_YEARS)
}

const THIRTY_YEARS: Duration = Duration::from_secs(30 * 365 * 86_400);

/// A call as it is told of, from its begin to its end.
struct Step<'a> {
    calls: &'a Calls,
    number: u64,
    call: &'a AgentCall,
    summary: Option<&'a str>,
    ended: bool,
}

impl<'a> Step<'a> {
    fn begin(calls: &'a Calls, made: u64, call: &'a AgentCall, summary: Option<&'a str>) -> Self {
        let step = Self {
            calls,
            number: calls.run.before.steps + made,
            call,
            summary,
            ended: false,
        };
        step.report(StepPhase::Started);
        step
    }

    fn end(&mut self, phase: StepPhase) {
        self.ended = true;
        self.report(phase);
    }

    fn report(&self, phase: StepPhase) {
        let Calls { shared, run, .. } = self.calls;
        let attempts = &shared.parts.attempts;
        attempts.note(&run.execution.first, self.number, self.call, &phase);
        let agent = self.call.agent.descriptor.name;
        run.execution
            .report(self.number, agent, self.summary, phase);
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        // What is dropped with the whole run tells nothing of the flock.
        if !self.ended && !self.calls.run.children.are_closed() {
            self.report(StepPhase::Dropped);
        }
    }
}
