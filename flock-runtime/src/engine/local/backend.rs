//! What a flock can do on the local engine: run agents with their retries, wait, look at the clock.

use std::{
    cell::{Cell, RefCell},
    future::{poll_fn, ready},
    rc::Rc,
    sync::Arc,
    task::Poll,
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use tokio::{runtime::Handle, time::sleep};

use super::{
    Shared,
    attempt::Attempts,
    conditions::{Condition, Conditions},
    options::Options,
    run::Run,
};
use crate::{
    agent::AgentDescriptor,
    declare::search::{SearchAttribute, SearchValue},
    engine::{AgentCall, Begun, FlockBackend, Scope},
    error::Result,
    flock::{
        FlockDescriptor, RunInfo,
        approval::request::ApprovalRequest,
        backend::Traced,
        child_call::{ChildCall, StartedChild},
        event::StepEvent,
    },
    value::payload::Payload,
};

pub(super) struct LocalBackend {
    calls: Rc<Calls>,
    flock: &'static FlockDescriptor,
    steps: Cell<u64>,
    random: RefCell<fastrand::Rng>,
    /// Options of calls that set none, by agent.
    options: RefCell<Vec<(&'static AgentDescriptor, Arc<Options>)>>,
    conditions: Rc<Conditions>,
}

/// What every call of a run needs.
pub(super) struct Calls {
    pub(super) shared: Arc<Shared>,
    pub(super) run: Arc<Run>,
    pub(super) attempts: Arc<Attempts>,
    pub(super) handle: Handle,
}

impl LocalBackend {
    pub(super) fn new(shared: Arc<Shared>, run: Arc<Run>, handle: Handle, info: &RunInfo) -> Self {
        Self {
            calls: Rc::new(Calls {
                attempts: Arc::new(Attempts {
                    run: Arc::clone(&run.id),
                    asked: Arc::downgrade(&run),
                    made_by: Arc::clone(&shared.parts.attempts),
                    execution: Arc::clone(&run.execution),
                    states: Arc::clone(&shared.parts.states),
                }),
                shared,
                run,
                handle,
            }),
            flock: info.flock,
            steps: Cell::new(0),
            random: RefCell::new(fastrand::Rng::new()),
            options: RefCell::default(),
            conditions: Rc::default(),
        }
    }

    fn options(&self, call: &AgentCall) -> Result<Arc<Options>> {
        let sets_none = call.options.is_none();
        if sets_none {
            let known = self.options.borrow();
            let is_its = |agent| std::ptr::eq(agent, call.agent.descriptor);
            if let Some((_, options)) = known.iter().find(|(agent, _)| is_its(*agent)) {
                return Ok(Arc::clone(options));
            }
        }
        let Shared { options, parts, .. } = &*self.calls.shared;
        let options = options.get(parts, self.flock, call)?;
        if sets_none {
            let mut known = self.options.borrow_mut();
            known.push((call.agent.descriptor, Arc::clone(&options)));
        }
        Ok(options)
    }
}

impl FlockBackend for LocalBackend {
    fn run_agent(&self, call: AgentCall) -> Begun<Result<Payload>> {
        let made = self.steps.get() + 1;
        self.steps.set(made);
        match self.options(&call) {
            Ok(options) => Rc::clone(&self.calls).run_agent(made, call, options),
            Err(error) => Begun::Ended(Err(error)),
        }
    }

    fn is_doubled(&self, agent: &str) -> bool {
        self.calls.shared.parts.attempts.stands_in_for(agent)
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
        let waiting = Condition::new(Rc::clone(&self.conditions));
        let met = poll_fn(move |cx| {
            if condition() {
                return Poll::Ready(Ok(()));
            }
            waiting.wait(cx.waker());
            Poll::Pending
        });
        // What is there already is not lost to a cancellation.
        async move { calls.unless_cancelled(scope, met).await }.boxed_local()
    }

    fn wake(&self) {
        self.conditions.wake();
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
        self.steps.get() + self.calls.run.events() >= limit
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

    fn emit(&self, event: StepEvent) {
        // What is dropped with the whole run tells nothing of the flock.
        if !self.calls.run.is_closed() {
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

    fn ends_by_panic(&self) -> bool {
        true
    }

    fn traced(&self) -> Traced {
        let telemetry = self.calls.shared.parts.telemetry.clone();
        let run = &self.calls.run;
        let begun_by = run.execution.begun_by(&run.id, telemetry.traces());
        Traced {
            telemetry,
            begun_by,
        }
    }

    fn patched(&self, _: &str, _: bool) -> bool {
        // No run outlives the code it began with.
        true
    }

    fn memo(&self, key: &str) -> Result<Option<Payload>> {
        self.calls.run.metadata(|kept| kept.memo(key))
    }

    fn set_memo(&self, key: &str, value: Option<Payload>) -> Result<()> {
        let value = value.map(|value| value.decode()).transpose()?;
        self.calls.run.metadata(|kept| kept.set_memo(key, value));
        Ok(())
    }

    fn memo_bytes(&self, besides: &str) -> usize {
        self.calls.run.metadata(|kept| kept.memo_bytes(besides))
    }

    fn search_bytes(&self, besides: &str) -> usize {
        self.calls.run.metadata(|kept| kept.search_bytes(besides))
    }

    fn set_search_attribute(
        &self,
        attribute: &'static SearchAttribute,
        value: Option<SearchValue>,
    ) -> Result<()> {
        let run = &self.calls.run;
        run.metadata(|kept| kept.set_search_attribute(attribute, value))
    }
}
