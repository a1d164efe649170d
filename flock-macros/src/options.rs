//! Limits and retries of an agent, resolved and checked.

use proc_macro2::Span;

use crate::{
    diag::{Errors, say},
    grammar::{
        duration,
        options::{Given, Group, Settings},
        values::{Attempts, Millis, Policy, Pool, Retries, Text},
    },
    role::Role,
};

/// How an agent is run.
#[derive(Debug, Clone, Default)]
pub(crate) struct AgentOptions {
    pub(crate) set: Settings,
    pub(crate) retry: Settings,
    pub(crate) limits: Limits,
}

/// What of an agent's options must go together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) timeout: Option<Millis>,
    pub(crate) schedule_to_start: Option<Millis>,
    pub(crate) schedule_to_close: Option<Millis>,
    pub(crate) heartbeat: Option<Millis>,
    /// Where they are counted.
    pub(crate) lost_workers: Option<Span>,
    /// The option that names its queue.
    pub(crate) queue: Option<&'static str>,
    /// Where it is said that it runs in its flock's own worker.
    pub(crate) local: Option<Span>,
    /// Whether it is never run again by itself.
    pub(crate) is_write: bool,
}

impl Limits {
    /// Notes what does not go together.
    pub(crate) fn check(&self, role: Role, errors: &mut Errors) {
        if let (Some(heartbeat), Some(timeout)) = (&self.heartbeat, &self.timeout)
            && heartbeat.millis >= timeout.millis
        {
            let sentence = say::slow_heartbeat(
                &duration::display(heartbeat.millis),
                &duration::display(timeout.millis),
            );
            errors.at(heartbeat.span, sentence);
        }
        for (key, part) in [
            ("timeout", self.timeout),
            ("schedule_to_start", self.schedule_to_start),
        ] {
            within(
                key,
                part,
                "schedule_to_close",
                self.schedule_to_close,
                errors,
            );
        }
        if self.is_write {
            if let Some(place) = self.lost_workers {
                errors.at(place, say::write_lost_workers());
            }
            if let Some(local) = self.local {
                errors.at(local, say::write_local(role));
            }
            return;
        }
        let Some(local) = self.local else { return };
        if let Some(key) = self.queue {
            errors.at(local, say::local_queue(key, role));
        }
        if let Some(heartbeat) = &self.heartbeat {
            errors.at(heartbeat.span, say::local_heartbeat(role));
        }
        if let Some(place) = self.lost_workers {
            errors.at(place, say::local_lost_workers(role));
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

/// The option that names the queue; both cannot.
pub(crate) fn queue(
    task_queue: &Given<Text>,
    pool: &Given<Pool>,
    errors: &mut Errors,
) -> Option<&'static str> {
    match (task_queue.get().is_some(), pool.get().is_some()) {
        (true, true) => {
            errors.at(pool.place(), say::both_queues());
            Some("task_queue")
        }
        (true, false) => Some("task_queue"),
        (false, true) => Some("pool"),
        (false, false) => None,
    }
}

/// How failures are retried, by `retries`, `max_attempts` and `retry(…)`.
pub(crate) fn retry(
    retries: &Given<Retries>,
    max_attempts: &Given<Attempts>,
    policy: Given<Policy>,
    errors: &mut Errors,
) -> Settings {
    if retries.get().is_some() && max_attempts.get().is_some() {
        errors.at(max_attempts.place(), say::both_knobs());
    }
    let mut settings = Settings::default();
    match retries.get() {
        Some(_) => settings.add("max_attempts", retries),
        None => settings.add("max_attempts", max_attempts),
    }
    if let Some(policy) = policy.take() {
        if let Some(backoff) = policy.backoff.get()
            && backoff.value < 1.0
        {
            errors.at(backoff.span, say::bad_backoff());
        }
        within(
            "initial",
            policy.initial.get().copied(),
            "max",
            policy.max.get().copied(),
            errors,
        );
        settings.0.extend(policy.settings(Group::Options).0);
    }
    settings
}
