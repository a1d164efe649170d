//! Resolved options as Temporal's activity options.

use std::time::Duration;

use temporalio_client::{WorkflowIdConflictPolicy, WorkflowIdReusePolicy};
use temporalio_common::{ActivityCloseTimeouts, Priority, RetryPolicy};
use temporalio_sdk::{ActivityOptions, LocalActivityOptions};

use crate::{
    config::resolve::ResolvedOptions,
    declare::{
        id_policy::{IdConflict, IdReuse},
        options::check_queue,
    },
    engine::temporal::worker::attempts::Bounds,
    error::Result,
};

/// The policy for a workflow id that was used before.
pub(crate) fn reuse(policy: IdReuse) -> WorkflowIdReusePolicy {
    match policy {
        IdReuse::AllowDuplicate => WorkflowIdReusePolicy::AllowDuplicate,
        IdReuse::AllowDuplicateFailedOnly => WorkflowIdReusePolicy::AllowDuplicateFailedOnly,
        IdReuse::RejectDuplicate => WorkflowIdReusePolicy::RejectDuplicate,
    }
}

/// The policy for a workflow id that is in use.
pub(crate) fn conflict(policy: IdConflict) -> WorkflowIdConflictPolicy {
    match policy {
        IdConflict::Fail => WorkflowIdConflictPolicy::Fail,
        IdConflict::UseExisting => WorkflowIdConflictPolicy::UseExisting,
        IdConflict::TerminateExisting => WorkflowIdConflictPolicy::TerminateExisting,
    }
}

/// No limit, where the SDK would otherwise put one of its own.
const UNLIMITED: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// How an agent is scheduled.
pub(crate) enum Schedule {
    Remote(ActivityOptions, Bounds),
    Local(LocalActivityOptions),
}

impl Schedule {
    /// The schedule of these options.
    ///
    /// # Errors
    /// When a server would refuse them, and with them the workflow task, for ever.
    pub(crate) fn new(options: &ResolvedOptions) -> Result<Self> {
        let timeout = bounded(options.timeout.value);
        let schedule_to_close = options.schedule_to_close.value.map(bounded);
        let schedule_to_start = options.schedule_to_start.value.map(bounded);
        if options.local.value {
            return Ok(Self::Local(
                LocalActivityOptions::builder()
                    .retry_policy(retry_policy(options, options.max_attempts.value))
                    .start_to_close_timeout(timeout)
                    .schedule_to_close_timeout(schedule_to_close.unwrap_or(UNLIMITED))
                    .maybe_schedule_to_start_timeout(schedule_to_start)
                    .maybe_summary(options.summary.clone())
                    .build(),
            ));
        }
        let bounds = Bounds::new(options, timeout);
        let start_to_close = bounded(bounds.start_to_close());
        let close = match schedule_to_close {
            None => ActivityCloseTimeouts::StartToClose(start_to_close),
            Some(schedule_to_close) => ActivityCloseTimeouts::ScheduleAndStartToClose {
                schedule_to_close,
                start_to_close,
            },
        };
        let queue = options
            .task_queue
            .value
            .as_deref()
            .map(|queue| check_queue(queue).map(|()| queue.to_owned()))
            .transpose()?;
        let heartbeat = bounded(options.heartbeat.value);
        let priority = options.priority.value;
        let policy = retry_policy(options, bounds.maximum_attempts());
        let options = ActivityOptions::with_close_timeouts(close)
            .maybe_task_queue(queue)
            .maybe_schedule_to_start_timeout(schedule_to_start)
            // One that is no shorter than the attempt's limit would never be met first.
            .maybe_heartbeat_timeout((heartbeat < start_to_close).then_some(heartbeat))
            .retry_policy(policy)
            .maybe_priority(
                priority.map(|key| Priority::builder().priority_key(key.into()).build()),
            )
            .maybe_summary(options.summary.clone())
            .build();
        Ok(Self::Remote(options, bounds))
    }
}

fn retry_policy(options: &ResolvedOptions, maximum_attempts: u32) -> RetryPolicy {
    let initial = bounded(options.initial.value);
    RetryPolicy::builder()
        .initial_interval(initial)
        .backoff_coefficient(options.backoff.value.max(1.0))
        .maximum_interval(bounded(options.max.value).max(initial))
        .maximum_attempts(maximum_attempts)
        .non_retryable_error_types(options.non_retryable.value.clone())
        .build()
}

/// Zero reads as "not set" on the wire, and what is beyond a century does not fit it.
pub(crate) fn bounded(limit: Duration) -> Duration {
    limit.clamp(Duration::from_millis(1), UNLIMITED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agent::{AgentDescriptor, Location},
        config::resolve::Resolver,
        declare::options::{AgentOptions, CallOptions, RetryOptions},
    };

    fn schedule(options: AgentOptions, call: &CallOptions) -> Result<Schedule> {
        let location = Location::new("lib.rs", 1, "agents");
        let agent = AgentDescriptor::new("writer", "Writer", location).options(options);
        Schedule::new(&Resolver::default().resolve(&agent, None, call))
    }

    fn remote(options: AgentOptions) -> ActivityOptions {
        match schedule(options, &CallOptions::default()) {
            Ok(Schedule::Remote(options, _)) => options,
            Ok(Schedule::Local(_)) => panic!("not a local activity"),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn nothing_a_server_refuses_is_sent() {
        let options = remote(AgentOptions {
            timeout: Some(Duration::ZERO),
            retry: RetryOptions {
                initial: Some(Duration::from_secs(9)),
                max: Some(Duration::from_secs(3)),
                backoff: Some(0.5),
                ..RetryOptions::NONE
            },
            ..AgentOptions::NONE
        });
        assert_eq!(
            options.close_timeouts.start_to_close(),
            Some(Duration::from_millis(10_001)),
            "the limit, and what a worker has to tell of it"
        );
        let retry = options.retry_policy.unwrap();
        assert_eq!(retry.maximum_interval(), Some(Duration::from_secs(9)));
        assert!(retry.backoff_coefficient() >= 1.0);
        for queue in ["", "/_sys/x", &"q".repeat(1001)] {
            let call = CallOptions {
                task_queue: Some(queue.to_owned()),
                ..CallOptions::default()
            };
            let refused = schedule(AgentOptions::NONE, &call);
            assert!(
                refused.is_err_and(|error| error.kind() == &crate::error::ErrorKind::Invalid),
                "{queue}"
            );
        }
    }

    #[test]
    fn a_heartbeat_is_asked_for_where_it_can_be_missed() {
        let with_timeout = |seconds| AgentOptions {
            timeout: Some(Duration::from_secs(seconds)),
            ..AgentOptions::NONE
        };
        assert_eq!(
            remote(with_timeout(60)).heartbeat_timeout,
            Some(Duration::from_secs(3))
        );
        let seldom = AgentOptions {
            heartbeat: Some(Duration::from_secs(60)),
            ..with_timeout(10)
        };
        assert_eq!(remote(seldom).heartbeat_timeout, None);
    }

    #[test]
    fn attempts_of_both_kinds_find_room() {
        let retry = RetryOptions {
            max_attempts: Some(1),
            ..RetryOptions::NONE
        };
        let attempts = |lost_workers| {
            let options = remote(AgentOptions {
                retry,
                lost_workers,
                ..AgentOptions::NONE
            });
            options.retry_policy.unwrap().maximum_attempts()
        };
        assert_eq!((attempts(None), attempts(Some(0))), (22, 2));
        // A local agent is lost with its flock's worker, and nobody counts.
        let local = AgentOptions {
            local: Some(true),
            retry,
            ..AgentOptions::NONE
        };
        let Ok(Schedule::Local(options)) = schedule(local, &CallOptions::default()) else {
            panic!("a local activity");
        };
        assert_eq!(options.retry_policy.maximum_attempts(), 1);
    }
}
