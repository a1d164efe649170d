//! From layers to values, each with the place it came from.

use std::{fmt, sync::Arc, time::Duration};

use super::{AgentSection, Config};
use crate::{
    agent::AgentDescriptor,
    declare::{
        effect::Effect,
        options::{AgentOptions, CallOptions},
        pool::Pool,
    },
    error::Error,
    flock::FlockDescriptor,
    value::duration,
};

/// Where a resolved value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// At the call, by the builder.
    Call,
    /// In `flock.toml`, in the named section; of no name above the first.
    Config(Arc<str>),
    /// In the named variable, which overrides a key of it.
    Variable(Arc<str>),
    /// In the agent's attribute.
    Agent,
    /// In the flock's attribute.
    Flock,
    /// Nowhere: flock's own default.
    BuiltIn,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call => f.write_str("the call"),
            Self::Config(section) if section.is_empty() => f.write_str("flock.toml"),
            Self::Config(section) => write!(f, "flock.toml [{section}]"),
            Self::Variable(name) => f.write_str(name),
            Self::Agent => f.write_str("#[agent]"),
            Self::Flock => f.write_str("#[flock]"),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// A value and where it was set.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Resolved<T> {
    /// The value in force.
    pub value: T,
    /// Where it was set.
    pub source: Source,
}

/// Everything an engine needs to know to run an agent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResolvedOptions {
    /// Limit of one attempt (Temporal: start-to-close timeout). Built in: 5 minutes.
    pub timeout: Resolved<Duration>,
    /// Limit of the wait in the task queue (Temporal: schedule-to-start timeout). Built in: none.
    pub schedule_to_start: Resolved<Option<Duration>>,
    /// Limit of everything (Temporal: schedule-to-close timeout). Built in: none.
    pub schedule_to_close: Resolved<Option<Duration>>,
    /// How long a silent worker is taken to be alive (Temporal: heartbeat timeout). Built in: 3 seconds.
    pub heartbeat: Resolved<Duration>,
    /// Retry policy: attempts in all, the first included; 0 is without limit. Built in: 4.
    pub max_attempts: Resolved<u32>,
    /// Retry policy: wait before the first retry. Built in: 1 second.
    pub initial: Resolved<Duration>,
    /// Retry policy: longest wait between two attempts. Built in: 100 seconds.
    pub max: Resolved<Duration>,
    /// Retry policy: factor from one wait to the next. Built in: 2.
    pub backoff: Resolved<f64>,
    /// Retry policy: failure types that end the agent at once. Built in: none.
    pub non_retryable: Resolved<Vec<String>>,
    /// How many workers may die under one call before it fails. Built in: 20.
    pub lost_workers: Resolved<u32>,
    /// The task queue it runs on, that of its pool where it is in one; `None` is the flock's own.
    pub task_queue: Resolved<Option<String>>,
    /// The pool it runs in.
    pub pool: Resolved<Option<Pool>>,
    /// Priority, 1 (first) to 5 (last); `None` leaves it to Temporal, which takes 3.
    pub priority: Resolved<Option<u8>>,
    /// Whether it runs as a Temporal local activity.
    pub local: Resolved<bool>,
    /// What becomes of it when it was begun and never ended. As declared.
    pub effect: Option<Effect>,
    /// Summary: one line for the Web UI and the progress display.
    pub summary: Option<String>,
}

impl ResolvedOptions {
    /// The wait before attempt number `attempt` (the first retry is attempt 2).
    ///
    /// The same exponential rule as Temporal's: `initial * backoff^(attempt - 2)`, at most `max`, or
    /// `initial` where that is longer.
    pub fn wait_before(&self, attempt: u32) -> Duration {
        let exponent = i32::try_from(attempt.saturating_sub(2)).unwrap_or(i32::MAX);
        let wait = self.initial.value.as_secs_f64() * self.backoff.value.powi(exponent);
        let max = self.max.value.max(self.initial.value);
        if wait.is_finite() && wait < max.as_secs_f64() {
            Duration::from_secs_f64(wait)
        } else {
            max
        }
    }

    /// Whether a failure ends the agent, attempts left or not.
    pub fn ends_at(&self, error: &Error) -> bool {
        !error.kind().is_retryable()
            || (self.effect == Some(Effect::Write) && error.leaves_open())
            || self
                .non_retryable
                .value
                .iter()
                .any(|name| name == error.type_name())
    }

    /// Name, value and source of each option, for people.
    pub fn table(&self) -> Vec<(&'static str, String, String)> {
        fn row<T>(
            name: &'static str,
            resolved: &Resolved<T>,
            show: impl Fn(&T) -> String,
        ) -> (&'static str, String, String) {
            (name, show(&resolved.value), resolved.source.to_string())
        }
        let span = |value: &Duration| duration::display(*value);
        let limit = |value: &Option<Duration>| value.map_or("none".into(), duration::display);
        vec![
            row("timeout", &self.timeout, span),
            row("schedule_to_start", &self.schedule_to_start, limit),
            row("schedule_to_close", &self.schedule_to_close, limit),
            row("heartbeat", &self.heartbeat, span),
            row("max_attempts", &self.max_attempts, |n| match n {
                0 => "unlimited".into(),
                n => n.to_string(),
            }),
            row("retry.initial", &self.initial, span),
            row("retry.max", &self.max, span),
            row("retry.backoff", &self.backoff, ToString::to_string),
            row("retry.non_retryable", &self.non_retryable, |names| {
                if names.is_empty() {
                    "none".into()
                } else {
                    names.join(", ")
                }
            }),
            row("lost_workers", &self.lost_workers, ToString::to_string),
            row("task_queue", &self.task_queue, |queue| {
                queue.clone().unwrap_or_else(|| "the flock's".into())
            }),
            row("pool", &self.pool, |pool| {
                pool.map_or("none".into(), |pool| pool.to_string())
            }),
            row("priority", &self.priority, |priority| {
                priority.map_or("3 (Temporal's default)".into(), |p| p.to_string())
            }),
            row("local", &self.local, ToString::to_string),
        ]
    }
}

/// Resolves options against one configuration.
#[derive(Debug, Clone, Default)]
pub struct Resolver {
    config: Arc<Config>,
}

impl Resolver {
    /// Resolves against `config`.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config }
    }

    /// The options in force for `agent`, called in `flock` with `call`.
    ///
    /// Field by field, the first of: the call, `flock.toml` `[agents.…]` (by name, then by prefix, then
    /// `*`), `#[agent]`, `#[flock]`, `flock.toml` `[queues.…]`, `flock.toml` `[defaults]`, built in. The
    /// queue is the one that the agent's own options resolve to, else the one that the flock declares.
    ///
    /// Whether something is done twice is the code's to say: of a write, the attempts are those of the call or
    /// the attribute, else one; no worker may be lost under it, and it is no local activity.
    ///
    /// Whether an agent is a local activity is the code's to say too, since a history tells the two apart: its own
    /// attribute, else `agents(local)` of its flock, which means functions that may be (`may_be_local`), where
    /// the call names no queue and no priority.
    pub fn resolve(
        &self,
        agent: &AgentDescriptor,
        flock: Option<&FlockDescriptor>,
        call: &CallOptions,
    ) -> ResolvedOptions {
        let none = AgentOptions::NONE;
        let is_write = agent.effects.is_write();
        let mut layers = Layers {
            config: &self.config,
            sections: self.config.agent_sections(agent.name).collect(),
            agent: &agent.options,
            flock: flock.map_or(&none, |flock| &flock.agent_defaults),
            queues: Vec::new(),
            defaults: &self.config.defaults,
        };
        // A queue and a pool are two ways to say one thing: the first layer that says either decides.
        let place = layers
            .pick(
                &["task_queue", "pool"],
                call.task_queue.clone().map(Place::Queue),
                |s| {
                    let queue = s.task_queue.clone().map(Place::Queue);
                    queue.or_else(|| s.pool.map(Place::Pool))
                },
                |o| {
                    let queue = o.task_queue.map(|queue| Place::Queue(queue.to_owned()));
                    queue.or_else(|| o.pool.map(Place::Pool))
                },
            )
            .optional();
        let of_crate = flock.map_or(agent.location, |flock| flock.location);
        let (task_queue, pool) = match place.value {
            Some(Place::Queue(queue)) => (Some(queue), None),
            Some(Place::Pool(pool)) => {
                let queue = pool.task_queue(of_crate.crate_name()).to_owned();
                (Some(queue), Some(pool))
            }
            None => (None, None),
        };
        let task_queue = Resolved {
            value: task_queue,
            source: place.source.clone(),
        };
        let queue = task_queue.value.as_deref();
        let queue = queue.or_else(|| Some(flock?.task_queue()));
        let pool_here = match task_queue.value {
            Some(_) => pool,
            None => flock.and_then(FlockDescriptor::pool),
        };
        let names = [queue, pool_here.map(Pool::as_str)];
        layers.queues = names
            .into_iter()
            .flatten()
            .filter_map(|name| self.config.queues.get_key_value(name))
            .map(|(name, section)| (name, &section.agents))
            .collect();
        ResolvedOptions {
            timeout: layers
                .pick(&["timeout"], call.timeout, |s| s.timeout, |o| o.timeout)
                .or(Duration::from_secs(300)),
            schedule_to_start: layers
                .pick(
                    &["schedule_to_start"],
                    None,
                    |s| s.schedule_to_start,
                    |o| o.schedule_to_start,
                )
                .optional(),
            schedule_to_close: layers
                .pick(
                    &["schedule_to_close"],
                    call.schedule_to_close,
                    |s| s.schedule_to_close,
                    |o| o.schedule_to_close,
                )
                .optional(),
            heartbeat: layers
                .pick(&["heartbeat"], None, |s| s.heartbeat, |o| o.heartbeat)
                .or(Duration::from_secs(3)),
            max_attempts: match is_write {
                true => own(call.max_attempts, agent.options.retry.max_attempts).or(1),
                false => layers
                    .pick(
                        &["retries", "max_attempts"],
                        call.max_attempts,
                        AgentSection::max_attempts,
                        |o| o.retry.max_attempts,
                    )
                    .or(4),
            },
            initial: layers
                .pick(
                    &["retry.initial"],
                    None,
                    |s| s.retry.initial,
                    |o| o.retry.initial,
                )
                .or(Duration::from_secs(1)),
            max: layers
                .pick(&["retry.max"], None, |s| s.retry.max, |o| o.retry.max)
                .or(Duration::from_secs(100)),
            backoff: layers
                .pick(
                    &["retry.backoff"],
                    None,
                    |s| s.retry.backoff,
                    |o| o.retry.backoff,
                )
                .or(2.0),
            non_retryable: layers
                .pick(
                    &["retry.non_retryable"],
                    None,
                    |s| s.retry.non_retryable.clone(),
                    |o| {
                        let names = o.retry.non_retryable?;
                        Some(names.iter().map(ToString::to_string).collect())
                    },
                )
                .or(Vec::new()),
            lost_workers: match is_write {
                true => own(None, Some(0)).or(0),
                false => layers
                    .pick(
                        &["lost_workers"],
                        None,
                        |s| s.lost_workers.map(u32::from),
                        |o| o.lost_workers,
                    )
                    .or(20),
            },
            task_queue,
            pool: Resolved {
                source: match pool {
                    Some(_) => place.source,
                    None => Source::BuiltIn,
                },
                value: pool,
            },
            priority: layers
                .pick(&["priority"], call.priority, |s| s.priority, |o| o.priority)
                .optional(),
            local: match is_write {
                true => own(None, None).or(false),
                false => Picked(local(agent, flock, call)).or(false),
            },
            effect: agent.effects.effect,
            summary: call.summary.clone(),
        }
    }
}

struct Layers<'a> {
    config: &'a Config,
    sections: Vec<(&'a str, &'a AgentSection)>,
    agent: &'a AgentOptions,
    flock: &'a AgentOptions,
    queues: Vec<(&'a String, &'a AgentSection)>,
    defaults: &'a AgentSection,
}

impl Layers<'_> {
    /// The value of the first layer that has one; `keys` are its names in the file.
    fn pick<T>(
        &self,
        keys: &[&str],
        call: Option<T>,
        section: impl Fn(&AgentSection) -> Option<T>,
        options: impl Fn(&AgentOptions) -> Option<T>,
    ) -> Picked<T> {
        if let Some(value) = call {
            return Picked(Some((value, Source::Call)));
        }
        let sections = &mut self.sections.iter();
        if let Some((name, value)) = sections.find_map(|(name, set)| Some((name, section(set)?))) {
            return Picked(Some((value, self.config.source(&["agents", name], keys))));
        }
        if let Some(value) = options(self.agent) {
            return Picked(Some((value, Source::Agent)));
        }
        if let Some(value) = options(self.flock) {
            return Picked(Some((value, Source::Flock)));
        }
        let queues = &mut self.queues.iter();
        if let Some((name, value)) = queues.find_map(|(name, set)| Some((name, section(set)?))) {
            return Picked(Some((value, self.config.source(&["queues", name], keys))));
        }
        if let Some(value) = section(self.defaults) {
            return Picked(Some((value, self.config.source(&["defaults"], keys))));
        }
        Picked(None)
    }
}

/// Where an agent runs, as a layer says it.
enum Place {
    Queue(String),
    Pool(Pool),
}

/// Whether it runs in its flock's own worker. Of constants, and of what the flock's code says at the call: no file
/// may decide this, since changing it under a running flock breaks its replay.
fn local(
    agent: &AgentDescriptor,
    flock: Option<&FlockDescriptor>,
    call: &CallOptions,
) -> Option<(bool, Source)> {
    if let Some(own) = agent.options.local {
        return Some((own, Source::Agent));
    }
    let all = flock.and_then(|flock| flock.agent_defaults.local)?;
    let elsewhere = call.task_queue.is_some() || call.priority.is_some();
    Some((all && agent.may_be_local() && !elsewhere, Source::Flock))
}

/// What the call says, or else the attribute.
fn own<T>(call: Option<T>, agent: Option<T>) -> Picked<T> {
    let call = call.map(|value| (value, Source::Call));
    Picked(call.or_else(|| Some((agent?, Source::Agent))))
}

struct Picked<T>(Option<(T, Source)>);

impl<T> Picked<T> {
    fn or(self, built_in: T) -> Resolved<T> {
        match self.0 {
            Some((value, source)) => Resolved { value, source },
            None => Resolved {
                value: built_in,
                source: Source::BuiltIn,
            },
        }
    }

    fn optional(self) -> Resolved<Option<T>> {
        Picked(self.0.map(|(value, source)| (Some(value), source))).or(None)
    }
}
