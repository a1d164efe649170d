//! One call of an agent from a flock: options first, then a future.

use std::{
    fmt,
    future::poll_fn,
    marker::PhantomData,
    task::{Poll, ready},
    time::Duration,
};

use serde::de::DeserializeOwned;

use super::{
    FlockContext,
    call::{Call, awaited},
    conversation::hold,
    effects::{guarded, needs_approval},
    observed,
    run_state::StepState,
};
use crate::{
    agent::entry::AgentEntry,
    declare::options::CallOptions,
    error::{Error, Result},
    flock::backend::{AgentCall, Begun},
    value::{duration::IntoDuration, payload::Payload},
};

/// A call of an agent (Temporal: activity): set options, then `.await` it. Nothing happens before.
#[must_use = "an agent runs when its call is awaited"]
pub struct AgentRun<O> {
    agent: &'static str,
    call: Call<Ready, Result<Payload>>,
    output: PhantomData<fn() -> O>,
}

struct Ready {
    context: FlockContext,
    entry: &'static AgentEntry,
    input: Result<Payload>,
    /// Those that are set: most calls set none, and are the smaller for it.
    options: Option<Box<CallOptions>>,
    /// What is wrong with the call itself: no agent has failed.
    fault: Option<Error>,
}

impl<O> AgentRun<O> {
    pub(crate) fn new(
        context: FlockContext,
        entry: &'static AgentEntry,
        input: Result<Payload>,
    ) -> Self {
        Self {
            agent: entry.descriptor.name,
            call: Call::new(Ready {
                context,
                entry,
                input,
                options: None,
                fault: None,
            }),
            output: PhantomData,
        }
    }

    fn with(mut self, set: impl FnOnce(&mut CallOptions)) -> Self {
        self.call
            .set(|ready| set(ready.options.get_or_insert_default()));
        self
    }

    /// Sets a limit; text that is no duration fails the call.
    fn limited(
        mut self,
        option: &str,
        limit: impl IntoDuration,
        set: impl FnOnce(&mut CallOptions, Duration),
    ) -> Self {
        self.call.set(|ready| match limit.into_duration() {
            Ok(limit) => set(ready.options.get_or_insert_default(), limit),
            Err(error) => ready.fault = Some(error.context(format_args!("its `{option}`"))),
        });
        self
    }

    /// Limit of one attempt (Temporal: start-to-close timeout): `"5m"` or a `Duration`. 5 minutes when
    /// nobody says otherwise.
    pub fn timeout(self, limit: impl IntoDuration) -> Self {
        self.limited("timeout", limit, |options, limit| {
            options.timeout = Some(limit)
        })
    }

    /// Limit of everything, retries and waits included (Temporal: schedule-to-close timeout). None when
    /// nobody says otherwise.
    pub fn schedule_to_close(self, limit: impl IntoDuration) -> Self {
        self.limited("schedule_to_close", limit, |options, limit| {
            options.schedule_to_close = Some(limit);
        })
    }

    /// Retry policy: retries after the first failure. `retries(3)` is four attempts, and what is built in.
    pub fn retries(self, retries: u32) -> Self {
        self.with(|options| options.max_attempts = Some(retries.saturating_add(1)))
    }

    /// The task queue it goes to, the flock's own when nobody says otherwise. A worker must poll it: see
    /// `worker --task-queue`.
    pub fn task_queue(self, queue: impl Into<String>) -> Self {
        self.with(|options| options.task_queue = Some(queue.into()))
    }

    /// Priority, 1 (first) to 5 (last); other values are taken as the nearest of these. Temporal takes 3
    /// when nobody says otherwise.
    pub fn priority(self, priority: u8) -> Self {
        self.with(|options| options.priority = Some(priority.clamp(1, 5)))
    }

    /// Summary: one line for the Web UI and the progress display.
    pub fn summary(self, summary: impl Into<String>) -> Self {
        self.with(|options| options.summary = Some(summary.into()))
    }

    /// The result as it travels.
    pub(crate) async fn erased(mut self) -> Result<Payload> {
        poll_fn(|cx| self.call.look(cx, Ready::start)).await
    }
}

impl Ready {
    fn start(self) -> Begun<Result<Payload>> {
        let descriptor = self.entry.descriptor;
        if let Some(fault) = self.fault {
            let (noun, name) = (descriptor.noun(), descriptor.name);
            let fault = fault.context(format_args!("the call of {noun} `{name}`"));
            return Begun::Ended(Err(fault));
        }
        let input = match self.input {
            Ok(input) => input,
            Err(error) => return Begun::Ended(Err(descriptor.failed(error))),
        };
        match self.entry.converses {
            true => {
                let (entry, options) = (self.entry, self.options);
                let talk = |context| hold(context, entry, input, options);
                Begun::Running(Box::pin(observed::agent(self.context, entry, talk)))
            }
            false => step(self.context, self.entry, input, self.options),
        }
    }
}

/// One step: a call of an agent, with the leave of a person where it wants that.
pub(super) fn step(
    context: FlockContext,
    entry: &'static AgentEntry,
    input: Payload,
    options: Option<Box<CallOptions>>,
) -> Begun<Result<Payload>> {
    let step = Step::new(context, entry.descriptor.name);
    let call = AgentCall {
        agent: entry,
        input,
        options,
        scope: step.context.scope(),
        step: step.number as u64,
        trace: step.context.trace(),
    };
    let effects = &entry.descriptor.effects;
    let costs = entry.descriptor.model_options().is_some()
        && !step.context.info().flock.options.budget.is_none();
    let begun = match costs || needs_approval(entry, call.options()) || effects.is_write() {
        true => Begun::Running(Box::pin(guarded(step.context.clone(), call))),
        false => step.context.backend().run_agent(call),
    };
    match begun {
        Begun::Ended(result) => {
            step.end(&result);
            Begun::Ended(result)
        }
        Begun::Running(result) => Begun::Running(Box::pin(async move {
            let result = result.await;
            step.end(&result);
            result
        })),
    }
}

/// A step in the run's state, from the call to its end.
struct Step {
    context: FlockContext,
    number: usize,
    ended: StepState,
}

impl Step {
    fn new(context: FlockContext, agent: &'static str) -> Self {
        Self {
            number: context.run_state().step(agent),
            context,
            ended: StepState::Dropped,
        }
    }

    fn end(mut self, result: &Result<Payload>) {
        self.ended = match result {
            Ok(output) => {
                self.context.run_state().spend(output.usage());
                StepState::Completed
            }
            Err(error) => {
                self.context.run_state().spend(error.spent());
                StepState::Failed
            }
        };
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.context.run_state().stepped(self.number, self.ended);
    }
}

awaited!(AgentRun<O: DeserializeOwned> => Result<O>, |this, cx| {
    let result = ready!(this.call.look(cx, Ready::start));
    Poll::Ready(result.and_then(|payload| {
        let output = payload.decode();
        output.map_err(|error| error.context("its result does not fit").in_agent(this.agent))
    }))
});

impl<O> fmt::Debug for AgentRun<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.show(f, "AgentRun", self.agent)
    }
}
