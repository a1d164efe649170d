//! Our errors as Temporal failures and back. The failure's details carry ours as JSON, so that its
//! kind and type survive; failures of other programs are read as well as can be.

use std::fmt::Write as _;

use temporalio_common::{
    ActivityError,
    error::{ActivityExecutionError, ApplicationFailure},
    protos::temporal::api::{
        enums::v1::TimeoutType,
        failure::v1::{Failure as Proto, failure::FailureInfo},
    },
};
use temporalio_sdk::WorkflowTermination;

use super::wire::{self, Wire};
use crate::{
    error::{Error, ErrorKind, Failure},
    payload::Payload,
};

/// An attempt's failure.
pub(super) fn of_attempt(error: Error) -> ActivityError {
    let failure = error.failure();
    let mut message = failure.message.clone();
    for cause in &failure.causes {
        // Writing to a string cannot fail.
        let _ = write!(message, ": {cause}");
    }
    ActivityError::application(application(error, message))
}

/// A flock's failure.
pub(super) fn of_flock(error: Error) -> WorkflowTermination {
    let message = error.to_string();
    WorkflowTermination::failed_application(application(error, message))
}

fn application(error: Error, message: String) -> ApplicationFailure {
    let failure = error.into_failure();
    let delay = match failure.kind {
        ErrorKind::RateLimited { retry_after } => retry_after,
        _ => None,
    };
    let details = Payload::encode(&failure).and_then(Wire::new).ok();
    ApplicationFailure::builder(message)
        .type_name(failure.type_name)
        .non_retryable(!failure.kind.is_retryable())
        .maybe_next_retry_delay(delay)
        .maybe_details(details)
        .build()
}

/// What a flock sees of an agent that failed.
pub(super) fn of_activity(error: &ActivityExecutionError) -> Error {
    match error.failure() {
        Some(failure) => read(failure),
        None => Error::permanent(error),
    }
}

/// Reads any failure that Temporal gives.
pub(super) fn read(failure: &Proto) -> Error {
    let beneath = failure.cause.as_deref();
    match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => {
            let ours = info.details.as_ref().and_then(|details| {
                let payload = wire::read(details.payloads.clone()).ok()?;
                payload.decode::<Failure>().ok()
            });
            if let Some(ours) = ours {
                return Error::from(ours);
            }
            let kind = if info.non_retryable { ErrorKind::Permanent } else { ErrorKind::Transient };
            let error = with_causes(Error::new(kind, &failure.message), beneath);
            if info.r#type.is_empty() { error } else { error.named(&info.r#type) }
        }
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            with_causes(Error::timeout(timeout(info.timeout_type())), beneath)
        }
        Some(FailureInfo::CanceledFailureInfo(_)) => Error::cancelled("the run was cancelled"),
        Some(FailureInfo::TerminatedFailureInfo(_)) => {
            Error::permanent(&failure.message).named("Terminated")
        }
        Some(FailureInfo::ActivityFailureInfo(info)) => {
            let error = beneath.map_or_else(|| Error::permanent(&failure.message), read);
            match &info.activity_type {
                Some(agent) => error.in_agent(&agent.name),
                None => error,
            }
        }
        Some(FailureInfo::ChildWorkflowExecutionFailureInfo(_)) => {
            beneath.map_or_else(|| Error::permanent(&failure.message), read)
        }
        _ => with_causes(Error::transient(&failure.message), beneath),
    }
}

fn timeout(which: TimeoutType) -> &'static str {
    match which {
        TimeoutType::ScheduleToStart => "no worker took it up within its `schedule_to_start`",
        TimeoutType::ScheduleToClose => "all its attempts took longer than its `schedule_to_close`",
        TimeoutType::Heartbeat => "its worker has fallen silent for longer than its `heartbeat`",
        TimeoutType::StartToClose | TimeoutType::Unspecified => {
            "an attempt took longer than its `timeout`"
        }
    }
}

fn with_causes(error: Error, mut beneath: Option<&Proto>) -> Error {
    let mut failure = error.into_failure();
    while let Some(cause) = beneath {
        failure.causes.push(cause.message.clone());
        beneath = cause.cause.as_deref();
    }
    Error::from(failure)
}
