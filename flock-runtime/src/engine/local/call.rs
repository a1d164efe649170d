//! A call of an agent: attempt after attempt, told of from its begin to its end.

use std::{rc::Rc, sync::Arc, time::Duration};

use tokio::{
    task::yield_now,
    time::{Instant, sleep},
};

use super::{
    attempt::{Attempt, Before, Limit},
    backend::Calls,
    log::Call,
    options::Options,
};
use crate::{
    engine::{AgentCall, Begun},
    error::{Error, ErrorKind, Result},
    flock::{cancelled, event::StepPhase},
    value::{payload::Payload, usage::Usage},
};

/// After so many calls a flock lets others have their turn.
const YIELD: u64 = 64;

impl Calls {
    /// Makes the call that is the run's `number`th.
    pub(super) fn run_agent(
        self: Rc<Self>,
        number: u64,
        call: AgentCall,
        options: Arc<Options>,
    ) -> Begun<Result<Payload>> {
        if !number.is_multiple_of(YIELD) {
            return Step::make(self, number, call, options);
        }
        // Agents that never wait would otherwise keep the thread from other flocks.
        Begun::Running(Box::pin(async move {
            yield_now().await;
            match Step::make(self, number, call, options) {
                Begun::Ended(result) => result,
                Begun::Running(running) => running.await,
            }
        }))
    }
}

/// A call under way.
struct Step {
    calls: Rc<Calls>,
    call: AgentCall,
    options: Arc<Options>,
    told: Call,
    started: Instant,
    ended: bool,
}

impl Step {
    fn make(
        calls: Rc<Calls>,
        number: u64,
        call: AgentCall,
        options: Arc<Options>,
    ) -> Begun<Result<Payload>> {
        let mut step = Self::begin(calls, number, call, options);
        if step.calls.is_over(step.call.scope) {
            return Begun::Ended(step.end(Err(cancelled())));
        }
        let mut first = step.attempt(1, None, Usage::default());
        match first.ended(|result| step.wait_after(1, result).is_none()) {
            Some(result) => Begun::Ended(step.end(result)),
            None => Begun::Running(Box::pin(async move {
                let attempts = Box::pin(step.attempts(first));
                let scope = step.call.scope;
                let result = step.calls.until_cancelled(scope, attempts).await;
                step.end(result)
            })),
        }
    }

    fn begin(calls: Rc<Calls>, number: u64, call: AgentCall, options: Arc<Options>) -> Self {
        let step = Self {
            told: Call {
                step: calls.run.before.steps + number,
                agent: call.agent,
                summary: options.summary.clone(),
            },
            calls,
            call,
            options,
            started: Instant::now(),
            ended: false,
        };
        step.report(StepPhase::Started);
        step
    }

    fn end(&mut self, result: Result<Payload>) -> Result<Payload> {
        self.ended = true;
        self.report(match &result {
            Ok(_) => StepPhase::Completed {
                took: self.started.elapsed(),
            },
            Err(error) => StepPhase::Failed {
                error: error.message().to_owned(),
            },
        });
        result.map_err(|error| self.call.agent.descriptor.failed(error))
    }

    fn report(&self, phase: StepPhase) {
        let Calls { shared, run, .. } = &*self.calls;
        let first = &run.execution.first.run_id;
        let attempts = &shared.parts.attempts;
        attempts.note(first, self.told.step, &self.call, &phase);
        run.execution.report(&self.told, phase);
    }

    /// Attempt after attempt, until one succeeds or none is left.
    async fn attempts(&self, mut attempt: Attempt) -> Result<Payload> {
        let (mut number, mut spent) = (1, Usage::default());
        loop {
            let kept = attempt.progress();
            let result = attempt.end().await;
            let (Some(wait), Err(error)) = (self.wait_after(number, &result), &result) else {
                return result;
            };
            self.report(StepPhase::Retrying {
                attempt: number,
                error: error.message().to_owned(),
                wait: Some(wait),
            });
            sleep(wait).await;
            number = number.saturating_add(1);
            spent = error.spent_after(spent);
            attempt = self.attempt(number, kept.get(), spent);
        }
    }

    /// Begins the attempt of this number, where an earlier one has come so far, and all have cost so much.
    fn attempt(&self, number: u32, kept: Option<Payload>, spent: Usage) -> Attempt {
        let began = match number {
            1 => self.started,
            _ => Instant::now(),
        };
        let limit = || {
            let limit = after(began, self.options.resolved.timeout.value);
            match self.deadline() {
                Some(deadline) if deadline < limit => Limit::new(deadline, Error::deadline),
                _ => Limit::new(limit, Error::attempt_timeout),
            }
        };
        let (calls, before) = (Rc::clone(&self.calls), Before { kept, spent });
        Attempt::begin(calls, &self.call, &self.told, number, before, limit)
    }

    /// When all of it must have ended.
    fn deadline(&self) -> Option<Instant> {
        let limit = self.options.resolved.schedule_to_close.value?;
        Some(after(self.started, limit))
    }

    /// How long to wait before another attempt, where one is to be made.
    fn wait_after(&self, number: u32, result: &Result<Payload>) -> Option<Duration> {
        let error = result.as_ref().err()?;
        let options = &self.options.resolved;
        if number == options.max_attempts.value || options.ends_at(error) {
            return None;
        }
        let wait = match error.kind() {
            ErrorKind::RateLimited {
                retry_after: Some(wait),
            } => *wait,
            _ => options.wait_before(number.saturating_add(1)),
        };
        // As on Temporal: no use waiting for an attempt that would begin after the deadline.
        let deadline = self.deadline();
        let too_late = deadline.is_some_and(|deadline| after(Instant::now(), wait) >= deadline);
        (!too_late).then_some(wait)
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        // What is dropped with the whole run tells nothing of the flock.
        if !self.ended && !self.calls.run.is_closed() {
            self.report(StepPhase::Dropped);
        }
    }
}

/// The end of a time. One that is too long to be counted is as good as one of thirty years.
fn after(began: Instant, time: Duration) -> Instant {
    began.checked_add(time).unwrap_or(began + THIRTY_YEARS)
}

const THIRTY_YEARS: Duration = Duration::from_secs(30 * 365 * 86_400);
