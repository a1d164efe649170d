//! What a flock can do on the local engine: run agents with their retries, wait, look at the clock.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    future::{Future, poll_fn, ready},
    pin::pin,
    rc::Rc,
    sync::Arc,
    task::{Poll, Waker},
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
};
use crate::{
    context::{AttemptInfo, ENTRY, RunInfo, cancelled},
    engine::{AgentCall, ChildCall, FlockBackend, Scope, StartedChild, StepEvent, StepPhase},
    error::{Error, ErrorKind, Result},
    flock::FlockDescriptor,
    options::{CallOptions, ResolvedOptions},
    payload::Payload,
    runtime::Parts,
    search::{SearchAttribute, SearchValue},
};

pub(super) struct LocalBackend {
    calls: Rc<Calls>,
    flock: &'static FlockDescriptor,
    steps: Cell<u64>,
    random: RefCell<fastrand::Rng>,
    /// Options of calls that set none, by agent: the same every time.
    resolved: RefCell<HashMap<&'static str, Rc<ResolvedOptions>>>,
    waiters: Rc<RefCell<Vec<Waker>>>,
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
        let step = self.steps.get() + 1;
        self.steps.set(step);
        self.calls.run.count();
        let options = match self.resolve(&call) {
            Ok(options) => options,
            Err(error) => return ready(Err(error)).boxed_local(),
        };
        let calls = Rc::clone(&self.calls);
        async move {
            // Agents that never wait would otherwise keep the thread from other flocks.
            tokio::task::coop::consume_budget().await;
            let steps = Steps {
                parts: &calls.shared.parts,
                run: &calls.run,
                step,
                call: &call,
                summary: options.summary.as_deref(),
            };
            steps.report(StepPhase::Started);
            let started = Instant::now();
            let result = calls
                .until_cancelled(call.scope, calls.attempts(&call, &options, &steps))
                .await;
            steps.report(match &result {
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
        let waiters = Rc::clone(&self.waiters);
        let met = poll_fn(move |cx| {
            if condition() {
                return Poll::Ready(Ok(()));
            }
            waiters.borrow_mut().push(cx.waker().clone());
            Poll::Pending
        });
        async move { calls.until_cancelled(scope, met).await }.boxed_local()
    }

    fn wake(&self) {
        let waiters = std::mem::take(&mut *self.waiters.borrow_mut());
        waiters.into_iter().for_each(Waker::wake);
    }

    fn start_child(&self, call: ChildCall) -> LocalBoxFuture<'static, Result<StartedChild>> {
        self.calls.run.count();
        ready(self.calls.start_child(call)).boxed_local()
    }

    fn signal_external(
        &self,
        _: Scope,
        workflow_id: String,
        name: &'static str,
        message: Payload,
    ) -> LocalBoxFuture<'static, Result<()>> {
        self.calls.run.count();
        let sent = self.calls.signal_external(&workflow_id, name, message);
        ready(sent).boxed_local()
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
        let mut orders = self.calls.run.orders();
        async move {
            // The run, which sends the orders, outlives its flock.
            let _ = orders.wait_for(|orders| orders.cancel.is_some()).await;
        }
        .boxed_local()
    }

    fn is_cancelled(&self) -> bool {
        self.calls.run.is_cancelled()
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
        if scope == Scope::Shielded {
            return work.await;
        }
        let mut orders = self.run.orders();
        let ordered = orders.wait_for(|orders| orders.cancel.is_some());
        match select(Box::pin(ordered), Box::pin(work)).await {
            Either::Left(_) => Err(cancelled()),
            Either::Right((result, _)) => result,
        }
    }

    /// Attempt after attempt, until one succeeds or none is left.
    async fn attempts(
        &self,
        call: &AgentCall,
        options: &ResolvedOptions,
        steps: &Steps<'_>,
    ) -> Result<Payload> {
        let limit = options.schedule_to_close.value;
        let deadline = limit.map(|limit| Instant::now() + limit);
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
            if deadline.is_some_and(|deadline| Instant::now() + wait >= deadline) {
                return Err(error);
            }
            steps.report(StepPhase::Retrying {
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
        let limit = Instant::now() + options.timeout.value;
        let info = AttemptInfo {
            agent: call.agent.descriptor.name,
            attempt: number,
            // Its workers are threads of this process.
            lost_workers: 0,
            workflow_id: self.run.id.workflow_id.clone(),
            run_id: self.run.id.run_id.clone(),
        };
        let fate = Arc::<Fate>::default();
        let attempt = Attempt {
            parts: &self.shared.parts,
            orders: self.run.orders(),
            handle: &self.handle,
            progress,
            fate: Arc::clone(&fate),
        };
        let (limit, over) = match deadline {
            Some(deadline) if deadline < limit => (deadline, Error::deadline as fn() -> Error),
            _ => (limit, Error::attempt_timeout as fn() -> Error),
        };
        let mut work = pin!(attempt.run(call, info));
        timeout_at(limit, &mut work).await.unwrap_or_else(|_| {
            fate.time_out();
            Err(over())
        })
    }
}

struct Steps<'a> {
    parts: &'a Parts,
    run: &'a Run,
    step: u64,
    call: &'a AgentCall,
    summary: Option<&'a str>,
}

impl Steps<'_> {
    fn report(&self, phase: StepPhase) {
        let doubles = &self.parts.doubles;
        doubles.note(&self.run.id.run_id, self.step, self.call, &phase);
        let summary = self.summary.map(str::to_owned);
        self.run.report(StepEvent::new(
            self.step,
            self.call.agent.descriptor.name,
            summary,
            phase,
        ));
    }
}
