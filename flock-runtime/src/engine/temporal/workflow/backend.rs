//! What a flock can do, by commands to Temporal. Every future here is the SDK's own, so that
//! nothing wakes a flock but an event of its history.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use temporalio_common::{
    ActivityCloseTimeouts, ActivityDefinition, MemoValue, error::ActivityExecutionError,
    protos::temporal::api::common::v1::Payload as Proto,
};
use temporalio_sdk::{
    ActivityOptions, CancellableFuture, LocalActivityOptions, TimerOptions, TimerResult,
    WorkflowCancellationToken, WorkflowContext,
};

use super::{
    FlockWorkflow,
    activity_options::{self, Schedule},
    cancellation, children,
    claims::{Given, SMALL},
    task_limits::{self, AtWork},
};
use crate::{
    config::resolve::ResolvedOptions,
    declare::search::{SearchAttribute, SearchValue},
    engine::program::Parts,
    engine::{
        AgentCall, Begun, FlockBackend, Scope,
        temporal::{
            client::search_attributes,
            failure, trace_header,
            wire::{self, MAX_BYTES, Wire},
            worker::{
                attempts::{Bounds, Call},
                foreign,
            },
        },
    },
    error::{Error, Result},
    flock::{
        ENTRY,
        backend::Traced,
        cancelled,
        child_call::{ChildCall, StartedChild},
        entry::FlockEntry,
    },
    telemetry::trace::TraceContext,
    value::payload::Payload,
};

/// What all runs of a flock on a worker share.
pub(crate) struct Shared {
    pub(crate) flock: &'static FlockEntry,
    pub(crate) parts: Parts,
    /// Options of calls that set nothing, by agent: most calls, so they are resolved once.
    pub(crate) resolved: Mutex<HashMap<&'static str, Arc<ResolvedOptions>>>,
}

impl Shared {
    fn schedule(&self, call: &AgentCall) -> Result<Schedule> {
        let agent = call.agent.descriptor;
        let flock = self.flock.descriptor;
        let resolve = || self.parts.resolve(agent, Some(flock), call.options());
        if call.options.is_some() {
            return Schedule::new(&resolve());
        }
        let mut resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        let options = resolved
            .entry(agent.name)
            .or_insert_with(|| Arc::new(resolve()));
        let options = Arc::clone(options);
        drop(resolved);
        Schedule::new(&options)
    }
}

/// An agent by name: its types are known to the caller.
struct Named(&'static str);

impl ActivityDefinition for Named {
    type Input = Call;
    type Output = Given;

    fn name(&self) -> &str {
        self.0
    }
}

pub(crate) struct Backend {
    pub(crate) context: WorkflowContext<FlockWorkflow>,
    pub(crate) shared: Arc<Shared>,
}

impl Backend {
    fn token(&self, scope: Scope) -> WorkflowCancellationToken {
        cancellation::token(&self.context, scope)
    }
}

impl FlockBackend for Backend {
    fn run_agent(&self, call: AgentCall) -> Begun<Result<Payload>> {
        let context = self.context.clone();
        let shared = Arc::clone(&self.shared);
        let token = self.token(call.scope);
        Begun::Running(Box::pin(async move {
            let called = call.agent.descriptor;
            let agent = called.name;
            let result = async {
                let flock = shared.flock.descriptor;
                if let Err(error) = shared.parts.registry.linked(flock, called) {
                    match foreign::give_back(&context, error).await {}
                }
                let schedule = shared.schedule(&call)?;
                let input = Wire::new(call.input, wire::most(&shared.parts.config))
                    .map_err(|error| error.context("its input"))?;
                let input = input.into_payload()?;
                let result = match schedule {
                    Schedule::Remote(mut options, bounds) => {
                        let _under_way = AtWork::begin(&context, call.scope).await?;
                        options.cancellation_token = Some(token);
                        let traced = call.trace;
                        let call = (input, bounds, call.step);
                        let agent = (agent, flock.streams(), traced);
                        remote(&context, agent, call, options).await?
                    }
                    Schedule::Local(mut options) => {
                        let at_work = AtWork::begin_local(&context, call.scope).await?;
                        options.cancellation_token = Some(token);
                        let traced = call.trace;
                        let call = (input, call.step);
                        local(&context, (agent, traced), call, options, at_work).await
                    }
                };
                let result = result.map_err(|error| failure::of_activity(&error))?;
                let result = result.into_payload();
                result.map_err(|error| error.context("its result cannot be read"))
            };
            result.await.map_err(|error| called.failed(error))
        }))
    }

    fn sleep(&self, scope: Scope, duration: Duration) -> LocalBoxFuture<'static, Result<()>> {
        let context = self.context.clone();
        let token = self.token(scope);
        async move {
            // A server takes no timer of zero.
            if duration.is_zero() {
                return Ok(());
            }
            let mut options = TimerOptions::from(activity_options::bounded(duration));
            options.cancellation_token = Some(token);
            match UntilDropped(context.timer(options)).await {
                TimerResult::Fired => Ok(()),
                TimerResult::Cancelled => Err(cancelled()),
            }
        }
        .boxed_local()
    }

    fn wait_until(
        &self,
        scope: Scope,
        mut condition: Box<dyn FnMut() -> bool>,
    ) -> LocalBoxFuture<'static, Result<()>> {
        let context = self.context.clone();
        async move { cancellation::until(&context, scope, &mut condition).await }.boxed_local()
    }

    fn wake(&self) {
        self.context.state_mut(|_| ());
    }

    fn start_child(&self, call: ChildCall) -> LocalBoxFuture<'static, Result<StartedChild>> {
        let context = self.context.clone();
        let shared = Arc::clone(&self.shared);
        async move { children::start(context, &shared, call).await }.boxed_local()
    }

    fn signal_external(
        &self,
        scope: Scope,
        workflow_id: String,
        name: &'static str,
        message: Payload,
    ) -> LocalBoxFuture<'static, Result<()>> {
        let (context, token) = (self.context.clone(), self.token(scope));
        let message = Wire::new(message, wire::most(&self.shared.parts.config));
        async move { children::signal(context, token, workflow_id, name, message?).await }
            .boxed_local()
    }

    fn cancel_external(
        &self,
        workflow_id: String,
        reason: String,
    ) -> LocalBoxFuture<'static, Result<()>> {
        children::cancel(self.context.clone(), workflow_id, reason).boxed_local()
    }

    fn should_continue_as_new(&self) -> bool {
        self.context.continue_as_new_suggested()
    }

    fn cancelled(&self) -> LocalBoxFuture<'static, ()> {
        cancellation::asked(&self.context).boxed_local()
    }

    fn is_cancelled(&self) -> bool {
        self.context.cancellation_token().is_cancelled()
    }

    fn now(&self) -> SystemTime {
        let started = || self.context.info().start_time();
        self.context
            .workflow_time()
            .or_else(started)
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn random(&self) -> u64 {
        self.context.random()
    }

    fn is_replaying(&self) -> bool {
        self.context.is_replaying()
    }

    fn traced(&self) -> Traced {
        let run_state = self.context.state(FlockWorkflow::run_state);
        Traced {
            telemetry: self.shared.parts.telemetry.clone(),
            begun_by: run_state.begun_by(),
        }
    }

    fn patched(&self, id: &str, deprecated: bool) -> bool {
        match deprecated {
            true => self.context.deprecate_patch(id),
            false => self.context.patched(id),
        }
    }

    fn memo(&self, key: &str) -> Result<Option<Payload>> {
        let memo = self.context.memo();
        let value = memo.raw_value(key).cloned();
        value.map(|value| wire::read(vec![value])).transpose()
    }

    fn set_memo(&self, key: &str, value: Option<Payload>) -> Result<()> {
        let value = value.map(|value| Wire::new(value, MAX_BYTES));
        let value = value.transpose()?;
        task_limits::now(
            &self.context,
            key.len() + value.as_ref().map_or(0, Wire::len),
        )?;
        let value = value.map(MemoValue::new);
        self.context
            .upsert_memo([(key, value)])
            .map_err(Error::invalid)
    }

    fn memo_bytes(&self, besides: &str) -> usize {
        bytes(&self.context.memo().raw().fields, besides)
    }

    fn search_bytes(&self, besides: &str) -> usize {
        let kept = self.context.search_attributes();
        bytes(&kept.to_proto().indexed_fields, besides)
    }

    fn set_search_attribute(
        &self,
        attribute: &'static SearchAttribute,
        value: Option<SearchValue>,
    ) -> Result<()> {
        let bytes = value.as_ref().map_or(0, crate::declare::search::size);
        task_limits::now(&self.context, attribute.name.len() + bytes)?;
        let update = search_attributes::update(attribute, value)?;
        self.context.upsert_search_attributes([update]);
        Ok(())
    }
}

fn bytes(kept: &HashMap<String, Proto>, besides: &str) -> usize {
    let others = kept.iter().filter(|(key, _)| *key != besides);
    others
        .map(|(key, value)| key.len() + value.data.len() + ENTRY)
        .sum()
}

/// What became of an agent that was run.
type Ended = std::result::Result<Given, ActivityExecutionError>;

/// Has this worker run an agent.
async fn local(
    context: &WorkflowContext<FlockWorkflow>,
    (agent, traced): (&'static str, Option<TraceContext>),
    (input, step): (Payload, u64),
    options: LocalActivityOptions,
    at_work: AtWork,
) -> Ended {
    let run = |claim| {
        let call = Call {
            input: Ok(input.clone()),
            bounds: None,
            claim,
            step: Some(step),
            is_silent: false,
            streams: false,
        };
        let make = || context.execute_local_activity(Named(agent), call, options.clone());
        UntilDropped(trace_header::carried(traced, make))
    };
    let given = run(None).await;
    at_work.gave(given.as_ref().map_or(SMALL, Given::len));
    let Ok(Given::Claim(claim)) = given else {
        return given;
    };
    task_limits::wait(context, claim.bytes).await;
    run(Some(claim)).await
}

/// Has a worker run an agent. One that turns out not to have it, or cannot read its input, costs no attempt.
async fn remote(
    context: &WorkflowContext<FlockWorkflow>,
    (agent, streams, traced): (&'static str, bool, Option<TraceContext>),
    (input, bounds, step): (Payload, Bounds, u64),
    mut options: ActivityOptions,
) -> Result<Ended> {
    let ends = options.close_timeouts.schedule_to_close();
    let ends = ends.zip(context.workflow_time());
    let mut given = foreign::Given::ToStrangers;
    for strangers in 1..=foreign::MOST + 1 {
        task_limits::wait(context, wire::sent(input.as_bytes().len())).await;
        let call = Call {
            input: Ok(input.clone()),
            bounds: Some(bounds),
            claim: None,
            step: Some(step),
            // When this limit is met, the last heartbeat's details are part of the failure.
            is_silent: ends.is_some(),
            streams,
        };
        let make = || context.execute_activity(Named(agent), call, options.clone());
        let result = UntilDropped(trace_header::carried(traced, make)).await;
        let Some(why) = foreign::took(&result) else {
            return Ok(result);
        };
        given = why;
        let mut pause = TimerOptions::from(foreign::pause(strangers));
        pause.cancellation_token = options.cancellation_token.clone();
        if let TimerResult::Cancelled = UntilDropped(context.timer(pause)).await {
            return Err(cancelled());
        }
        // The limit of everything goes on.
        if let (Some((limit, began)), Some(now)) = (ends, context.workflow_time()) {
            let left = limit.saturating_sub(now.duration_since(began).unwrap_or_default());
            if left.is_zero() {
                return Err(Error::deadline());
            }
            options.close_timeouts = ActivityCloseTimeouts::ScheduleAndStartToClose {
                schedule_to_close: left,
                start_to_close: options.close_timeouts.start_to_close().unwrap_or(left),
            };
        }
    }
    let queue = options.task_queue.as_deref();
    Err(foreign::nowhere(
        agent,
        queue.unwrap_or(context.task_queue()),
        &given,
    ))
}

/// An operation that is cancelled when nobody waits for it any more.
pub(crate) struct UntilDropped<T: CancellableFuture>(pub(crate) T);

impl<T: CancellableFuture + Unpin> Future for UntilDropped<T> {
    type Output = T::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T: CancellableFuture> Drop for UntilDropped<T> {
    fn drop(&mut self) {
        if !self.0.is_terminated() {
            self.0.cancel();
        }
    }
}
