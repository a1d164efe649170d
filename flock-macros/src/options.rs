//! Limits and retries of an agent, resolved and checked.

use crate::{
    diag::{Errors, say},
    grammar::{
        duration,
        values::{
            self, Attempts, Given, LostWorkers, Millis, Policy, Priority, Retries, Switch, Text,
        },
    },
};

/// What an attribute says about how an agent is run.
#[derive(Debug, Clone, Default)]
pub(crate) struct AgentOptions {
    pub(crate) timeout: Option<Millis>,
    pub(crate) schedule_to_start: Option<Millis>,
    pub(crate) schedule_to_close: Option<Millis>,
    pub(crate) heartbeat: Option<Millis>,
    pub(crate) retry: Retry,
    pub(crate) lost_workers: Option<LostWorkers>,
    pub(crate) task_queue: Option<Text>,
    pub(crate) priority: Option<Priority>,
    pub(crate) local: Option<Switch>,
}

impl AgentOptions {
    /// Notes what does not go together.
    pub(crate) fn check(&self, errors: &mut Errors) {
        let shorter = |heartbeat: &Millis, timeout: &Millis| heartbeat.millis < timeout.millis;
        if let (Some(heartbeat), Some(timeout)) = (&self.heartbeat, &self.timeout)
            && !shorter(heartbeat, timeout)
        {
            let sentence = say::slow_heartbeat(
                &duration::display(heartbeat.millis),
                &duration::display(timeout.millis),
            );
            errors.at(heartbeat.span, sentence);
        }
        within(
            "timeout",
            self.timeout,
            "schedule_to_close",
            self.schedule_to_close,
            errors,
        );
        within(
            "schedule_to_start",
            self.schedule_to_start,
            "schedule_to_close",
            self.schedule_to_close,
            errors,
        );
        if let (Some(local), Some(_)) = (&self.local, &self.task_queue)
            && local.on
        {
            errors.at(local.span, say::local_queue());
        }
        if let (Some(local), Some(heartbeat)) = (&self.local, &self.heartbeat)
            && local.on
        {
            errors.at(heartbeat.span, say::local_heartbeat());
        }
        if let (Some(local), Some(lost)) = (&self.local, &self.lost_workers)
            && local.on
        {
            errors.at(lost.span, say::local_lost_workers());
        }
    }
}

/// Notes a limit that is longer than the one it is part of.
pub(crate) fn within(
    key: &str,
    part: Option<Millis>,
    limit_key: &str,
    limit: Option<Millis>,
    errors: &mut Errors,
) {
    if let (Some(part), Some(limit)) = (part, limit)
        && part.millis > limit.millis
    {
        let (part_text, limit_text) = (
            duration::display(part.millis),
            duration::display(limit.millis),
        );
        errors.at(
            part.span,
            say::not_within(key, &part_text, limit_key, &limit_text),
        );
    }
}

/// How failures are retried.
#[derive(Debug, Clone, Default)]
pub(crate) struct Retry {
    /// 0 is without limit.
    pub(crate) max_attempts: Option<u32>,
    pub(crate) policy: Policy,
}

impl Retry {
    /// Resolves `retries`, `max_attempts` and `retry(…)`.
    pub(crate) fn resolve(
        retries: Given<Retries>,
        max_attempts: Given<Attempts>,
        policy: Given<values::Retry>,
        errors: &mut Errors,
    ) -> Self {
        let retries = errors.take(retries);
        let attempts = errors.take(max_attempts);
        let policy = errors.take(policy).map(|retry| retry.0).unwrap_or_default();
        if let (Some(_), Some(attempts)) = (&retries, &attempts) {
            errors.at(attempts.key, say::both_knobs());
        }
        if let Some(backoff) = &policy.backoff
            && backoff.value < 1.0
        {
            errors.at(backoff.span, say::bad_backoff());
        }
        within("initial", policy.initial, "max", policy.max, errors);
        let max_attempts = retries
            .map(|retries| retries.0 + 1)
            .or(attempts.map(|attempts| attempts.most));
        Self {
            max_attempts,
            policy,
        }
    }

    pub(crate) fn is_set(&self) -> bool {
        let policy = &self.policy;
        self.max_attempts.is_some()
            || policy.initial.is_some()
            || policy.max.is_some()
            || policy.backoff.is_some()
            || policy.non_retryable.is_some()
    }
}
